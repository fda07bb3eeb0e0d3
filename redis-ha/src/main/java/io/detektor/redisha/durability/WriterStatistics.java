package io.detektor.redisha.durability;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What the writer counts, for meters and health. Thread-safe; counts only rise, and only while the
 * process lives.
 */
public final class WriterStatistics {

    private final LongAdder confirmed = new LongAdder();
    private final LongAdder unreplicated = new LongAdder();
    private final LongAdder repeated = new LongAdder();
    private final LongAdder batches = new LongAdder();
    private final LongAdder retries = new LongAdder();
    private final Map<WriteFailure, LongAdder> refused = new EnumMap<>(WriteFailure.class);
    private final Map<WriteFailure, LongAdder> unknown = new EnumMap<>(WriteFailure.class);
    private volatile long lastConfirmedNanos;
    private volatile @Nullable LongConsumer latency;
    private volatile @Nullable LongConsumer masterReply;

    public WriterStatistics() {
        for (WriteFailure reason : WriteFailure.values()) {
            refused.put(reason, new LongAdder());
            unknown.put(reason, new LongAdder());
        }
    }

    /**
     * @param startNanos when the caller asked for it
     * @param nowNanos when its outcome came; the same for a whole batch
     */
    void outcome(WriteOutcome outcome, long startNanos, long nowNanos) {
        switch (outcome) {
            case WriteOutcome.Confirmed done -> {
                confirmed.increment();
                if (done.replicas() == 0) {
                    unreplicated.increment();
                }
                if (done.repeated()) {
                    repeated.increment();
                }
                lastConfirmedNanos = nowNanos;
                LongConsumer observer = latency;
                if (observer != null) {
                    observer.accept(nowNanos - startNanos);
                }
            }
            case WriteOutcome.Refused no -> counter(refused, no.reason()).increment();
            case WriteOutcome.Unknown maybe -> counter(unknown, maybe.reason()).increment();
        }
    }

    void batchSent(boolean again) {
        batches.increment();
        if (again) {
            retries.increment();
        }
    }

    /** Times the master's own answer to a batch, once, and only where somebody wants to know. */
    void batchAnswered(Batch batch, CompletionStage<?> answer) {
        LongConsumer observer = masterReply;
        if (observer == null || batch.answered) {
            return;
        }
        var _ =
                answer.thenAccept(_ -> {
                    batch.answered = true;
                    long now = System.nanoTime();
                    for (PendingAppend pending : batch.appends()) {
                        observer.accept(now - pending.startNanos);
                    }
                });
    }

    private static LongAdder counter(Map<WriteFailure, LongAdder> counters, WriteFailure reason) {
        LongAdder counter = counters.get(reason);
        if (counter == null) {
            throw new IllegalStateException("reason: " + reason + " (expected: a counted one)");
        }
        return counter;
    }

    /** Appends confirmed, the unreplicated ones included. */
    public long confirmed() {
        return confirmed.sum();
    }

    /** Appends confirmed on the master alone, because no replica was promotable. */
    public long unreplicated() {
        return unreplicated.sum();
    }

    /** Appends that an earlier one with the same idempotency key had stored. */
    public long repeated() {
        return repeated.sum();
    }

    /** Batches sent, repeats included. */
    public long batches() {
        return batches.sum();
    }

    /** Batches sent again, because it was not known or known not to be stored. */
    public long retries() {
        return retries.sum();
    }

    /** Appends refused for this reason. */
    public long refused(WriteFailure reason) {
        return counter(refused, reason).sum();
    }

    /** Appends whose outcome stayed unknown for this reason. */
    public long unknown(WriteFailure reason) {
        return counter(unknown, reason).sum();
    }

    /** {@link System#nanoTime()} of the latest confirmation; 0 before the first. */
    public long lastConfirmedNanos() {
        return lastConfirmedNanos;
    }

    /**
     * Gives each confirmed append's time from call to the confirmation of its batch, in
     * nanoseconds, to a meter.
     */
    public void observeLatency(LongConsumer observer) {
        latency = observer;
    }

    /**
     * Gives each append's time from call to the answer of the master alone, in nanoseconds, to a
     * meter: what {@link #observeLatency} says has the wait for the replicas on top.
     *
     * @param observer called on the writer's event loop; must not block
     */
    public void observeMasterReply(LongConsumer observer) {
        masterReply = observer;
    }
}
