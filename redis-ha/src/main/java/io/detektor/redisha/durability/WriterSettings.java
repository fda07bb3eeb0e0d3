package io.detektor.redisha.durability;

import java.time.Duration;

/**
 * How the writer works; see {@code RedisHaProperties.Writer} for each setting's meaning.
 *
 * @param acknowledgement when a write counts as confirmed
 * @param degradedWrites what to do while no replica is promotable
 * @param connections connections in rotation
 * @param maxBatchAppends most appends in one batch
 * @param maxBatchBytes most bytes in one batch
 * @param maxQueuedAppends most appends that wait in this process
 * @param maxQueuedBytes most bytes that wait in this process
 * @param memory how long the set remembers idempotency keys and written batches; no append may take
 *     longer
 * @param keyPrefix prefix of the keys that the writer itself uses
 */
public record WriterSettings(
        Acknowledgement acknowledgement,
        DegradedWrites degradedWrites,
        int connections,
        int maxBatchAppends,
        long maxBatchBytes,
        int maxQueuedAppends,
        long maxQueuedBytes,
        Duration memory,
        String keyPrefix) {}
