package io.detektor.framebuffer.metrics;

import io.detektor.framebuffer.frame.DeadLetterReason;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.springframework.stereotype.Component;

/**
 * Every meter of frame-buffer. Dashboards and alerts know them by the names that Prometheus sees;
 * each is in {@code StatusContractTests}. Thread-safe.
 */
@Component
public final class FrameBufferMeters {

    /** What a frame, or a request about frames, came to. */
    public enum Outcome {
        SUCCESS,
        DROPPED,
        ERROR;

        private String tag() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How a lease ended. */
    public enum LeaseEnd {
        /** Its holder was done with the frame. */
        ACKNOWLEDGED,
        /** Its holder gave the frame back. */
        RETURNED,
        /** It had ended before, and somebody else may have the frame. */
        LOST;

        private String tag() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What is done with frames. */
    public enum Operation {
        ENQUEUE,
        DEQUEUE,
        CLEAR;

        private String tag() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final Duration[] BUCKETS =
            IntStream.of(
                            250,
                            500,
                            1000,
                            2500,
                            5000,
                            10_000,
                            25_000,
                            50_000,
                            100_000,
                            250_000,
                            500_000,
                            1_000_000,
                            2_500_000,
                            5_000_000,
                            10_000_000)
                    .mapToObj(micros -> Duration.of(micros, ChronoUnit.MICROS))
                    .toArray(Duration[]::new);

    private final MeterRegistry registry;
    private final Map<Operation, Map<Outcome, Counter>> frames = new EnumMap<>(Operation.class);
    private final Map<Operation, Timer> processing = new EnumMap<>(Operation.class);
    private final Map<DeadLetterReason, Counter> deadLetters =
            new EnumMap<>(DeadLetterReason.class);
    private final Map<LeaseEnd, Counter> leases = new EnumMap<>(LeaseEnd.class);
    private final Counter consumed;
    private final Counter vanished;
    private final Counter redelivered;
    private final Counter consumerErrors;

    /** Registers every meter, so that each is there before it first counts. */
    public FrameBufferMeters(MeterRegistry registry) {
        this.registry = registry;
        for (Operation operation : Operation.values()) {
            Map<Outcome, Counter> counters = new EnumMap<>(Outcome.class);
            for (Outcome outcome : Outcome.values()) {
                counters.put(
                        outcome,
                        Counter.builder("frame.buffer.frames")
                                .description("Frames by what was done and what came of it")
                                .tag("operation", operation.tag())
                                .tag("status", outcome.tag())
                                .register(registry));
            }
            frames.put(operation, counters);
            processing.put(
                    operation,
                    Timer.builder("frame.buffer.processing")
                            .description("Time from the complete request to the answer")
                            .tag("operation", operation.tag())
                            .serviceLevelObjectives(BUCKETS)
                            .register(registry));
        }
        for (DeadLetterReason reason : DeadLetterReason.values()) {
            deadLetters.put(
                    reason,
                    Counter.builder("frame.buffer.dlq")
                            .description("Frames put into the dead-letter stream")
                            .tag("reason", reason.tag())
                            .register(registry));
        }
        for (LeaseEnd end : LeaseEnd.values()) {
            leases.put(
                    end,
                    Counter.builder("frame.buffer.leases")
                            .description("Leases by how they ended; one that just ended is in none")
                            .tag("result", end.tag())
                            .register(registry));
        }
        consumed =
                Counter.builder("frame.buffer.consumer.frames.consumed")
                        .description("Frames read from Redis and handed out")
                        .register(registry);
        vanished =
                Counter.builder("frame.buffer.consumer.frames.dropped")
                        .description("Entries that could not be handed out")
                        .tag("reason", "vanished")
                        .register(registry);
        redelivered =
                Counter.builder("frame.buffer.redelivered")
                        .description("Frames leased out again, after a lease ended without success")
                        .register(registry);
        consumerErrors =
                Counter.builder("frame.buffer.consumer.errors")
                        .description("Reads from Redis that failed")
                        .register(registry);
    }

    /** Counts frames. */
    public void frames(Operation operation, Outcome outcome, int count) {
        counter(operation, outcome).increment(count);
    }

    /** Frames counted so far. */
    public long framesSoFar(Operation operation, Outcome outcome) {
        return (long) counter(operation, outcome).count();
    }

    private Counter counter(Operation operation, Outcome outcome) {
        return Objects.requireNonNull(Objects.requireNonNull(frames.get(operation)).get(outcome));
    }

    /** Records how long one request took. */
    public void processed(Operation operation, Duration took) {
        Objects.requireNonNull(processing.get(operation)).record(took);
    }

    /** How many took at most so long, for each bound of the histogram, since the start. */
    public List<CountAtBucket> times(Operation operation) {
        return List.of(
                Objects.requireNonNull(processing.get(operation)).takeSnapshot().histogramCounts());
    }

    /** Counts a frame that went to the dead-letter stream. */
    public void deadLetter(DeadLetterReason reason) {
        Objects.requireNonNull(deadLetters.get(reason)).increment();
    }

    /**
     * Counts leases that were ended.
     *
     * @param asked what was asked for all of them
     */
    public void leases(LeaseEnd asked, int done, int lost) {
        Objects.requireNonNull(leases.get(asked)).increment(done);
        Objects.requireNonNull(leases.get(LeaseEnd.LOST)).increment(lost);
    }

    /** Counts frames that were read from Redis and handed out. */
    public void consumed(int count) {
        consumed.increment(count);
    }

    /** Counts a pending entry whose data somebody deleted. */
    public void vanished() {
        vanished.increment();
    }

    /** Counts a frame that was leased out before. */
    public void redelivered() {
        redelivered.increment();
    }

    /** Counts a read from Redis that failed. */
    public void consumerError() {
        consumerErrors.increment();
    }

    /**
     * Registers the gauges.
     *
     * @param sizes looks them up without blocking; {@code NaN} is what is not known just now
     */
    public void gauges(Supplier<Sizes> sizes) {
        gauge("frame.buffer.queue.size", "Frames not yet acknowledged", sizes, Sizes::queue);
        gauge("frame.buffer.dlq.size", "Frames in the dead-letter stream", sizes, Sizes::dlq);
        gauge("frame.buffer.usage.ratio", "Queue size over its maximum", sizes, Sizes::usage);
        Gauge.builder("frame.buffer.consumer.lag", sizes, s -> s.get().lagSeconds())
                .description("Age of the oldest frame that was not acknowledged")
                .strongReference(true)
                .baseUnit("seconds")
                .register(registry);
    }

    private void gauge(
            String name, String description, Supplier<Sizes> sizes, ToDoubleFunction<Sizes> value) {
        Gauge.builder(name, sizes, s -> value.applyAsDouble(s.get()))
                .description(description)
                .strongReference(true)
                .register(registry);
    }

    /** Values of the gauges; {@code NaN} where unknown. */
    public record Sizes(double queue, double dlq, double usage, double lagSeconds) {}
}
