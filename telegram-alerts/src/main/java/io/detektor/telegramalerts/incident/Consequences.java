package io.detektor.telegramalerts.incident;

import static io.detektor.telegramalerts.incident.OwnSignal.CONTAINER_DOWN;
import static io.detektor.telegramalerts.incident.OwnSignal.FAILOVER;
import static io.detektor.telegramalerts.incident.OwnSignal.MASTER_DOWN;
import static io.detektor.telegramalerts.incident.OwnSignal.PLANNED_SWITCH;
import static io.detektor.telegramalerts.incident.OwnSignal.SENTINEL_MAJORITY_LOST;
import static io.detektor.telegramalerts.incident.OwnSignal.SENTINEL_TILT;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * What follows from what: the names of signals that say, later or in other words, what somebody has
 * been told already. They are added to the incident without a sound, the first time. Anything else
 * that is critical is news, also within an open incident.
 */
final class Consequences {

    private static final Set<String> MASTER_LOST =
            Set.of(MASTER_DOWN.label(), FAILOVER.label(), "RedisMasterDown");

    private static final Set<String> QUORUM_LOST =
            Set.of(SENTINEL_MAJORITY_LOST.label(), "SentinelQuorumLost");

    /** A planned switch excuses the switch itself, and not that a node stays away after it. */
    private static final Set<String> SWITCHED = Set.of(FAILOVER.label(), PLANNED_SWITCH.label());

    private static final Map<String, Set<String>> CAUSES = causes();

    private Consequences() {}

    private static Map<String, Set<String>> causes() {
        Map<String, Set<String>> causes = new HashMap<>();
        causes.put("RedisMasterFailover", SWITCHED);
        for (String name :
                Set.of(
                        "RedisMasterDown",
                        "RedisSlaveDown",
                        "RedisSlaveMissing",
                        "RedisSlaveLinkDown",
                        "RedisSlaveLagSeconds",
                        "RedisSlaveLagBytes",
                        "SentinelNoFailoverCandidate",
                        "SentinelMasterNotMaster",
                        MASTER_DOWN.label(),
                        FAILOVER.label(),
                        CONTAINER_DOWN.label())) {
            causes.put(name, MASTER_LOST);
        }
        for (String name :
                Set.of(
                        "SentinelQuorumLost",
                        "SentinelDown",
                        "SentinelPeersMissing",
                        SENTINEL_MAJORITY_LOST.label())) {
            causes.put(name, QUORUM_LOST);
        }
        causes.put("SentinelTilt", Set.of(SENTINEL_TILT.label()));
        return causes;
    }

    /** Whether a signal of this name follows from something in the incident. */
    static boolean follows(String name, Incident incident) {
        Set<String> causes = CAUSES.getOrDefault(name, Set.of());
        return incident.conditions().stream()
                .anyMatch(each -> causes.contains(each.signal().name()));
    }
}
