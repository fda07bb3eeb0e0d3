package io.detektor.loadtester.cli;

import io.detektor.loadtester.run.Interruption;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C and SIGTERM: asks the command to end, waits until it has healed and reported, and ends the
 * process with 130.
 */
final class Shutdown {

    private static final int INTERRUPTED = 130;

    /** A node may have to be started again, and that takes a while. */
    private static final Duration PATIENCE = Duration.ofSeconds(100);

    private final Interruption interruption = new Interruption();
    private final CountDownLatch finished = new CountDownLatch(1);

    Interruption interruption() {
        return interruption;
    }

    /** Runs a command that can be asked to end. */
    <T> T guard(Callable<T> command) throws Exception {
        Thread hook = new Thread(this::end, "interrupted");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return command.call();
        } finally {
            finished.countDown();
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // already on the way down: the hook ends the process
            }
        }
    }

    private void end() {
        interruption.request();
        try {
            if (!finished.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                System.err.println("interrupted: the run did not end in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        System.out.flush();
        // the exit code of a signal would be another one for each signal
        Runtime.getRuntime().halt(INTERRUPTED);
    }
}
