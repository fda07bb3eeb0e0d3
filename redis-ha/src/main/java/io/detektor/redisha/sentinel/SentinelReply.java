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
 * @param replicas what it knows of each replica
 */
record SentinelReply(
        @Nullable NodeAddress master,
        long configEpoch,
        int quorum,
        int sentinels,
        Map<NodeAddress, ReplicaState> replicas) {

    /** What this Sentinel would do with a replica if the master died now. */
    enum ReplicaState {
        /** It could promote it. */
        PROMOTABLE,
        /** It would pass it over, although the replica may be well. */
        PASSED_OVER,
        /** It holds it to be down or cannot reach it. */
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
        Duration downAfter = Duration.ofMillis(number(record, "down-after-milliseconds"));
        boolean masterDown = record.getOrDefault("flags", "").contains("s_down");
        Map<NodeAddress, ReplicaState> states = new HashMap<>();
        for (Object each : replicas) {
            Map<String, String> replica = fields((List<?>) each);
            int port = (int) number(replica, "port");
            if (port > 0) {
                states.put(
                        new NodeAddress(replica.getOrDefault("ip", ""), port),
                        state(replica, downAfter, masterDown));
            }
        }
        return new SentinelReply(
                named,
                number(record, "config-epoch"),
                (int) number(record, "quorum"),
                (int) number(record, "num-other-sentinels") + 1,
                states);
    }

    /**
     * The test of {@code sentinelSelectSlave} in Redis's sentinel.c, step by step. Where Sentinel
     * is stricter while the master is down, this is not: to wait for a replica that would be passed
     * over costs time, not to wait for one that is promoted costs data.
     */
    private static ReplicaState state(
            Map<String, String> replica, Duration downAfter, boolean masterDown) {
        String flags = replica.getOrDefault("flags", "");
        if (flags.contains("s_down")
                || flags.contains("o_down")
                || flags.contains("disconnected")
                || number(replica, "last-ok-ping-reply") > LAST_PING.toMillis()) {
            return ReplicaState.DOWN;
        }
        boolean infoSeen = !"?".equals(replica.getOrDefault("master-host", "?"));
        boolean linkLost =
                !masterDown
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
