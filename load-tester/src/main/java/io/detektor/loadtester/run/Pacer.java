package io.detektor.loadtester.run;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Waits for a moment on the monotonic clock: parks, and at moderate rates spins the last bit, which
 * the operating system's timer would oversleep (some 50 µs on Linux). At high rates it does not
 * spin, since those messages leave in small bunches anyway and the processor is needed elsewhere.
 */
final class Pacer {

    private static final long SPIN = Duration.ofNanos(70_000).toNanos();

    /** Spinning for each message of a shorter interval would take a seventh of a processor. */
    private static final long SHORTEST_SPUN = Duration.ofNanos(500_000).toNanos();

    private static final boolean MAY_SPIN = Runtime.getRuntime().availableProcessors() > 1;

    private Pacer() {}

    /**
     * Returns at {@code moment}, or soon after.
     *
     * @param moment as {@link System#nanoTime()} counts
     * @param interval nanoseconds from the message before
     * @return whether there was anything to wait for
     */
    static boolean await(long moment, long interval) {
        long spin = MAY_SPIN && interval >= SHORTEST_SPUN ? SPIN : 0;
        long left = moment - System.nanoTime();
        if (left <= 0) {
            return false;
        }
        while (left > 0) {
            if (left > spin) {
                LockSupport.parkNanos(left - spin);
            } else {
                Thread.onSpinWait();
            }
            left = moment - System.nanoTime();
        }
        return true;
    }
}
