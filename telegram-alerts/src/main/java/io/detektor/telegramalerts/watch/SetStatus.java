package io.detektor.telegramalerts.watch;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The set at one moment, for people.
 *
 * @param masterName empty for a single Redis
 * @param master its address, or null while nobody is known to be master
 * @param knownBy how that is known, see {@code SentinelView.Source}
 * @param answers whether the master answered within the last seconds
 * @param usedMemoryBytes its memory for data, or null
 * @param replicas every replica that some Sentinel lists
 * @param sentinels each that is configured
 * @param quorum how many Sentinels must agree that a master is down; 0 when unknown
 */
public record SetStatus(
        String masterName,
        @Nullable String master,
        String knownBy,
        boolean answers,
        @Nullable Long usedMemoryBytes,
        List<Replica> replicas,
        List<Sentinel> sentinels,
        int quorum) {

    /**
     * One replica.
     *
     * @param state {@code in sync}, {@code down} or {@code not in sync}
     * @param lagBytes what it has not acknowledged, or null where the master does not say
     */
    public record Replica(String address, String state, @Nullable Long lagBytes) {}

    /** One Sentinel, whether it answers, and whom it names. */
    public record Sentinel(String address, boolean answers, @Nullable String master) {}

    /** How many Sentinels answer. */
    public long answering() {
        return sentinels.stream().filter(Sentinel::answers).count();
    }
}
