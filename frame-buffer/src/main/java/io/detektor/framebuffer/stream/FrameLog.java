package io.detektor.framebuffer.stream;

import io.detektor.framebuffer.frame.DeadLetterReason;
import io.detektor.framebuffer.frame.JsonFrame;
import io.detektor.redisha.durability.WriteOutcome;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

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
     * @param idempotencyKey the caller's name for this frame: the same key again stores nothing and
     *     answers with the first entry; null for none
     * @return never fails exceptionally
     */
    CompletableFuture<WriteOutcome> append(JsonFrame frame, @Nullable String idempotencyKey);

    /**
     * Puts a frame whole into the dead-letter stream.
     *
     * @param idempotencyKey as in {@link #append}; counted apart from it
     * @return never fails exceptionally
     */
    CompletableFuture<WriteOutcome> deadLetter(
            JsonFrame frame, DeadLetterReason reason, @Nullable String idempotencyKey);

    /**
     * Hands out the oldest frames that nobody else holds. The taker ends each batch with {@link
     * #acknowledge} or {@link #giveBack}; what it leaves open comes back by itself after a while.
     *
     * @param count 1 to 100
     * @return up to {@code count} frames, none when none waits; fails when Redis cannot be reached,
     *     and then no frame is lost. When the future is cancelled the frames go back
     */
    CompletableFuture<FrameBatch> take(int count);

    /** Removes frames that reached their taker. Repeats by itself until Redis has done it. */
    void acknowledge(FrameBatch batch);

    /** Puts frames back that did not reach their taker: the next {@link #take} hands them out. */
    void giveBack(FrameBatch batch);

    /** How much waits just now; fails when Redis cannot be reached in a second or so. */
    CompletableFuture<BufferSizes> sizes();

    /** Whether frames can be read, as far as the last attempt tells; true before the first. */
    boolean readable();
}
