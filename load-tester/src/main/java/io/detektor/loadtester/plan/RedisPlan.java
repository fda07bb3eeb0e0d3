package io.detektor.loadtester.plan;

import io.detektor.redisha.NodeAddress;
import java.util.List;

/**
 * How Redis is reached.
 *
 * @param sentinels asked for the master; empty for a single Redis
 * @param masterName the name that the Sentinels know the master by
 * @param fallback the single Redis, or what serves while no Sentinel ever answered
 * @param username ACL user, empty for the default one
 * @param password never printed; empty for none
 */
public record RedisPlan(
        List<NodeAddress> sentinels,
        String masterName,
        NodeAddress fallback,
        String username,
        String password) {

    public RedisPlan {
        sentinels = List.copyOf(sentinels);
    }

    /** Whether the Sentinels decide where the master is. */
    public boolean throughSentinel() {
        return !sentinels.isEmpty();
    }

    /** Without the password. */
    @Override
    public String toString() {
        return throughSentinel()
                ? "sentinel " + masterName + " " + sentinels
                : "single redis " + fallback;
    }
}
