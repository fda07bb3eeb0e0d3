package io.detektor.framebuffer.stream;

import io.detektor.framebuffer.frame.StoredFrame;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A frame that could not be kept or served, and what is known of it.
 *
 * @param id of its entry in the dead-letter stream
 * @param at when it came there
 * @param reason why; see {@code DeadLetterReason}
 * @param stream where it belongs; null for an entry that somebody else wrote, which cannot be
 *     reprocessed
 * @param messageId its id in that stream; null for a frame that never got in
 * @param deliveries how often it was leased out
 * @param firstError what its first taker said of it, or null
 * @param lastError what its last taker said of it, or null
 * @param size bytes of the frame's own entry
 * @param frame the frame
 */
public record DeadLetter(
        String id,
        Instant at,
        String reason,
        @Nullable String stream,
        @Nullable String messageId,
        long deliveries,
        @Nullable String firstError,
        @Nullable String lastError,
        long size,
        StoredFrame frame) {}
