package io.detektor.framebuffer.stream;

import io.detektor.framebuffer.frame.StoredFrame;

/** A frame out of the log, and where it lies there. Compared by identity. */
public final class WaitingFrame {

    private final String stream;
    private final EntryId id;
    private final StoredFrame frame;

    WaitingFrame(String stream, EntryId id, StoredFrame frame) {
        this.stream = stream;
        this.id = id;
        this.frame = frame;
    }

    String stream() {
        return stream;
    }

    EntryId id() {
        return id;
    }

    /** The id of its entry, as enqueue answered it. */
    public String messageId() {
        return id.toString();
    }

    /** What it holds. */
    public StoredFrame frame() {
        return frame;
    }
}
