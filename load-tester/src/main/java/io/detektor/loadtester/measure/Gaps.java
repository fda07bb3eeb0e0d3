package io.detektor.loadtester.measure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The intervals between successive confirmations. Thread-safe; a confirmation costs one atomic
 * exchange.
 */
public final class Gaps {

    private static final long WORTH_KEEPING = Duration.ofMillis(50).toNanos();
    private static final int MOST = 10_000;
    private static final long NONE = Long.MIN_VALUE;

    private final AtomicLong last = new AtomicLong(NONE);
    private final List<Gap> gaps = new ArrayList<>();

    /**
     * A time without a confirmation.
     *
     * @param from since the start of the run
     * @param to since the start of the run
     */
    public record Gap(Duration from, Duration to) {
        /** How long it was. */
        public Duration length() {
            return to.minus(from);
        }
    }

    /** Notes a confirmation, in nanoseconds since the start. */
    public void confirmed(long nanos) {
        long before = last.getAndSet(nanos);
        // two threads may swap by a moment; a negative interval is no gap
        if (before != NONE && nanos - before >= WORTH_KEEPING) {
            keep(new Gap(Duration.ofNanos(before), Duration.ofNanos(nanos)));
        }
    }

    /** How long nothing has been confirmed. */
    public Duration open(Duration now) {
        long before = last.get();
        return before == NONE ? Duration.ZERO : now.minusNanos(before);
    }

    /** The longest gap that touches a time; only gaps of 50 ms and more are kept. */
    public Optional<Gap> longest(Duration from, Duration to) {
        synchronized (gaps) {
            return gaps.stream()
                    .filter(gap -> gap.to().compareTo(from) >= 0 && gap.from().compareTo(to) <= 0)
                    .max(Comparator.comparing(Gap::length));
        }
    }

    /**
     * When the first confirmation came at or after a moment: the end of the gap that the moment
     * lies in, or the moment itself (to 50 ms) when it lies in none.
     *
     * @param lastConfirmed the last confirmation of all
     */
    public Optional<Duration> firstConfirmedFrom(Duration moment, Duration lastConfirmed) {
        if (lastConfirmed.compareTo(moment) < 0) {
            return Optional.empty();
        }
        synchronized (gaps) {
            return Optional.of(
                    gaps.stream()
                            .filter(gap -> gap.from().compareTo(moment) <= 0)
                            .filter(gap -> gap.to().compareTo(moment) >= 0)
                            .map(Gap::to)
                            .findFirst()
                            .orElse(moment));
        }
    }

    private void keep(Gap gap) {
        synchronized (gaps) {
            if (gaps.size() < MOST) {
                gaps.add(gap);
            }
        }
    }
}
