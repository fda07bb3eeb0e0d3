package io.detektor.redisha.sentinel;

import io.detektor.redisha.NodeAddress;
import io.detektor.redisha.sentinel.SentinelReply.ReplicaState;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a majority of all the Sentinels says, from the fresh replies of those that answer. All means
 * the configured ones, or as many as the Sentinels know of where that is more: a majority of a part
 * decides nothing.
 *
 * @param replies the fresh replies
 * @param majority how many Sentinels make one
 */
record SentinelVotes(List<SentinelReply> replies, int majority) {

    static SentinelVotes of(List<SentinelReply> fresh, int configured) {
        int all =
                Math.max(
                        configured,
                        fresh.stream().mapToInt(SentinelReply::sentinels).max().orElse(0));
        return new SentinelVotes(List.copyOf(fresh), all / 2 + 1);
    }

    /** The master that a majority names, or null. */
    @Nullable NodeAddress master() {
        Map<NodeAddress, Integer> votes = new HashMap<>();
        for (SentinelReply reply : replies) {
            NodeAddress named = reply.master();
            if (named != null && votes.merge(named, 1, Integer::sum) >= majority) {
                return named;
            }
        }
        return null;
    }

    /** Every replica that some Sentinel lists for this master. */
    Set<NodeAddress> replicasOf(NodeAddress master) {
        Set<NodeAddress> all = new HashSet<>();
        replies.stream()
                .filter(reply -> master.equals(reply.master()))
                .forEach(reply -> all.addAll(reply.replicas().keySet()));
        return all;
    }

    /**
     * The candidates that no majority excludes. A Sentinel excludes a replica that it would pass
     * over or does not know. Nobody is excluded
     *
     * <ul>
     *   <li>by a Sentinel that does not answer, so that a client cut off with an old master can
     *       never shrink the set;
     *   <li>by a Sentinel that doubts the master: one of its replicas may be on the way to replace
     *       it, and what that replica looks like in these moments says nothing;
     *   <li>while any Sentinel is replacing this master, which takes one of them where an operator
     *       orders it.
     * </ul>
     */
    Set<NodeAddress> promotable(NodeAddress master, Set<NodeAddress> candidates) {
        Set<NodeAddress> promotable = new HashSet<>(candidates);
        promotable.removeIf(
                replica -> agree(master, replica, state -> state != ReplicaState.PROMOTABLE));
        return promotable;
    }

    /** The candidates that a majority holds to be down; with the same exceptions. */
    Set<NodeAddress> down(NodeAddress master, Set<NodeAddress> candidates) {
        Set<NodeAddress> down = new HashSet<>(candidates);
        down.removeIf(replica -> !agree(master, replica, state -> state == ReplicaState.DOWN));
        return down;
    }

    private boolean agree(
            NodeAddress master, NodeAddress replica, Predicate<@Nullable ReplicaState> test) {
        return !beingReplaced(master)
                && replies.stream()
                                .filter(reply -> master.equals(reply.master()))
                                .filter(reply -> !reply.masterDoubted())
                                .filter(reply -> test.test(reply.replicas().get(replica)))
                                .count()
                        >= majority;
    }

    /**
     * Whether some Sentinel names another master, by a later election than those that name this
     * one.
     */
    private boolean beingReplaced(NodeAddress master) {
        long epoch =
                replies.stream()
                        .filter(reply -> master.equals(reply.master()))
                        .mapToLong(SentinelReply::configEpoch)
                        .max()
                        .orElse(0);
        return replies.stream()
                .anyMatch(reply ->
                        reply.replacing()
                                || (!master.equals(reply.master()) && reply.configEpoch() > epoch));
    }

    long configEpoch() {
        return replies.stream().mapToLong(SentinelReply::configEpoch).max().orElse(0);
    }

    int quorum() {
        return replies.stream().mapToInt(SentinelReply::quorum).max().orElse(0);
    }
}
