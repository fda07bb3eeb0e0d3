package io.detektor.framebuffer.stream;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Entries that are with a taker, or on their way there. Guarded by the lock of {@link GroupReader}.
 */
final class HeldEntries {

    private static final long FOR_EVER = Long.MAX_VALUE;

    /** The nanoTime at which each comes back by itself. */
    private final Map<Key, Long> until = new HashMap<>();

    private record Key(String stream, EntryId id) {

        static Key of(WaitingFrame frame) {
            return new Key(frame.stream(), frame.id());
        }
    }

    /** Holds an entry until then; false where it is held already. */
    boolean hold(String stream, EntryId id, long untilNanos) {
        return until.putIfAbsent(new Key(stream, id), untilNanos) == null;
    }

    /** Holds entries until {@link #release}. */
    void keep(List<WaitingFrame> frames) {
        frames.forEach(frame -> until.put(Key.of(frame), FOR_EVER));
    }

    void release(List<WaitingFrame> frames) {
        frames.forEach(frame -> until.remove(Key.of(frame)));
    }

    /** Holds no longer what should have been released by now; whether there was any. */
    boolean releaseOverdue(long nowNanos) {
        return until.values().removeIf(at -> at != FOR_EVER && at - nowNanos < 0);
    }

    int size() {
        return until.size();
    }
}
