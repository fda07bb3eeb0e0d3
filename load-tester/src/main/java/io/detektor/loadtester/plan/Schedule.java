package io.detektor.loadtester.plan;

import java.time.Duration;

/**
 * When message n is due: {@code n * 1e9 / rate} nanoseconds after the start, computed anew for each
 * n, so that rounding the interval never adds up to a wrong rate.
 *
 * @param perSecond messages per second, 1 to {@link Rate#HIGHEST}
 */
public record Schedule(int perSecond) {

    private static final long SECOND = 1_000_000_000L;

    public Schedule {
        if (perSecond < 1 || perSecond > Rate.HIGHEST) {
            throw new InvalidValueException(
                    "perSecond", Integer.toString(perSecond), "1 to " + Rate.HIGHEST);
        }
    }

    /** Nanoseconds from the start to message {@code n}, counted from 0. */
    public long offsetNanos(long n) {
        // whole seconds apart, so that the product stays inside a long for any n
        return n / perSecond * SECOND + n % perSecond * SECOND / perSecond;
    }

    /** How many messages are due before {@code duration} is over. */
    public long count(Duration duration) {
        long ofFraction = (long) duration.toNanosPart() * perSecond;
        return duration.toSeconds() * perSecond + (ofFraction + SECOND - 1) / SECOND;
    }
}
