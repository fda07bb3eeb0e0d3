package io.detektor.framebuffer.stream;

import io.detektor.framebuffer.frame.Frame;
import org.jspecify.annotations.Nullable;

/**
 * A frame to be kept.
 *
 * @param frame the frame
 * @param idempotencyKey the caller's name for this frame: the same key again stores nothing and is
 *     answered as the first time; null for none
 * @param fingerprint what must be the same again where the key is; null to compare nothing
 * @param traceparent W3C trace context for the one who takes the frame; null for none
 */
public record FrameAppend(
        Frame frame,
        @Nullable String idempotencyKey,
        @Nullable String fingerprint,
        @Nullable String traceparent) {}
