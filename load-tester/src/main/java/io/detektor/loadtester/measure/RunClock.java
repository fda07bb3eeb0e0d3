package io.detektor.loadtester.measure;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/**
 * The one clock of a run: everything on a timeline is counted from its start, on the monotonic
 * clock; wall times of other sources are placed on it by the wall time of the start. Immutable.
 *
 * @param wall wall time at the start
 * @param nanos {@link System#nanoTime()} at the start
 */
public record RunClock(Instant wall, long nanos) {

    /** A clock that starts {@code ahead} from now. */
    public static RunClock startingIn(Duration ahead, InstantSource source) {
        return new RunClock(source.instant().plus(ahead), System.nanoTime() + ahead.toNanos());
    }

    /** Time since the start; negative before it. */
    public Duration now() {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }

    /** Where a wall time lies. */
    public Duration of(Instant instant) {
        return Duration.between(wall, instant);
    }

    /** Microseconds since the epoch of a moment given in nanoseconds since the start. */
    public long epochMicros(long offsetNanos) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, wall) + offsetNanos / 1000;
    }
}
