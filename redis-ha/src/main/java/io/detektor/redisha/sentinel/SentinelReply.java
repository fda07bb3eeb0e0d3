package io.detektor.redisha.sentinel;

import io.detektor.redisha.NodeAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one Sentinel answered at one moment.
 *
 * @param master whom it names; differs from the address in its own record of the master while a
 *     failover is being completed
 * @param configEpoch rises with each failover
 * @param quorum how many Sentinels must agree that the master is down
 * @param sentinels how many Sentinels it knows, itself included
 * @param masterDoubted whether it holds the master that it names to be down, or is replacing it
 * @param replacing whether it is replacing the master that it names
 * @param replicas what it knows of each replica
 */
record SentinelReply(
        @Nullable NodeAddress master,
        long configEpoch,
        int quorum,
        int sentinels,
        boolean masterDoubted,
        boolean replacing,
        Map<NodeAddress, ReplicaState> replicas) {

    /** What this Sentinel would do with a replica if the master died now. */
    enum ReplicaState {
        /** It could promote it. */
        PROMOTABLE,
        /** It would pass it over, although the replica may be well. */
        PASSED_OVER,
        /** It holds it to be down. */
        DOWN
    }

    /** A replica is out of touch for Sentinel after five ping periods of one second. */
    private static final Duration LAST_PING = Duration.ofSeconds(5);

    /** INFO older than three INFO periods of ten seconds is not trusted. */
    private static final Duration LAST_INFO = Duration.ofSeconds(30);

    /**
     * Puts together the replies of {@code SENTINEL GET-MASTER-ADDR-BY-NAME}, {@code MASTER} and
     * {@code REPLICAS}.
     */
    static SentinelReply parse(List<?> address, List<?> master, List<?> replicas) {
        Map<String, String> record = fields(master);
        NodeAddress named =
                address.size() == 2 && address.get(0) != null
                        ? new NodeAddress(
                                String.valueOf(address.get(0)),
                                Integer.parseInt(String.valueOf(address.get(1))))
                        : null;
        String flags = record.getOrDefault("flags", "");
        // the Sentinel that completes a failover names the new master, while its record, with what
        // it thinks of its master, is still about the old one
        boolean aboutNamed =
                named != null
                        && named.host().equals(record.get("ip"))
                        && named.port() == number(record, "port");
        boolean replacing = aboutNamed && flags.contains("failover_in_progress");
        boolean doubted = replacing || (aboutNamed && flags.contains("_down"));
        Duration downAfter = Duration.ofMillis(number(record, "down-after-milliseconds"));
        Map<NodeAddress, ReplicaState> states = new HashMap<>();
        for (Object each : replicas) {
            Map<String, String> replica = fields((List<?>) each);
            int port = (int) number(replica, "port");
            if (port > 0) {
                states.put(
                        new NodeAddress(replica.getOrDefault("ip", ""), port),
                        state(replica, downAfter, doubted));
            }
        }
        return new SentinelReply(
                named,
                number(record, "config-epoch"),
                (int) number(record, "quorum"),
                (int) number(record, "num-other-sentinels") + 1,
                doubted,
                replacing,
                states);
    }

    /**
     * The test of {@code sentinelSelectSlave} in Redis's sentinel.c, step by step. Where Sentinel
     * is stricter, this is not: to wait for a replica that would be passed over costs time, not to
     * wait for one that is promoted costs data. So a link that is "disconnected" for the moment
     * excludes nobody: a promotion itself cuts the Sentinels' links to the replica that it
     * promotes.
     */
    private static ReplicaState state(
            Map<String, String> replica, Duration downAfter, boolean masterDoubted) {
        String flags = replica.getOrDefault("flags", "");
        if (flags.contains("_down")
                || number(replica, "last-ok-ping-reply") > LAST_PING.toMillis()) {
            return ReplicaState.DOWN;
        }
        boolean infoSeen = !"?".equals(replica.getOrDefault("master-host", "?"));
        boolean linkLost =
                !masterDoubted
                        && number(replica, "master-link-down-time")
                                > downAfter.multipliedBy(10).toMillis();
        return number(replica, "slave-priority") == 0
                        || !infoSeen
                        || number(replica, "info-refresh") > LAST_INFO.toMillis()
                        || linkLost
                ? ReplicaState.PASSED_OVER
                : ReplicaState.PROMOTABLE;
    }

    private static Map<String, String> fields(List<?> pairs) {
        Map<String, String> fields = new HashMap<>();
        for (int i = 0; i + 1 < pairs.size(); i += 2) {
            fields.put(String.valueOf(pairs.get(i)), String.valueOf(pairs.get(i + 1)));
        }
        return fields;
    }

    private static long number(Map<String, String> fields, String name) {
        try {
            return Long.parseLong(fields.getOrDefault(name, "0"));
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
