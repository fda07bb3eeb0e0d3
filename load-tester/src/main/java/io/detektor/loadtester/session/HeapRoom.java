package io.detektor.loadtester.session;

import io.detektor.loadtester.plan.InvalidValueException;
import io.detektor.loadtester.plan.LoadPlan;
import io.detektor.loadtester.plan.TargetPlan;
import io.detektor.loadtester.plan.Units;

/**
 * Whether the messages that may be in flight fit the heap: told before the run, not in the middle.
 */
final class HeapRoom {

    /** What a message in flight costs beside its content: fields, queue, futures, the driver. */
    private static final long OVERHEAD = 2 * 1024;

    private HeapRoom() {}

    /**
     * Checks that they take two thirds of the heap at most.
     *
     * @param heap bytes
     * @throws InvalidValueException when they would take more
     */
    static void check(LoadPlan plan, long heap) {
        // frames are shared by all messages; over HTTP the content is there in base64, too
        long content =
                plan.frames() != null
                        ? 0
                        : plan.payloadSize() * (plan.target() instanceof TargetPlan.Http ? 3L : 1L);
        long most = heap / 3 * 2 / (content + OVERHEAD);
        if (plan.maxInFlight() > most) {
            throw new InvalidValueException(
                    "--max-in-flight",
                    Integer.toString(plan.maxInFlight()),
                    "at most "
                            + most
                            + " with messages of "
                            + Units.text(plan.payloadSize())
                            + " and a heap of "
                            + heap / (1024 * 1024)
                            + " MB; LOADTEST_HEAP=1g ./detektor load makes it larger");
        }
    }
}
