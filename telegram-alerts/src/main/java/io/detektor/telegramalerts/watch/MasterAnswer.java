package io.detektor.telegramalerts.watch;

import java.time.Instant;
import java.util.Map;

/**
 * What the master said of itself.
 *
 * @param node its address, {@code host:port}
 * @param at when it answered
 * @param replicaLagBytes how many bytes each of its replicas that is in sync has not acknowledged
 * @param usedMemoryBytes its memory for data
 */
record MasterAnswer(
        String node, Instant at, Map<String, Long> replicaLagBytes, long usedMemoryBytes) {}
