package io.detektor.redisha.sentinel;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Settings with which waiting for a master is in vain, as the Sentinels' answers show it. */
final class Misconfiguration {

    private Misconfiguration() {}

    /**
     * What is wrong; null when nothing is, or nobody knows yet.
     *
     * @param name of the master that is looked for
     */
    static @Nullable SentinelConfigurationException of(
            String name, List<SentinelLink> links, SentinelVotes votes) {
        long unknown =
                links.stream()
                        .filter(link -> {
                            String failure = link.failure();
                            return failure != null
                                    && failure.contains("No such master with that name");
                        })
                        .count();
        if (unknown > links.size() / 2) {
            return new SentinelConfigurationException(
                    "spring.data.redis.sentinel.master: '"
                            + name
                            + "' (expected: a name that the Sentinels monitor; "
                            + unknown
                            + " of "
                            + links.size()
                            + " say: no such master)",
                    "Set spring.data.redis.sentinel.master to the name in the Sentinels' line"
                            + " 'sentinel monitor <name> …' (redis-cli -p 26379 SENTINEL MASTERS"
                            + " lists them).");
        }
        int needed = Math.max(votes.majority(), votes.quorum());
        boolean allAnswer = !links.isEmpty() && votes.replies().size() == links.size();
        if (allAnswer && links.size() < needed) {
            return new SentinelConfigurationException(
                    "spring.data.redis.sentinel.nodes: "
                            + links.size()
                            + " node(s) (expected: at least "
                            + needed
                            + "; the Sentinels' quorum is "
                            + votes.quorum()
                            + " and a majority of them all is "
                            + votes.majority()
                            + ")",
                    "List every Sentinel in spring.data.redis.sentinel.nodes: fewer than a majority"
                            + " cannot tell who is master.");
        }
        return null;
    }
}
