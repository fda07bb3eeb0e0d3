package io.detektor.redisha.durability;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** An append on its way, and the caller who waits for it. */
final class PendingAppend {

    /** Rough cost of the protocol around each field, for the limits in bytes. */
    private static final int OVERHEAD = 16;

    final StreamAppend append;
    final CompletableFuture<WriteOutcome> outcome = new CompletableFuture<>();
    final long startNanos;
    final long deadlineNanos;
    final long size;

    /** Those that go into the same batch right after this one. */
    List<PendingAppend> followers = List.of();

    /** Whether it follows another one into its batch. */
    boolean follows;

    PendingAppend(StreamAppend append, long nowNanos) {
        this.append = append;
        this.startNanos = nowNanos;
        this.deadlineNanos = nowNanos + append.timeout().toNanos();
        long bytes = 0;
        for (byte[] field : append.fields()) {
            bytes += field.length + OVERHEAD;
        }
        this.size = bytes;
    }

    boolean done() {
        return outcome.isDone();
    }

    boolean expired(long nowNanos) {
        return nowNanos - deadlineNanos >= 0;
    }
}
