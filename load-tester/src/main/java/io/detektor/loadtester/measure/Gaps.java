package io.detektor.loadtester.measure;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The intervals between successive confirmations. Thread-safe; a confirmation costs one atomic
 * exchange.
 */
public final class Gaps {

    /** Shorter ones are the scheduler's, at any rate that this tester is used with. */
    public static final Duration SHORTEST = Duration.ofMillis(5);

    private static final long WORTH_KEEPING = SHORTEST.toNanos();
    private static final int MOST = 10_000;
    private static final long NONE = Long.MIN_VALUE;
    private static final Comparator<Gap> BY_LENGTH = Comparator.comparing(Gap::length);

    private final AtomicLong last = new AtomicLong(NONE);
    private final AtomicLong first = new AtomicLong(NONE);

    /** The shortest first: it goes when there is no room, so that an outage is never left out. */
    private final PriorityQueue<Gap> gaps = new PriorityQueue<>(BY_LENGTH);

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
        if (before == NONE) {
            first.set(nanos);
        }
        // two threads may swap by a moment; a negative interval is no gap
        if (before != NONE && nanos - before >= WORTH_KEEPING) {
            keep(new Gap(Duration.ofNanos(before), Duration.ofNanos(nanos)));
        }
    }

    /** When the first confirmation came, since the start. */
    public Optional<Duration> first() {
        long nanos = first.get();
        return nanos == NONE ? Optional.empty() : Optional.of(Duration.ofNanos(nanos));
    }

    /** How long nothing has been confirmed. */
    public Duration open(Duration now) {
        long before = last.get();
        return before == NONE ? Duration.ZERO : now.minusNanos(before);
    }

    /** The longest gap that touches a time; only gaps of 5 ms and more are kept. */
    public Optional<Gap> longest(Duration from, Duration to) {
        synchronized (gaps) {
            return gaps.stream()
                    .filter(gap -> gap.to().compareTo(from) >= 0 && gap.from().compareTo(to) <= 0)
                    .max(BY_LENGTH);
        }
    }

    /**
     * The longest gap of a fault; all times since the start of the run, only gaps of 5 ms and more.
     * A gap begins with the last confirmation before its fault, so one in which the next fault
     * falls belongs to this one only where it began closer to it.
     *
     * @param next when the next fault was made
     * @param end what begins later is not this fault's doing
     */
    public Optional<Gap> longestOf(Duration fault, Duration next, Duration end) {
        synchronized (gaps) {
            return gaps.stream()
                    .filter(gap -> gap.to().compareTo(fault) >= 0 && gap.from().compareTo(end) <= 0)
                    .filter(gap -> gap.to().compareTo(next) < 0 || isCloser(gap, fault, next))
                    .max(BY_LENGTH);
        }
    }

    private static boolean isCloser(Gap gap, Duration fault, Duration next) {
        return gap.from().minus(fault).compareTo(next.minus(gap.from())) < 0;
    }

    /**
     * The gaps longer than a time, by their start.
     *
     * @param longerThan at least {@link #SHORTEST} means anything
     * @param most of more, the longest stay
     */
    public List<Gap> longerThan(Duration longerThan, int most) {
        synchronized (gaps) {
            return gaps.stream()
                    .filter(gap -> gap.length().compareTo(longerThan) > 0)
                    .sorted(BY_LENGTH.reversed())
                    .limit(most)
                    .sorted(Comparator.comparing(Gap::from))
                    .toList();
        }
    }

    /**
     * When the first confirmation came at or after a moment: the end of the gap that the moment
     * lies in, or the moment itself (to 5 ms) when it lies in none.
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
                            .min(Comparator.naturalOrder())
                            .orElse(moment));
        }
    }

    private void keep(Gap gap) {
        synchronized (gaps) {
            if (gaps.size() == MOST) {
                if (BY_LENGTH.compare(gap, gaps.element()) <= 0) {
                    return;
                }
                gaps.remove();
            }
            gaps.add(gap);
        }
    }
}
