package io.detektor.redisha.durability;

import java.util.List;

/**
 * Appends that are written by one command. What it holds never changes once some node may hold it:
 * a repeat must be the same batch then, because the set remembers batches, not appends. Confined to
 * the writer's event loop.
 */
final class Batch {

    final long number;
    private List<PendingAppend> appends;

    /** Whether some node may hold it: then an unconfirmed end is unknown, not refused. */
    boolean maybeStored;

    /**
     * Whether it was sent and not answered yet: until then nobody can say that it is not stored.
     */
    boolean onTheWire;

    boolean sent;

    /** Whether a master answered it, confirmed or not. */
    boolean answered;

    WriteFailure failure = WriteFailure.DEADLINE;
    String detail = "not confirmed before the deadline";

    Batch(long number, List<PendingAppend> appends) {
        this.number = number;
        this.appends = List.copyOf(appends);
    }

    List<PendingAppend> appends() {
        return appends;
    }

    /**
     * Before it is sent, for the first time or after it was refused: takes out the appends whose
     * callers were told meanwhile that they are not stored.
     */
    void dropRefused() {
        if (!maybeStored && !onTheWire) {
            appends = appends.stream().filter(pending -> !pending.done()).toList();
        }
    }

    void failed(WriteFailure reason, String why) {
        failure = reason;
        detail = why;
    }

    /** About how many bytes it takes on the wire. */
    long size() {
        long bytes = 0;
        for (PendingAppend pending : appends) {
            bytes += pending.size;
        }
        return bytes;
    }

    boolean allDone() {
        for (PendingAppend pending : appends) {
            if (!pending.done()) {
                return false;
            }
        }
        return true;
    }

    /** How this batch ends for an append that gets no confirmation. */
    WriteOutcome unconfirmed() {
        return maybeStored || onTheWire
                ? new WriteOutcome.Unknown(failure, detail)
                : new WriteOutcome.Refused(failure, detail);
    }
}
