package io.detektor.loadtester.run;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Whether somebody wants the run to end early. Thread-safe. */
public final class Interruption {

    private final CountDownLatch requested = new CountDownLatch(1);

    /** Asks for the end. */
    public void request() {
        requested.countDown();
    }

    /** Whether the end was asked for. */
    public boolean requested() {
        return requested.getCount() == 0;
    }

    /**
     * Waits, but not longer than anybody wants the run to go on.
     *
     * @return whether the end was asked for
     */
    public boolean await(Duration atMost) {
        try {
            return requested.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            request();
            return true;
        }
    }
}
