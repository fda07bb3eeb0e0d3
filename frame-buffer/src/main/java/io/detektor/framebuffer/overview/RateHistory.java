package io.detektor.framebuffer.overview;

import io.detektor.framebuffer.metrics.FrameBufferMeters;
import io.detektor.framebuffer.metrics.FrameBufferMeters.Operation;
import io.detektor.framebuffer.metrics.FrameBufferMeters.Outcome;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Rates and latencies of the last two minutes, second by second. */
@Component
class RateHistory {

    private static final int SECONDS = 120;

    private final FrameBufferMeters meters;
    private final InstantSource clock;

    /** Oldest first; guarded by this. */
    private final Deque<Sample> samples = new ArrayDeque<>();

    /** Guarded by this. */
    private @Nullable Count before;

    RateHistory(FrameBufferMeters meters, InstantSource clock) {
        this.meters = meters;
        this.clock = clock;
    }

    /** What the meters said at one moment. */
    private record Count(
            long nanos,
            long in,
            long out,
            long failed,
            List<CountAtBucket> enqueue,
            List<CountAtBucket> dequeue) {}

    /**
     * One second.
     *
     * @param in frames enqueued a second
     * @param out frames handed out a second
     * @param failed frames and requests that failed or were refused, a second
     * @param enqueueP50Ms median time to confirm a frame; null where there was none. As all of
     *     these an estimate out of the histogram's buckets
     */
    record Sample(
            Instant at,
            double in,
            double out,
            double failed,
            @Nullable Double enqueueP50Ms,
            @Nullable Double enqueueP99Ms,
            @Nullable Double dequeueP50Ms,
            @Nullable Double dequeueP99Ms) {}

    @Scheduled(fixedRate = 1000)
    synchronized void sample() {
        Count now =
                new Count(
                        System.nanoTime(),
                        meters.framesSoFar(Operation.ENQUEUE, Outcome.SUCCESS),
                        meters.framesSoFar(Operation.DEQUEUE, Outcome.SUCCESS),
                        meters.framesSoFar(Operation.ENQUEUE, Outcome.ERROR)
                                + meters.framesSoFar(Operation.ENQUEUE, Outcome.DROPPED)
                                + meters.framesSoFar(Operation.DEQUEUE, Outcome.ERROR),
                        meters.times(Operation.ENQUEUE),
                        meters.times(Operation.DEQUEUE));
        Count last = before;
        before = now;
        if (last == null) {
            return;
        }
        double seconds = (now.nanos() - last.nanos()) / 1e9;
        samples.addLast(
                new Sample(
                        clock.instant(),
                        (now.in() - last.in()) / seconds,
                        (now.out() - last.out()) / seconds,
                        (now.failed() - last.failed()) / seconds,
                        quantile(0.5, last.enqueue(), now.enqueue()),
                        quantile(0.99, last.enqueue(), now.enqueue()),
                        quantile(0.5, last.dequeue(), now.dequeue()),
                        quantile(0.99, last.dequeue(), now.dequeue())));
        if (samples.size() > SECONDS) {
            samples.removeFirst();
        }
    }

    synchronized List<Sample> samples() {
        return List.copyOf(samples);
    }

    /**
     * A quantile of what came between two looks, in milliseconds.
     *
     * @param before counts up to each bound, and
     * @param now the same later
     */
    static @Nullable Double quantile(
            double quantile, List<CountAtBucket> before, List<CountAtBucket> now) {
        double all = now.isEmpty() ? 0 : since(before, now, now.size() - 1);
        if (all <= 0) {
            return null;
        }
        double wanted = quantile * all;
        double below = 0;
        double lower = 0;
        for (int i = 0; i < now.size(); i++) {
            double upper = now.get(i).bucket(TimeUnit.MICROSECONDS) / 1000.0;
            double upTo = since(before, now, i);
            if (upTo >= wanted) {
                double part = upTo > below ? (wanted - below) / (upTo - below) : 1;
                return Double.isInfinite(upper) ? lower : lower + part * (upper - lower);
            }
            below = upTo;
            lower = upper;
        }
        return lower;
    }

    private static double since(List<CountAtBucket> before, List<CountAtBucket> now, int i) {
        return now.get(i).count() - (i < before.size() ? before.get(i).count() : 0);
    }
}
