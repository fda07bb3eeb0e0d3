package io.detektor.framebuffer.stream;

/**
 * A frame that one taker has for a time.
 *
 * @param lease what the taker shows to acknowledge it
 * @param frame the frame
 * @param deliveries how often it was leased out, this time included
 */
public record LeasedFrame(LeaseId lease, WaitingFrame frame, long deliveries) {}
