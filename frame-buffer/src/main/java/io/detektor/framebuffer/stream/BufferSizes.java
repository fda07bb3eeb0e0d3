package io.detektor.framebuffer.stream;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How much waits, at one moment.
 *
 * @param frames entries of the stream that {@code POST /frames/enqueue} fills
 * @param metadata entries of the stream that the capture service fills
 * @param deadLetters entries of the dead-letter stream
 * @param bytes memory that the two streams of waiting entries take in Redis, by its own estimate
 * @param oldest when the oldest waiting entry was written; null when none waits
 */
public record BufferSizes(
        long frames, long metadata, long deadLetters, long bytes, @Nullable Instant oldest) {

    /** What a dequeue could serve: both streams. */
    public long waiting() {
        return frames + metadata;
    }
}
