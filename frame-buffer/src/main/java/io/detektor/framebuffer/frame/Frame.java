package io.detektor.framebuffer.frame;

/** One frame as a client sent it. Immutable; the arrays are shared, and nobody changes them. */
public sealed interface Frame permits JsonFrame, ImageFrame {

    /** The frame's own name as JSON text, with its quotes if it is a string. Not a copy. */
    byte[] frameId();

    /** What the client sent as body. Not a copy. */
    byte[] body();
}
