package io.detektor.framebuffer.frame;

/** A body that is not a frame. The message says what it is instead; it holds no stack trace. */
public final class MalformedFrameException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * @param found what the body is instead
     */
    public MalformedFrameException(String found) {
        super(found, null, false, false);
    }
}
