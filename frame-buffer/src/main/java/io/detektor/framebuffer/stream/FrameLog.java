package io.detektor.framebuffer.stream;

import io.detektor.framebuffer.frame.DeadLetterReason;
import io.detektor.redisha.durability.WriteOutcome;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Where frames wait between the one who sent them and the one who takes them.
 *
 * <p>A frame that is taken stays in the log until it is acknowledged. Delivery is at least once:
 * while one process lives, a frame is with one taker at a time; after a failover, or when a process
 * died with frames handed out, a frame may be handed out again.
 *
 * <p>Thread-safe, and no method blocks. Dependents of the returned futures run on I/O threads and
 * must not block either.
 */
public interface FrameLog {

    /**
     * Appends a frame, or refuses it with {@code STREAM_FULL} when the buffer is full.
     *
     * @return never fails exceptionally
     */
    CompletableFuture<WriteOutcome> append(FrameAppend frame);

    /**
     * Appends frames in their order with one confirmation; each has its own outcome.
     *
     * @param frames at least one
     * @return an outcome for each, in their order; none fails exceptionally
     */
    List<CompletableFuture<WriteOutcome>> appendTogether(List<FrameAppend> frames);

    /**
     * Puts a frame whole into the dead-letter stream. Its key is counted apart from that of {@link
     * #append}.
     *
     * @return never fails exceptionally
     */
    CompletableFuture<WriteOutcome> deadLetter(FrameAppend frame, DeadLetterReason reason);

    /**
     * Hands out the oldest frames that nobody else holds. The taker ends each batch with {@link
     * #acknowledge} or {@link #giveBack}; what it leaves open comes back by itself after a while.
     *
     * @param count 1 to 100
     * @param wait how long to wait for a first frame where none waits; zero for not at all. Neither
     *     a thread nor a connection is held meanwhile
     * @return up to {@code count} frames, none when none came; fails when Redis cannot be reached,
     *     and then no frame is lost. When the future is cancelled the frames go back
     */
    CompletableFuture<FrameBatch> take(int count, Duration wait);

    /** Removes frames that reached their taker. Repeats by itself until Redis has done it. */
    void acknowledge(FrameBatch batch);

    /** Puts frames back that did not reach their taker: the next {@link #take} hands them out. */
    void giveBack(FrameBatch batch);

    /**
     * Removes every frame that waits, the handed out ones included, and says how many they were. A
     * stream that others read too keeps its entries, and this group does not see them any more.
     *
     * @return completes when it is confirmed; fails when it is not known to have happened
     */
    CompletableFuture<Long> clear();

    /** How much waits just now; fails when Redis cannot be reached in a second or so. */
    CompletableFuture<BufferSizes> sizes();

    /** Whether frames can be read, as far as the last attempt tells; true before the first. */
    boolean readable();
}
