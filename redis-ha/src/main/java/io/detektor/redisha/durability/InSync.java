package io.detektor.redisha.durability;

import io.detektor.redisha.NodeAddress;
import io.detektor.redisha.connect.Role;
import io.detektor.redisha.sentinel.SentinelView;
import java.util.HashSet;
import java.util.Set;

/**
 * The rule of confirmation: who must have a write, and whether one that no replica has is accepted.
 * From what the Sentinels say and what the master says of its replicas. Stateless.
 *
 * @param degradedWrites what to do with a write while no replica is promotable
 */
record InSync(DegradedWrites degradedWrites) {

    /**
     * Who must have a write before it is confirmed: every replica that Sentinel could promote, and
     * every one that is online at the master, unless a majority of the Sentinels holds it to be
     * down. The online ones count too because a node becomes promotable at one moment and the
     * Sentinels notice at another.
     */
    static Set<NodeAddress> required(SentinelView view, Role.Master master) {
        Set<NodeAddress> required = new HashSet<>(master.acknowledged().keySet());
        required.removeAll(view.down());
        required.addAll(view.promotable());
        return required;
    }

    /** Those of the required that have not acknowledged everything below the offset. */
    static Set<NodeAddress> missing(SentinelView view, Role.Master master, long offset) {
        Set<NodeAddress> missing = required(view, master);
        missing.removeIf(replica -> master.acknowledged().getOrDefault(replica, -1L) >= offset);
        return missing;
    }

    /** How many replicas, required or not, have acknowledged everything below the offset. */
    static int holders(Role.Master master, long offset) {
        int holders = 0;
        for (long acknowledged : master.acknowledged().values()) {
            if (acknowledged >= offset) {
                holders++;
            }
        }
        return holders;
    }

    /** Whether it is plain before sending that policy will refuse: then nothing is stored. */
    boolean refusesToSend(SentinelView view) {
        return degradedWrites == DegradedWrites.REJECT
                && view.promotable().isEmpty()
                && (view.source() == SentinelView.Source.SENTINELS
                        || view.source() == SentinelView.Source.HANDED_OVER);
    }

    /**
     * Whether a write that no replica holds is refused. By policy; and always while no majority of
     * the Sentinels answers, because then nobody can tell "there is no replica" from "the others
     * have gone on without this master".
     */
    boolean refusesUnreplicated(SentinelView view) {
        return degradedWrites == DegradedWrites.REJECT
                || switch (view.source()) {
                    case SENTINELS, HANDED_OVER, SINGLE -> false;
                    case LAST_KNOWN, FALLBACK, NONE -> true;
                };
    }

    /** Why an unreplicated write is refused, and what was expected. */
    String refusal(SentinelView view) {
        return degradedWrites == DegradedWrites.REJECT
                ? "promotable replicas: 0 (expected: at least 1; policy degraded-writes is reject)"
                : "Sentinels answering: "
                        + view.answering()
                        + " of "
                        + view.sentinels().size()
                        + ", replicas in sync: 0 (expected: a majority, or at least 1)";
    }
}
