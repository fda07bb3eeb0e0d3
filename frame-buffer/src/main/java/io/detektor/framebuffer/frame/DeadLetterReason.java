package io.detektor.framebuffer.frame;

/** Why a frame went to the dead-letter stream. Each is a value of the meter tag {@code reason}. */
public enum DeadLetterReason {
    /** The buffer held as many frames as it may. */
    BUFFER_FULL("buffer_full"),
    /** It was handed out as often as it may be, and nobody acknowledged it. */
    MAX_DELIVERIES("max_deliveries");

    private final String tag;

    DeadLetterReason(String tag) {
        this.tag = tag;
    }

    /** The name in the stream entry, in meters and in answers. */
    public String tag() {
        return tag;
    }
}
