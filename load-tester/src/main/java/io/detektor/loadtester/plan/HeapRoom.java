package io.detektor.loadtester.plan;

import java.util.Collections;

/**
 * How many messages in flight fit the heap: two thirds of it are theirs. Told before the run, not
 * in the middle.
 */
public final class HeapRoom {

    /** What a message in flight costs beside its content: fields, queue, futures, the driver. */
    private static final long OVERHEAD = 2 * 1024;

    private HeapRoom() {}

    /**
     * The most messages that may be in flight.
     *
     * @param heap bytes
     */
    public static int most(Payload payload, TargetPlan target, long heap) {
        // over HTTP the content is there in base64, too
        long content = largest(payload) * (target instanceof TargetPlan.Http ? 3L : 1L);
        return (int) Math.min(Integer.MAX_VALUE, heap / 3 * 2 / (content + OVERHEAD));
    }

    /**
     * Checks that those of a plan fit.
     *
     * @param heap bytes
     * @throws InvalidValueException when they do not
     */
    public static void check(LoadPlan plan, long heap) {
        int most = most(plan.payload(), plan.target(), heap);
        if (plan.maxInFlight() > most) {
            throw new InvalidValueException(
                    "--max-in-flight",
                    Integer.toString(plan.maxInFlight()),
                    "at most "
                            + most
                            + " with messages of "
                            + Units.text(largest(plan.payload()))
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
