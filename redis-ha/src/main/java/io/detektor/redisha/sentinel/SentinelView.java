package io.detektor.redisha.sentinel;

import io.detektor.redisha.NodeAddress;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the set at one moment. Immutable.
 *
 * @param master where writes go, or null while nobody is known to be master
 * @param source how that is known
 * @param configEpoch the Sentinels' configuration epoch, which rises with each failover; 0 when
 *     unknown
 * @param promotable replicas that Sentinel could promote: each write is confirmed by all of them. A
 *     replica leaves this set only when a majority of all the Sentinels excludes it
 * @param down replicas that a majority of all the Sentinels holds to be down
 * @param replicas every replica that some Sentinel lists
 * @param sentinels one entry for each configured Sentinel, in configured order
 * @param quorum how many Sentinels must agree that the master is down; 0 when unknown
 * @param takenAt when this view was put together
 */
public record SentinelView(
        @Nullable NodeAddress master,
        Source source,
        long configEpoch,
        Set<NodeAddress> promotable,
        Set<NodeAddress> down,
        Set<NodeAddress> replicas,
        List<SentinelStatus> sentinels,
        int quorum,
        Instant takenAt) {

    public SentinelView {
        promotable = Set.copyOf(promotable);
        down = Set.copyOf(down);
        replicas = Set.copyOf(replicas);
        sentinels = List.copyOf(sentinels);
    }

    /** How the master of a view is known. */
    public enum Source {
        /** A majority of the Sentinels names it, and its own {@code ROLE} says master. */
        SENTINELS,
        /**
         * The master that the Sentinels name says it is a replica of this one, and this one's
         * {@code ROLE} says master: a planned switch that the Sentinels are about to announce.
         */
        HANDED_OVER,
        /** No majority of the Sentinels answers; this was the master when one last did. */
        LAST_KNOWN,
        /** No Sentinel ever answered; {@code spring.data.redis.host} says master of itself. */
        FALLBACK,
        /** No Sentinel is configured: a single Redis. */
        SINGLE,
        /** No master is known. */
        NONE
    }

    /**
     * What one Sentinel says.
     *
     * @param address the Sentinel
     * @param answers whether it answered within the last second
     * @param master the master that it names, or null
     */
    public record SentinelStatus(
            NodeAddress address, boolean answers, @Nullable NodeAddress master) {}

    /** How many of the configured Sentinels answer. */
    public int answering() {
        return (int) sentinels.stream().filter(SentinelStatus::answers).count();
    }

    /** Whether more than half of the configured Sentinels answer. */
    public boolean majorityAnswers() {
        return answering() > sentinels.size() / 2;
    }
}
