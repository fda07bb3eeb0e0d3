package io.detektor.loadtester.session;

import io.detektor.loadtester.plan.InvalidValueException;
import io.detektor.loadtester.plan.LoadPlan;
import io.detektor.loadtester.plan.Payload;
import io.detektor.loadtester.plan.TargetPlan;
import io.detektor.loadtester.plan.Units;
import java.util.Collections;

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
        int largest = largest(plan.payload());
        // over HTTP the content is there in base64, too
        long content = largest * (plan.target() instanceof TargetPlan.Http ? 3L : 1L);
        long most = heap / 3 * 2 / (content + OVERHEAD);
        if (plan.maxInFlight() > most) {
            throw new InvalidValueException(
                    "--max-in-flight",
                    Integer.toString(plan.maxInFlight()),
                    "at most "
                            + most
                            + " with messages of "
                            + Units.text(largest)
                            + " and a heap of "
                            + heap / (1024 * 1024)
                            + " MB; LOADTEST_HEAP=1g ./detektor load makes it larger");
        }
    }

    /** Bytes of its own that a message carries at most; frames and files are shared by all. */
    private static int largest(Payload payload) {
        return switch (payload) {
            case Payload.Sizes of -> Collections.max(of.sizes());
            case Payload.Range range -> range.largest();
            case Payload.OfFile _, Payload.Frames _ -> 0;
        };
    }
}
