package io.detektor.redisha.durability;

import io.detektor.redisha.Causes;
import io.detektor.redisha.NodeAddress;
import io.detektor.redisha.connect.NodeConnector;
import io.detektor.redisha.connect.NotMasterException;
import io.detektor.redisha.connect.Role;
import io.detektor.redisha.durability.BatchCommands.Stored;
import io.detektor.redisha.sentinel.SentinelMonitor;
import io.detektor.redisha.sentinel.SentinelView;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.protocol.AsyncCommand;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of the writer and the one batch that is on it. Sends the batch, sees it confirmed,
 * and repeats it on whoever is master until it is, or until nobody waits for it any more.
 *
 * <p>How a batch is confirmed, all on one connection and in one flush:
 *
 * <ol>
 *   <li>{@code EVALSHA}: the entries and the lane's own record, in any case a real write;
 *   <li>{@code ROLE}: still master, and the offset below which the batch lies;
 *   <li>{@code WAIT}: until as many replicas as must have it acknowledge, or a moment has passed;
 *   <li>{@code ROLE}: still master, and up to where each replica, by name, has acknowledged. {@code
 *       WAIT} gives a number only, and the number may have been reached by the wrong ones.
 * </ol>
 *
 * <p>Confined to the writer's event loop, on which the replies arrive.
 */
final class Lane {

    private static final Logger log = LoggerFactory.getLogger(Lane.class);

    /** A round of waiting; after it the set of those to wait for is looked at anew. */
    private static final Duration WAIT_ROUND = Duration.ofMillis(100);

    private static final Duration RETRY = Duration.ofMillis(20);

    /** How the lane tells the writer that it is free again, or that appends have their outcome. */
    interface Owner {

        void complete(PendingAppend pending, WriteOutcome outcome);

        void free(Lane lane);
    }

    private final int index;
    private final String key;
    private final WriterSettings settings;
    private final NodeConnector connector;
    private final SentinelMonitor monitor;
    private final EventExecutor loop;
    private final WriterStatistics statistics;
    private final Owner owner;

    private @Nullable Generation generation;
    private @Nullable NodeAddress connectingTo;
    private @Nullable Batch batch;
    private boolean waitingForReply;
    private boolean retryScheduled;
    private int onlineReplicas;

    /**
     * A connection from its making to its end.
     *
     * @param connection verified to be to a master when it was made
     * @param master the node
     * @param script the SHA of the script, loaded on that node
     */
    private record Generation(
            StatefulRedisConnection<String, byte[]> connection,
            NodeAddress master,
            String script) {}

    Lane(
            int index,
            String producer,
            WriterSettings settings,
            NodeConnector connector,
            SentinelMonitor monitor,
            EventExecutor loop,
            WriterStatistics statistics,
            Owner owner) {
        this.index = index;
        this.key = settings.keyPrefix() + ":lane:" + producer + ":" + index;
        this.settings = settings;
        this.connector = connector;
        this.monitor = monitor;
        this.loop = loop;
        this.statistics = statistics;
        this.owner = owner;
    }

    @Nullable Batch batch() {
        return batch;
    }

    /** Takes on a batch; the lane must be free. */
    void write(Batch next) {
        batch = next;
        proceed();
    }

    /** The master may be another one, or the set of replicas: look again now. */
    void topologyChanged(SentinelView view) {
        Generation current = generation;
        if (current != null && !current.master().equals(view.master())) {
            reset();
        }
        if (connectingTo != null && !connectingTo.equals(view.master())) {
            connectingTo = null;
        }
        if (batch != null && !waitingForReply) {
            proceed();
        }
    }

    /** Ends what nobody waits for any more. */
    void expire(long nowNanos) {
        Batch current = batch;
        if (current == null) {
            return;
        }
        for (PendingAppend pending : current.appends) {
            if (!pending.done() && pending.expired(nowNanos)) {
                owner.complete(pending, current.unconfirmed());
            }
        }
        if (!waitingForReply && current.allDone()) {
            finish();
        }
    }

    private void proceed() {
        Batch current = batch;
        if (current == null || waitingForReply || connectingTo != null) {
            return;
        }
        SentinelView view = monitor.view();
        NodeAddress master = view.master();
        if (master == null) {
            retryLater(current, WriteFailure.NO_MASTER, "no master is known");
            return;
        }
        Generation open = generation;
        if (open == null || !open.master().equals(master) || !open.connection().isOpen()) {
            connect(current, master);
        } else if (!current.sent && refusedByPolicy(view)) {
            refuse(current, WriteFailure.NOT_ENOUGH_REPLICAS, degradedDetail(view));
        } else {
            send(open, current);
        }
    }

    private void connect(Batch current, NodeAddress master) {
        reset();
        connectingTo = master;
        var _ =
                connector
                        .connectMaster(master, "writer-" + index)
                        .thenCompose(connection ->
                                connection
                                        .async()
                                        .scriptLoad(BatchCommands.SCRIPT)
                                        .thenApply(sha -> new Generation(connection, master, sha)))
                        .whenCompleteAsync(
                                (made, failure) -> connected(current, master, made, failure), loop);
    }

    private void connected(
            Batch current,
            NodeAddress master,
            @Nullable Generation made,
            @Nullable Throwable failure) {
        if (!master.equals(connectingTo)) {
            // the master changed meanwhile, another attempt is under way
            if (made != null) {
                var _ = made.connection().closeAsync();
            }
            return;
        }
        connectingTo = null;
        if (made != null) {
            generation = made;
            proceed();
            return;
        }
        monitor.suspectMaster("connect: " + Causes.text(failure));
        boolean notMaster = Causes.unwrap(failure) instanceof NotMasterException;
        WriteFailure answered =
                notMaster ? WriteFailure.NOT_MASTER : ServerErrors.answered(failure);
        retryLater(
                current,
                answered == null ? WriteFailure.NO_MASTER : answered,
                master + ": " + Causes.text(failure));
    }

    private void send(Generation open, Batch current) {
        statistics.batchSent(current.sent);
        current.sent = true;
        current.onTheWire = true;
        waitingForReply = true;
        AsyncCommand<String, byte[], byte[]> script =
                BatchCommands.append(
                        open.script(),
                        key,
                        settings.keyPrefix(),
                        settings.memory().toMillis(),
                        current);
        if (settings.acknowledgement() == Acknowledgement.MASTER) {
            open.connection().dispatch(List.of(script));
            onLoop(script, () -> answeredByMaster(open, current, script));
            return;
        }
        AsyncCommand<String, byte[], List<Object>> before = BatchCommands.role();
        AsyncCommand<String, byte[], Long> wait =
                BatchCommands.waitFor(toWaitFor(monitor.view()), WAIT_ROUND.toMillis());
        AsyncCommand<String, byte[], List<Object>> after = BatchCommands.role();
        open.connection().dispatch(List.of(script, before, wait, after));
        onLoop(after, () -> answered(open, current, script, before, after));
    }

    private void onLoop(AsyncCommand<?, ?, ?> last, Runnable then) {
        var _ =
                last.whenComplete((reply, failure) -> {
                    if (loop.inEventLoop()) {
                        then.run();
                    } else {
                        loop.execute(then);
                    }
                });
    }

    private void answered(
            Generation open,
            Batch current,
            AsyncCommand<String, byte[], byte[]> script,
            AsyncCommand<String, byte[], List<Object>> before,
            AsyncCommand<String, byte[], List<Object>> after) {
        if (!written(open, current, script)) {
            return;
        }
        if (!before.isDone() || before.isCompletedExceptionally()) {
            broken(current, open, "no answer to ROLE");
            return;
        }
        if (!(BatchCommands.roleOf(before) instanceof Role.Master master)) {
            demoted(current, open);
            return;
        }
        confirm(open, current, BatchCommands.stored(script.join()), master.offset(), after);
    }

    /** Whether the script ran; otherwise the batch is on its way to another attempt. */
    private boolean written(
            Generation open, Batch current, AsyncCommand<String, byte[], byte[]> script) {
        waitingForReply = false;
        current.onTheWire = false;
        if (script.isDone() && !script.isCompletedExceptionally()) {
            current.maybeStored = true;
            return true;
        }
        Throwable failure = failureOf(script);
        WriteFailure refusal = ServerErrors.answered(failure);
        if (refusal == null) {
            current.maybeStored = true;
            broken(current, open, failure == null ? "no answer in time" : Causes.text(failure));
        } else if (refusal == WriteFailure.REJECTED) {
            refuse(current, refusal, open.master() + ": " + Causes.text(failure));
        } else {
            if (refusal == WriteFailure.NOT_MASTER || refusal == WriteFailure.NOT_READY) {
                // NOT_READY includes a script cache that was flushed: a new connection loads it
                monitor.suspectMaster(Causes.text(failure));
                reset();
            }
            retryLater(current, refusal, open.master() + ": " + Causes.text(failure));
        }
        return false;
    }

    private static @Nullable Throwable failureOf(AsyncCommand<?, ?, ?> command) {
        return switch (command.state()) {
            case FAILED -> command.exceptionNow();
            case CANCELLED -> new CancellationException("the connection was closed");
            case RUNNING, SUCCESS -> null;
        };
    }

    private void answeredByMaster(
            Generation open, Batch current, AsyncCommand<String, byte[], byte[]> script) {
        if (written(open, current, script)) {
            complete(current, BatchCommands.stored(script.join()), 0);
        }
    }

    private void confirm(
            Generation open,
            Batch current,
            List<Stored> stored,
            long offset,
            AsyncCommand<String, byte[], List<Object>> roleAfter) {
        if (!roleAfter.isDone() || roleAfter.isCompletedExceptionally()) {
            broken(current, open, "no answer to WAIT and ROLE");
            return;
        }
        if (!(BatchCommands.roleOf(roleAfter) instanceof Role.Master master)) {
            demoted(current, open);
            return;
        }
        SentinelView view = monitor.view();
        if (!open.master().equals(view.master())) {
            demoted(current, open);
            return;
        }
        onlineReplicas = master.acknowledged().size();
        Set<NodeAddress> required = required(view, master.acknowledged().keySet());
        Set<NodeAddress> missing = new HashSet<>(required);
        missing.removeIf(replica -> master.acknowledged().getOrDefault(replica, -1L) >= offset);
        if (required.isEmpty() && refusesDegraded(view)) {
            current.failed(WriteFailure.NOT_ENOUGH_REPLICAS, degradedDetail(view));
            waitAgain(open, current, stored, offset, 1);
        } else if (missing.isEmpty()) {
            complete(current, stored, holders(master, offset));
        } else {
            current.failed(
                    WriteFailure.NOT_ENOUGH_REPLICAS,
                    "replicas: not yet in sync "
                            + missing
                            + " (expected: each promotable one has acknowledged; the master lists "
                            + master.acknowledged().keySet()
                            + ")");
            // where one is missing altogether, ask for one more than are there: WAIT would
            // otherwise answer at once, and this would be a busy loop
            int lagging = onlineReplicas - view.down().size();
            boolean allOnline = master.acknowledged().keySet().containsAll(missing);
            waitAgain(
                    open,
                    current,
                    stored,
                    offset,
                    allOnline ? Math.max(1, lagging) : onlineReplicas + 1);
        }
    }

    /** Waits another round on the same connection, as long as somebody waits for the batch. */
    private void waitAgain(
            Generation open, Batch current, List<Stored> stored, long offset, int replicas) {
        expire(System.nanoTime());
        if (current.allDone()) {
            if (batch == current) {
                finish();
            }
            return;
        }
        waitingForReply = true;
        AsyncCommand<String, byte[], Long> wait =
                BatchCommands.waitFor(replicas, WAIT_ROUND.toMillis());
        AsyncCommand<String, byte[], List<Object>> after = BatchCommands.role();
        open.connection().dispatch(List.of(wait, after));
        onLoop(
                after,
                () -> {
                    waitingForReply = false;
                    confirm(open, current, stored, offset, after);
                });
    }

    /**
     * Who must have a write before it is confirmed: every replica that Sentinel could promote, and
     * every one that is online at the master, unless a majority of the Sentinels holds it to be
     * down. The online ones count too because a node becomes promotable at one moment and the
     * Sentinels notice at another.
     */
    private static Set<NodeAddress> required(SentinelView view, Set<NodeAddress> online) {
        Set<NodeAddress> required = new HashSet<>(online);
        required.removeAll(view.down());
        required.addAll(view.promotable());
        return required;
    }

    private int toWaitFor(SentinelView view) {
        return Math.max(view.promotable().size(), onlineReplicas - view.down().size());
    }

    private static int holders(Role.Master master, long offset) {
        int holders = 0;
        for (Map.Entry<NodeAddress, Long> replica : master.acknowledged().entrySet()) {
            if (replica.getValue() >= offset) {
                holders++;
            }
        }
        return holders;
    }

    /** Whether it is plain before sending that policy will refuse: then nothing is stored. */
    private boolean refusedByPolicy(SentinelView view) {
        return settings.degradedWrites() == DegradedWrites.REJECT
                && view.promotable().isEmpty()
                && (view.source() == SentinelView.Source.SENTINELS
                        || view.source() == SentinelView.Source.HANDED_OVER);
    }

    /**
     * Whether a write that no replica holds is refused. By policy; and always while no majority of
     * the Sentinels answers, because then nobody can tell "there is no replica" from "the others
     * have gone on without this master".
     */
    private boolean refusesDegraded(SentinelView view) {
        return settings.degradedWrites() == DegradedWrites.REJECT
                || switch (view.source()) {
                    case SENTINELS, HANDED_OVER, SINGLE -> false;
                    case LAST_KNOWN, FALLBACK, NONE -> true;
                };
    }

    private String degradedDetail(SentinelView view) {
        return settings.degradedWrites() == DegradedWrites.REJECT
                ? "promotable replicas: 0 (expected: at least 1; policy degraded-writes is reject)"
                : "Sentinels answering: "
                        + view.answering()
                        + " of "
                        + view.sentinels().size()
                        + ", replicas in sync: 0 (expected: a majority, or at least 1)";
    }

    private void complete(Batch current, List<Stored> stored, int replicas) {
        for (int i = 0; i < current.appends.size(); i++) {
            PendingAppend pending = current.appends.get(i);
            Stored each = stored.get(i);
            if (!pending.done()) {
                owner.complete(
                        pending,
                        each.error().isEmpty()
                                ? new WriteOutcome.Confirmed(
                                        each.id(), replicas, each.repeated(), each.length())
                                : new WriteOutcome.Refused(
                                        ServerErrors.reason(each.error()), each.error()));
            }
        }
        if (batch == current) {
            finish();
        }
    }

    private void refuse(Batch current, WriteFailure reason, String detail) {
        current.failed(reason, detail);
        for (PendingAppend pending : current.appends) {
            if (!pending.done()) {
                owner.complete(pending, current.unconfirmed());
            }
        }
        if (batch == current) {
            finish();
        }
    }

    private void broken(Batch current, Generation open, String why) {
        monitor.suspectMaster(why);
        reset();
        retryLater(current, WriteFailure.CONNECTION_LOST, open.master() + ": " + why);
    }

    private void demoted(Batch current, Generation open) {
        monitor.suspectMaster("demoted");
        reset();
        retryLater(current, WriteFailure.NOT_MASTER, open.master() + ": is not master any more");
    }

    private void retryLater(Batch current, WriteFailure reason, String detail) {
        current.failed(reason, detail);
        log.debug("lane {}: again because {} {}", index, reason, detail);
        expire(System.nanoTime());
        if (batch == current && !retryScheduled) {
            retryScheduled = true;
            var _ =
                    loop.schedule(
                            () -> {
                                retryScheduled = false;
                                proceed();
                            },
                            RETRY.toMillis(),
                            TimeUnit.MILLISECONDS);
        }
    }

    private void finish() {
        batch = null;
        owner.free(this);
    }

    /** Ends the connection; a later batch, or the same one again, makes a new one. */
    void reset() {
        Generation current = generation;
        generation = null;
        onlineReplicas = 0;
        if (current != null) {
            var _ = current.connection().closeAsync();
        }
    }
}
