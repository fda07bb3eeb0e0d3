package io.detektor.loadtester.drill;

import java.time.Duration;

/**
 * How long writes may go without a confirmation.
 *
 * @param least a shorter one says that the fault was not what it should have been
 * @param most a longer one misses what is expected
 * @param source where the numbers come from
 */
record GapRange(Duration least, Duration most, String source) {

    /** {@code down-after-milliseconds} of the shipped sentinel.conf. */
    static final Duration DOWN_AFTER = Duration.ofSeconds(2);

    /** Asking each other, jitter of the start, promotion seen by INFO, poll of the client. */
    private static final Duration FAILOVER = Duration.ofMillis(4500);

    /** A Sentinel pings once a second, and a client looks every 200 ms. */
    private static final Duration PING = Duration.ofSeconds(1);

    private static final Duration BUSY_HOST = Duration.ofMillis(1500);

    /** No gap worth the name. */
    static GapRange none() {
        return upTo(Duration.ofMillis(500), "no outage; 0.5 s for pauses of a busy host");
    }

    static GapRange upTo(Duration most, String source) {
        return new GapRange(Duration.ZERO, most, source);
    }

    static GapRange of(double least, double most, String source) {
        return new GapRange(
                Duration.ofMillis(Math.round(least * 1000)),
                Duration.ofMillis(Math.round(most * 1000)),
                source);
    }

    /** The Sentinels have to notice, agree and promote. */
    static GapRange failover() {
        return new GapRange(
                DOWN_AFTER.minusMillis(500),
                DOWN_AFTER.plus(FAILOVER),
                "down-after 2 s less the time since the last answer, to down-after + 4.5 s");
    }

    /** The Sentinels have to notice that a replica is down; no master changes. */
    static GapRange replicaDown() {
        return new GapRange(
                Duration.ZERO,
                DOWN_AFTER.plus(PING).plus(BUSY_HOST),
                "down-after 2 s + ping 1 s until a majority excludes it, + 1.5 s on a busy host");
    }

    boolean holds(long millis) {
        return millis >= least.toMillis() && millis <= most.toMillis();
    }

    /** In seconds, for instance {@code 1.5-6.5 s}. */
    String text() {
        return seconds(least) + "-" + seconds(most) + " s";
    }

    private static String seconds(Duration duration) {
        double seconds = duration.toMillis() / 1000.0;
        return seconds == Math.rint(seconds)
                ? Long.toString((long) seconds)
                : Double.toString(seconds);
    }
}
