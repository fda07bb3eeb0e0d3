package io.detektor.framebuffer.stream;

import java.util.List;

/**
 * Frames handed out to one taker.
 *
 * @param frames oldest first
 * @param remaining frames that wait beside these and are not handed out by this process
 */
public record FrameBatch(List<WaitingFrame> frames, long remaining) {

    public FrameBatch {
        frames = List.copyOf(frames);
    }
}
