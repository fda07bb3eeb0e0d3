package io.detektor.framebuffer.stream;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Frames that a taker has for a time and acknowledges itself. A lease that ends without that makes
 * its frame be handed out again; after so many deliveries it becomes a dead letter. Leases are kept
 * in Redis: any instance ends, extends or acknowledges them, and a restart forgets none. A failover
 * may forget the latest ones: their frames are handed out again then.
 *
 * <p>Thread-safe, and no method blocks. Futures fail when Redis cannot be reached.
 */
public interface FrameLeases {

    /** What became of one lease in a request. */
    enum Result {
        /** As asked. */
        DONE,
        /** The frame is not there any more: acknowledged before, or removed. */
        GONE,
        /** The lease has ended, and somebody else may have the frame. */
        LOST
    }

    /**
     * Leases out what was taken.
     *
     * @param batch as {@link FrameLog#take} gave it; it is ended with this call, whatever comes
     * @param length how long the lease lasts
     * @return the frames, without those that somebody removed meanwhile
     */
    CompletableFuture<List<LeasedFrame>> lease(FrameBatch batch, Duration length);

    /**
     * Acknowledges frames and removes them; a lease that has ended is as good as long as nobody
     * else was given the frame.
     *
     * @return a result for each, in their order, when it is confirmed on every replica that could
     *     be promoted; fails when it is not known
     */
    CompletableFuture<List<Result>> acknowledge(List<LeaseId> leases);

    /**
     * Ends leases; their frames are handed out again.
     *
     * @param delay how long to wait with that
     * @param error what went wrong with the frames, for the dead letter that they may become
     * @return a result for each, in their order
     */
    CompletableFuture<List<Result>> giveBack(
            List<LeaseId> leases, Duration delay, @Nullable String error);

    /** Ends leases of frames that did not reach their taker: as if they had not been leased out. */
    void undelivered(List<LeaseId> leases);

    /**
     * Lets a lease last longer.
     *
     * @param length from now on
     */
    CompletableFuture<Result> extend(LeaseId lease, Duration length);
}
