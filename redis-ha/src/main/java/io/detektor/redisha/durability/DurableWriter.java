package io.detektor.redisha.durability;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Appends to streams and answers when the append is confirmed: on the master and on every replica
 * that Sentinel could promote. Repeats what is unknown by itself, without storing twice, until the
 * append's timeout.
 *
 * <p>Thread-safe. Concurrent appends are written as one batch with one {@code WAIT}. Appends under
 * way at the same time may be stored in any order; one that is made after another's confirmation is
 * stored after it.
 */
public interface DurableWriter {

    /**
     * Appends one entry.
     *
     * @return completes with the outcome, at the latest shortly after the append's timeout; never
     *     exceptionally. Dependents run on an I/O thread of the writer and must not block it
     * @throws IllegalArgumentException when the append's timeout is longer than the set remembers
     *     batches ({@code redis-ha.writer.idempotency-window}): a repeat could then store twice
     */
    CompletableFuture<WriteOutcome> append(StreamAppend append);

    /**
     * Appends several entries in their order, in one batch with one confirmation. Each has its own
     * outcome: one that is refused for itself (its stream is full, its key is known) does not keep
     * the others out.
     *
     * @param appends at least one; many at once hold up what others append meanwhile
     * @return an outcome for each, in their order, as {@link #append} gives it
     * @throws IllegalArgumentException as {@link #append} does, and then nothing is appended
     */
    List<CompletableFuture<WriteOutcome>> appendTogether(List<StreamAppend> appends);
}
