package io.detektor.telegramalerts.watch;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Remembers what was told a moment ago, since each Sentinel tells the same. Not thread-safe:
 * confined to the monitor's thread.
 */
final class HappeningLog {

    /** Longer than the Sentinels take to tell one another, shorter than a fault takes to recur. */
    private static final Duration SAME = Duration.ofSeconds(10);

    private final Map<Happening, Instant> told = new HashMap<>();

    /** Whether this is news; asking makes it old. */
    boolean isNew(Happening happening, Instant at) {
        told.values().removeIf(before -> before.plus(SAME).isBefore(at));
        return told.putIfAbsent(happening, at) == null;
    }
}
