package io.detektor.localset;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for a condition, with a deadline and a message that says what was seen instead. */
final class Await {

    private static final long LOOK_EVERY_NANOS = Duration.ofMillis(20).toNanos();

    private Await() {}

    /**
     * Blocks until the condition holds.
     *
     * @param seen what to say when it does not; asked once, at the end
     * @throws LocalSetException when the time is over, or the thread is interrupted
     */
    static void until(BooleanSupplier condition, Duration within, Supplier<String> seen) {
        long deadline = System.nanoTime() + within.toNanos();
        while (!condition.getAsBoolean()) {
            if (Thread.currentThread().isInterrupted()) {
                throw new LocalSetException("interrupted: " + seen.get());
            }
            if (System.nanoTime() - deadline > 0) {
                throw new LocalSetException("after " + within.toMillis() + " ms: " + seen.get());
            }
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
        }
    }

    /**
     * Blocks until there is nothing left to say.
     *
     * @param complaint what is not as it should be; empty when all is well
     * @throws LocalSetException with the last complaint when the time is over
     */
    static void untilSilent(Supplier<String> complaint, Duration within, String hint) {
        String[] last = {""};
        until(
                () -> {
                    last[0] = complaint.get();
                    return last[0].isEmpty();
                },
                within,
                () -> last[0] + hint);
    }
}
