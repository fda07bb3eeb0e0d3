package io.detektor.framebuffer.buffer;

import io.detektor.framebuffer.metrics.FrameBufferMeters;
import io.detektor.framebuffer.metrics.FrameBufferMeters.Operation;
import io.detektor.framebuffer.metrics.FrameBufferMeters.Outcome;
import io.detektor.framebuffer.metrics.FrameBufferMeters.Sizes;
import io.detektor.framebuffer.settings.FrameBufferProperties;
import io.detektor.framebuffer.stream.BufferSizes;
import io.detektor.framebuffer.stream.FrameLog;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * How full the buffer is: looked up now and then for gauges and admission, and at once for who
 * asks. Thread-safe.
 */
@Component
public class BufferMonitor {

    /** Who asks for the status gets an answer by then, with or without Redis. */
    private static final Duration ANSWER_WITHIN = Duration.ofMillis(500);

    /** Above this part of its room, the buffer is said to press back. */
    static final double PRESSING = 0.7;

    /** How much of the newest look goes into the drain rate. */
    private static final double NEWEST = 0.3;

    private static final Sizes UNKNOWN = new Sizes(Double.NaN, Double.NaN, Double.NaN, Double.NaN);

    private final FrameLog frames;
    private final FrameBufferMeters meters;
    private final InstantSource clock;
    private final long maxFrames;

    /** The latest look; null while Redis is out of reach. */
    private volatile @Nullable BufferSizes latest;

    private final AtomicLong looks = new AtomicLong();
    private volatile double drainPerSecond;
    private volatile Events events = new Events(0, null);

    /** How often the buffer came to press back, and when it last did. */
    record Events(long count, @Nullable Instant last) {}

    /** Whether it pressed back at the last regular look; used by the scheduler's thread only. */
    private boolean pressed;

    /** Used by the scheduler's thread only. */
    private long drained;

    private long lookedAtNanos = System.nanoTime();

    BufferMonitor(
            FrameLog frames,
            InstantSource clock,
            FrameBufferProperties properties,
            FrameBufferMeters meters) {
        this.frames = frames;
        this.meters = meters;
        this.clock = clock;
        this.maxFrames = properties.streams().maxFrames();
        meters.gauges(this::gauges);
    }

    @Scheduled(fixedDelayString = "${frame-buffer.consumer.poll-interval}")
    void look() {
        look(Duration.ofSeconds(5)).block();
        looks.incrementAndGet();
        boolean presses = isPressing(latest);
        if (presses && !pressed) {
            events = new Events(events.count() + 1, clock.instant());
        }
        pressed = presses;
        long now = System.nanoTime();
        long taken = meters.framesSoFar(Operation.DEQUEUE, Outcome.SUCCESS);
        double rate = (taken - drained) * 1e9 / Math.max(1, now - lookedAtNanos);
        drainPerSecond = NEWEST * rate + (1 - NEWEST) * drainPerSecond;
        drained = taken;
        lookedAtNanos = now;
    }

    private boolean isPressing(@Nullable BufferSizes sizes) {
        return sizes != null && usage(sizes) > PRESSING;
    }

    /** Waiting frames over the most that enqueue accepts. */
    double usage(BufferSizes sizes) {
        return (double) sizes.waiting() / maxFrames;
    }

    /** The latest look; null while Redis is out of reach. */
    @Nullable BufferSizes latest() {
        return latest;
    }

    /** How many regular looks there were. */
    long looks() {
        return looks.get();
    }

    /** Frames taken a second, smoothed. */
    double drainPerSecond() {
        return drainPerSecond;
    }

    Events events() {
        return events;
    }

    /** The sizes just now; empty when Redis does not answer soon. Never fails. */
    public Mono<Optional<BufferSizes>> now() {
        return look(ANSWER_WITHIN);
    }

    /** Seconds since the oldest frame that waits was written; 0 when none waits. */
    public double oldestAge(BufferSizes sizes) {
        return sizes.oldest() == null
                ? 0
                : Math.max(
                        0, Duration.between(sizes.oldest(), clock.instant()).toMillis() / 1000.0);
    }

    private Mono<Optional<BufferSizes>> look(Duration within) {
        return Mono.fromFuture(frames::sizes)
                .timeout(within)
                .map(Optional::of)
                .onErrorReturn(Optional.empty())
                .doOnNext(sizes -> latest = sizes.orElse(null));
    }

    private Sizes gauges() {
        BufferSizes sizes = latest;
        return sizes == null
                ? UNKNOWN
                : new Sizes(sizes.waiting(), sizes.deadLetters(), usage(sizes), oldestAge(sizes));
    }
}
