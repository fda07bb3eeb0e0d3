package io.detektor.redisha.durability;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * How long the streams were when the master last said so. Where a limit is far away, a batch need
 * not ask first. Confined to the writer's event loop.
 */
final class StreamRoom {

    /** More than all writers together append while what is known is believed. */
    private static final long AMPLE = 1 << 16;

    private static final long BELIEVED_NANOS = Duration.ofMillis(100).toNanos();

    private final Map<String, Seen> lengths = new HashMap<>();

    private record Seen(long length, long nanos) {}

    /** The master said how long a stream is. */
    void seen(String stream, long length) {
        lengths.put(stream, new Seen(length, System.nanoTime()));
    }

    /** Whether nobody can have filled the stream since. */
    boolean isAmple(String stream, long limit) {
        Seen seen = lengths.get(stream);
        return seen != null
                && limit - seen.length >= AMPLE
                && System.nanoTime() - seen.nanos < BELIEVED_NANOS;
    }
}
