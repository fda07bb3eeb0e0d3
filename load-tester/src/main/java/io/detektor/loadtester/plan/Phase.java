package io.detektor.loadtester.plan;

import java.time.Duration;

/**
 * A part of a profile: the rate goes in a straight line from one value to another.
 *
 * @param fromPerSecond messages per second at its start, 0 to {@link Rate#HIGHEST}
 * @param toPerSecond messages per second at its end, 0 to {@link Rate#HIGHEST}
 * @param duration how long it takes
 */
public record Phase(int fromPerSecond, int toPerSecond, Duration duration) {

    /** The longest whole run. */
    static final Duration LONGEST = Duration.ofDays(1);

    public Phase {
        checkRate(fromPerSecond);
        checkRate(toPerSecond);
        if (!duration.isPositive() || duration.compareTo(LONGEST) > 0) {
            throw new InvalidValueException("duration", Units.text(duration), "up to 24h");
        }
    }

    static Phase constant(int perSecond, Duration duration) {
        return new Phase(perSecond, perSecond, duration);
    }

    private static void checkRate(int perSecond) {
        if (perSecond < 0 || perSecond > Rate.HIGHEST) {
            throw new InvalidValueException(
                    "perSecond", Integer.toString(perSecond), "0 to " + Rate.HIGHEST);
        }
    }

    boolean steady() {
        return fromPerSecond == toPerSecond;
    }

    int highest() {
        return Math.max(fromPerSecond, toPerSecond);
    }
}
