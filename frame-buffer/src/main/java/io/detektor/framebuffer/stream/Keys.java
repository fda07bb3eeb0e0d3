package io.detektor.framebuffer.stream;

import io.detektor.framebuffer.settings.FrameBufferProperties;
import java.util.List;

/** The keys in Redis. What belongs to leases is named after stream and group. */
final class Keys {

    /**
     * The consumer on which every leased entry is pending, whichever instance leased it out: so no
     * instance takes them for its own, and each can end any lease.
     */
    static final String LESSEE = "leases";

    private final List<String> streams;
    private final List<String> all;

    Keys(FrameBufferProperties settings) {
        String frames = settings.streams().frames();
        String prefix = frames + ":" + settings.consumer().group() + ":lease-";
        this.streams = List.of(frames, settings.streams().metadata());
        this.all =
                List.of(
                        frames,
                        settings.streams().metadata(),
                        prefix + "due",
                        prefix + "tokens",
                        prefix + "deliveries",
                        prefix + "errors");
    }

    /** The streams that are read: enqueued frames, and those of the capture service. */
    List<String> streams() {
        return streams;
    }

    /**
     * The streams; when each lease ends (sorted set); who holds it, how often the frame was handed
     * out, and with which errors it came back (hashes). Members are {@code number of the
     * stream:id}.
     */
    List<String> all() {
        return all;
    }

    /** The stream, and what is kept of its leased entries. */
    List<String> ofAcknowledgement(String stream) {
        return List.of(stream, all.get(3), all.get(4), all.get(5));
    }

    /** The number by which the scripts know a stream: its place in {@link #all}, from 1. */
    int number(String stream) {
        return stream.equals(streams.get(0)) ? 1 : 2;
    }
}
