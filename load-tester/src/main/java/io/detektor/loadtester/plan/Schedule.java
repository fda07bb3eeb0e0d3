package io.detektor.loadtester.plan;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * When each message of a run is due. Message n is due at the first moment at which the rate, summed
 * up from the start, makes n: computed anew for each n from exact sums at the phases' borders, so
 * that rounding never adds up to a wrong rate. Immutable.
 */
public final class Schedule {

    private static final long SECOND = 1_000_000_000L;

    /**
     * A phase sends {@code (from + to) / 2 * nanoseconds / 1e9} messages: a whole number of these
     * parts of a message.
     */
    private static final long PARTS = 2 * SECOND;

    private final List<Part> parts;
    private final long count;
    private final Duration duration;
    private final int highest;

    /**
     * A phase in its place.
     *
     * @param start nanoseconds from the start of the run
     * @param whole messages due before it
     * @param fraction and this many {@link #PARTS} of one
     * @param endWhole messages due before its end
     * @param endFraction and this many {@link #PARTS} of one
     */
    private record Part(
            Phase phase,
            long start,
            long nanos,
            long whole,
            long fraction,
            long endWhole,
            long endFraction) {

        /** The first message that is due in it or later. */
        long first() {
            return fraction == 0 ? whole : whole + 1;
        }

        long offset(long n) {
            return start
                    + Math.clamp(
                            phase.steady()
                                    ? steady(n)
                                    : phase.fromPerSecond() < phase.toPerSecond()
                                            ? rising(n)
                                            : falling(n),
                            0,
                            nanos);
        }

        private long steady(long n) {
            // whole seconds apart, so that the products stay inside a long for any n
            long rate = phase.fromPerSecond();
            long messages = n - whole;
            return messages / rate * SECOND
                    + Math.floorDiv(messages % rate * PARTS - fraction, 2 * rate);
        }

        /**
         * The time t that solves {@code from * t + slope * t² / 2 = messages}, in the form in which
         * nothing is subtracted: close numbers would cancel out.
         */
        private long rising(long n) {
            double messages = n - whole - (double) fraction / PARTS;
            return (long) time(phase.fromPerSecond(), messages);
        }

        /** The same, backwards from the end. */
        private long falling(long n) {
            double messages = endWhole - n + (double) endFraction / PARTS;
            return nanos - (long) Math.ceil(time(phase.toPerSecond(), messages));
        }

        private double time(double low, double messages) {
            if (messages <= 0) {
                return 0;
            }
            double slope =
                    Math.abs((double) phase.toPerSecond() - phase.fromPerSecond()) / nanos * SECOND;
            return 2 * messages / (low + Math.sqrt(low * low + 2 * slope * messages)) * SECOND;
        }
    }

    /** The times of a profile. */
    public Schedule(List<Phase> phases) {
        List<Part> all = new ArrayList<>();
        long start = 0;
        long whole = 0;
        long fraction = 0;
        int top = 0;
        for (Phase phase : phases) {
            long twice = (long) phase.fromPerSecond() + phase.toPerSecond();
            long halves = twice * phase.duration().toSeconds();
            long rest = fraction + halves % 2 * SECOND + twice * phase.duration().toNanosPart();
            long endWhole = whole + halves / 2 + rest / PARTS;
            long nanos = phase.duration().toNanos();
            all.add(new Part(phase, start, nanos, whole, fraction, endWhole, rest % PARTS));
            start += nanos;
            whole = endWhole;
            fraction = rest % PARTS;
            top = Math.max(top, phase.highest());
        }
        this.parts = List.copyOf(all);
        this.count = fraction == 0 ? whole : whole + 1;
        this.duration = Duration.ofNanos(start);
        this.highest = top;
    }

    /** The times of a constant rate. */
    public static Schedule constant(int perSecond, Duration duration) {
        return new Schedule(List.of(Phase.constant(perSecond, duration)));
    }

    /** Nanoseconds from the start to message {@code n}, counted from 0; rounded down. */
    public long offsetNanos(long n) {
        int low = 0;
        int high = parts.size() - 1;
        // the last phase whose first message is not after n: a pause gives it to the next phase
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (parts.get(middle).first() <= n) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return parts.get(low).offset(n);
    }

    /** How many messages are due before the end. */
    public long count() {
        return count;
    }

    /** All phases together. */
    public Duration duration() {
        return duration;
    }

    /** The highest rate, in messages per second. */
    public int highestPerSecond() {
        return highest;
    }

    /** The rate at a moment, in messages per second; 0 after the end. */
    public double perSecondAt(Duration moment) {
        long nanos = moment.toNanos();
        for (Part part : parts) {
            if (nanos < part.start() + part.nanos()) {
                double share = (double) (nanos - part.start()) / part.nanos();
                Phase phase = part.phase();
                return phase.fromPerSecond()
                        + share * ((double) phase.toPerSecond() - phase.fromPerSecond());
            }
        }
        return 0;
    }

    /**
     * The rate from the first message to the last one, in messages per second: n messages have n -
     * 1 intervals between them. 0 for fewer than two.
     */
    public double meanPerSecond() {
        long last = count < 2 ? 0 : offsetNanos(count - 1);
        return last == 0 ? 0 : (count - 1) * (double) SECOND / last;
    }
}
