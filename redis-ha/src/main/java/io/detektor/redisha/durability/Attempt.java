package io.detektor.redisha.durability;

import io.detektor.redisha.Causes;
import io.detektor.redisha.NodeAddress;
import io.detektor.redisha.connect.Role;
import io.detektor.redisha.durability.BatchCommands.Stored;
import io.detektor.redisha.sentinel.SentinelMonitor;
import io.detektor.redisha.sentinel.SentinelView;
import io.lettuce.core.protocol.AsyncCommand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * One attempt at a batch on one connection: writes it, and stays with it until it is confirmed, or
 * the connection is of no use any more, or nobody waits for it.
 *
 * <p>How a batch is confirmed, all on one connection and in one flush:
 *
 * <ol>
 *   <li>{@code EVALSHA}: the entries and the lane's own record, in any case a real write; or, for a
 *       first attempt under load, a {@link BatchTransaction};
 *   <li>{@code ROLE}: still master, and the offset below which the batch lies;
 *   <li>{@code WAIT}: until as many replicas as must have it acknowledge, or a moment has passed;
 *   <li>{@code ROLE}: still master, and up to where each replica, by name, has acknowledged. {@code
 *       WAIT} gives a number only, and the number may have been reached by the wrong ones.
 * </ol>
 *
 * <p>Where nobody is left to have it and the policy accepts that, {@code WAITAOF} follows: the
 * survivor's append-only file is fsynced then. Redis before 7.2 has no such command.
 *
 * <p>Confined to the writer's event loop.
 */
final class Attempt {

    /** A round of waiting; after it the set of those to wait for is looked at anew. */
    private static final Duration WAIT_ROUND = Duration.ofMillis(100);

    /** How an attempt ends; exactly one of these, once. */
    interface End {

        /** Every append is stored as confirmed, or refused by itself. */
        void confirmed(List<Stored> stored, int replicas);

        /** The server answered with an error: nothing is stored by this attempt. */
        void refused(WriteFailure reason, String detail);

        /** Nothing is stored by this attempt, and the script will say why. */
        void notWritten();

        /** No answer; the connection is of no use any more. */
        void lost(String why);

        /** Stored or not: this node is not the master any more. */
        void demoted();

        /** Stored, but everybody's deadline has passed. */
        void abandoned();
    }

    private final LaneConnection connection;
    private final Batch batch;
    private final SentinelMonitor monitor;
    private final InSync inSync;
    private final Runnable expire;
    private final End end;

    /** What the script answered. */
    private List<Stored> stored = List.of();

    /** The master's offset just after the batch. */
    private long offset;

    /** Whether the batch is known to be on the master's disk. */
    private boolean fsynced;

    /**
     * @param expire gives the appends whose deadline has passed their outcome
     */
    Attempt(
            LaneConnection connection,
            Batch batch,
            SentinelMonitor monitor,
            InSync inSync,
            Runnable expire,
            End end) {
        this.connection = connection;
        this.batch = batch;
        this.monitor = monitor;
        this.inSync = inSync;
        this.expire = expire;
        this.end = end;
    }

    /** Writes without waiting for anybody; the master's answer confirms. */
    void writeToMaster(BatchWrite write) {
        batch.onTheWire = true;
        connection.watches(false);
        connection.send(
                write.commands(),
                () -> {
                    if (written(write)) {
                        end.confirmed(stored, 0);
                    }
                });
    }

    /** Writes, and waits for all who must have it. */
    void write(BatchWrite write) {
        batch.onTheWire = true;
        connection.watches(false);
        SentinelView view = monitor.view();
        int replicas =
                Math.max(view.promotable().size(), connection.onlineReplicas - view.down().size());
        AsyncCommand<String, byte[], List<Object>> before = BatchCommands.role();
        AsyncCommand<String, byte[], Long> wait = BatchCommands.waitFor(replicas, WAIT_ROUND);
        AsyncCommand<String, byte[], List<Object>> after = BatchCommands.role();
        List<AsyncCommand<String, byte[], ?>> commands = new ArrayList<>(write.commands());
        commands.add(before);
        commands.add(wait);
        commands.add(after);
        connection.send(
                commands,
                () -> {
                    if (!written(write)) {
                        return;
                    }
                    if (!before.isDone() || before.isCompletedExceptionally()) {
                        end.lost("no answer to ROLE");
                    } else if (BatchCommands.roleOf(before) instanceof Role.Master master) {
                        offset = master.offset();
                        confirm(after);
                    } else {
                        end.demoted();
                    }
                });
    }

    /** Whether the batch was written; otherwise the attempt is over. */
    private boolean written(BatchWrite write) {
        batch.onTheWire = false;
        if (write.watch() != null && !write.watches()) {
            // without that one reply nobody can say whose the others are
            batch.maybeStored = true;
            end.lost("no watch: " + Causes.text(BatchCommands.failureOf(write.watch())));
            return false;
        }
        connection.watches(write.watches());
        AsyncCommand<String, byte[], byte[]> answer = write.answer();
        if (answer.isDone() && !answer.isCompletedExceptionally()) {
            byte[] text = write.answered(batch);
            if (text == null) {
                end.notWritten();
                return false;
            }
            batch.maybeStored = true;
            stored = BatchCommands.stored(text);
            return true;
        }
        Throwable failure = BatchCommands.failureOf(answer);
        WriteFailure refusal = ServerErrors.answered(failure);
        if (refusal != null) {
            end.refused(refusal, connection.master() + ": " + Causes.text(failure));
        } else {
            batch.maybeStored = true;
            end.lost(failure == null ? "no answer in time" : Causes.text(failure));
        }
        return false;
    }

    private void confirm(AsyncCommand<String, byte[], List<Object>> roleAfter) {
        SentinelView view = monitor.view();
        if (!roleAfter.isDone() || roleAfter.isCompletedExceptionally()) {
            end.lost("no answer to WAIT and ROLE");
            return;
        }
        if (!(BatchCommands.roleOf(roleAfter) instanceof Role.Master master)
                || !connection.master().equals(view.master())) {
            end.demoted();
            return;
        }
        connection.onlineReplicas = master.acknowledged().size();
        Set<NodeAddress> missing = InSync.missing(view, master, offset);
        if (!missing.isEmpty()) {
            batch.failed(
                    WriteFailure.NOT_ENOUGH_REPLICAS,
                    "replicas: not yet in sync "
                            + missing
                            + " (expected: each promotable one has acknowledged; the master lists "
                            + master.acknowledged().keySet()
                            + ")");
            // where one is missing altogether, ask for one more than are there: WAIT would
            // otherwise answer at once, and this would be a busy loop
            boolean allOnline = master.acknowledged().keySet().containsAll(missing);
            int lagging = connection.onlineReplicas - view.down().size();
            waitFor(allOnline ? Math.max(1, lagging) : connection.onlineReplicas + 1);
        } else if (!InSync.required(view, master).isEmpty()) {
            end.confirmed(stored, InSync.holders(master, offset));
        } else if (inSync.refusesUnreplicated(view)) {
            batch.failed(WriteFailure.NOT_ENOUGH_REPLICAS, inSync.refusal(view));
            waitFor(1);
        } else if (waitsForFsync(view)) {
            waitForFsync();
        } else {
            end.confirmed(stored, InSync.holders(master, offset));
        }
    }

    /** Waits another round, as long as somebody waits for the batch. */
    private void waitFor(int replicas) {
        AsyncCommand<String, byte[], List<Object>> after = BatchCommands.role();
        again(List.of(BatchCommands.waitFor(replicas, WAIT_ROUND), after), () -> confirm(after));
    }

    private void waitForFsync() {
        AsyncCommand<String, byte[], List<Object>> fsync = BatchCommands.waitForFsync(WAIT_ROUND);
        AsyncCommand<String, byte[], List<Object>> after = BatchCommands.role();
        again(
                List.of(fsync, after),
                () -> {
                    if (ServerErrors.answered(BatchCommands.failureOf(fsync)) != null) {
                        // an older server, or one without an append-only file
                        connection.waitsForFsync = false;
                    } else {
                        fsynced = BatchCommands.fsynced(fsync);
                    }
                    confirm(after);
                });
    }

    /** A single Redis promises what it is configured for; a set says what it has lost. */
    private boolean waitsForFsync(SentinelView view) {
        return !fsynced && connection.waitsForFsync && view.source() != SentinelView.Source.SINGLE;
    }

    private void again(List<AsyncCommand<String, byte[], ?>> commands, Runnable then) {
        expire.run();
        if (batch.allDone()) {
            end.abandoned();
        } else {
            connection.send(commands, then);
        }
    }
}
