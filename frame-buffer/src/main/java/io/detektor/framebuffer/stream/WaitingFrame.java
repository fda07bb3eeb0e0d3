package io.detektor.framebuffer.stream;

/** A frame out of the log, and where it lies there. Compared by identity. */
public final class WaitingFrame {

    private final String stream;
    private final EntryId id;
    private final byte[] json;

    WaitingFrame(String stream, EntryId id, byte[] json) {
        this.stream = stream;
        this.id = id;
        this.json = json;
    }

    String stream() {
        return stream;
    }

    EntryId id() {
        return id;
    }

    /** The frame as UTF-8 text of one JSON object. Not a copy. */
    public byte[] json() {
        return json;
    }
}
