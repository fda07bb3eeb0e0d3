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
    private static final int SPIN_UP_TO = 2_000;

    private final long spin;

    Pacer(int perSecond) {
        this.spin =
                perSecond <= SPIN_UP_TO && Runtime.getRuntime().availableProcessors() > 1
                        ? SPIN
                        : 0;
    }

    /** Returns at {@code moment}, or soon after. */
    void await(long moment) {
        long left = moment - System.nanoTime();
        while (left > 0) {
            if (left > spin) {
                LockSupport.parkNanos(left - spin);
            } else {
                Thread.onSpinWait();
            }
            left = moment - System.nanoTime();
        }
    }
}
