package io.detektor.framebuffer.enqueue;

import io.detektor.framebuffer.frame.Frame;
import io.detektor.redisha.durability.WriteFailure;

/** What became of a frame that was sent. */
sealed interface EnqueueResult {

    /** It is confirmed: on the master, and on every replica that could be promoted. */
    record Enqueued(Frame frame, String messageId, long queueSize, boolean repeated)
            implements EnqueueResult {}

    /**
     * It is no frame.
     *
     * @param found what it is instead
     * @param expected what it should be
     */
    record Malformed(String found, String expected) implements EnqueueResult {}

    /** Its key stands for another frame; nothing was stored. */
    record KeyReused() implements EnqueueResult {}

    /** The buffer holds all it may; the frame is in the dead-letter stream, or nowhere. */
    record BufferFull(boolean deadLettered) implements EnqueueResult {}

    /** It is not in the buffer, and will not come to be. */
    record NotStored(WriteFailure reason, String detail) implements EnqueueResult {}

    /** It may be in the buffer. */
    record OutcomeUnknown(WriteFailure reason, String detail) implements EnqueueResult {}
}
