package io.detektor.redisha.durability;

import io.detektor.redisha.Causes;
import io.detektor.redisha.NodeAddress;
import io.detektor.redisha.connect.NodeConnector;
import io.detektor.redisha.connect.NotMasterException;
import io.detektor.redisha.durability.BatchCommands.Stored;
import io.detektor.redisha.sentinel.SentinelMonitor;
import io.detektor.redisha.sentinel.SentinelView;
import io.lettuce.core.protocol.AsyncCommand;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of the writer and the one batch that is on it. Repeats the batch on whoever is
 * master until it is confirmed ({@link Attempt}), or until nobody waits for it any more.
 *
 * <p>Confined to the writer's event loop, on which the replies arrive.
 */
final class Lane {

    private static final Logger log = LoggerFactory.getLogger(Lane.class);

    private static final Duration RETRY = Duration.ofMillis(20);

    /** How the lane tells the writer that it is free again, or that appends have their outcome. */
    interface Owner {

        void complete(PendingAppend pending, WriteOutcome outcome, long nowNanos);

        void free(Lane lane);

        /** What is known of the streams. */
        StreamRoom room();
    }

    private final int index;
    private final String key;
    private final WriterSettings settings;
    private final InSync inSync;
    private final NodeConnector connector;
    private final SentinelMonitor monitor;
    private final EventExecutor loop;
    private final WriterStatistics statistics;
    private final Owner owner;

    private @Nullable LaneConnection connection;
    private @Nullable NodeAddress connectingTo;
    private @Nullable Batch batch;
    private boolean attempting;
    private boolean retryScheduled;

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
        this.inSync = new InSync(settings.degradedWrites());
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
        LaneConnection current = connection;
        if (current != null && !current.master().equals(view.master())) {
            reset();
        }
        if (connectingTo != null && !connectingTo.equals(view.master())) {
            connectingTo = null;
        }
        if (batch != null && !attempting) {
            proceed();
        }
    }

    /** Ends what nobody waits for any more. */
    void expire(long nowNanos) {
        Batch current = batch;
        if (current == null) {
            return;
        }
        for (PendingAppend pending : current.appends()) {
            if (!pending.done() && pending.expired(nowNanos)) {
                owner.complete(pending, current.unconfirmed(), nowNanos);
            }
        }
        if (!attempting && current.allDone()) {
            finish();
        }
    }

    private void proceed() {
        Batch current = batch;
        if (current == null || attempting || connectingTo != null) {
            return;
        }
        SentinelView view = monitor.view();
        NodeAddress master = view.master();
        if (master == null) {
            retryLater(current, WriteFailure.NO_MASTER, "no master is known");
            return;
        }
        LaneConnection open = connection;
        if (open == null || !open.master().equals(master) || !open.isOpen()) {
            connect(current, master);
        } else if (!current.sent && inSync.refusesToSend(view)) {
            refuse(current, WriteFailure.NOT_ENOUGH_REPLICAS, inSync.refusal(view));
        } else {
            attempt(open, current);
        }
    }

    private void connect(Batch current, NodeAddress master) {
        reset();
        connectingTo = master;
        var _ =
                LaneConnection.open(connector, master, "writer-" + index, key, loop)
                        .whenCompleteAsync(
                                (made, failure) -> connected(current, master, made, failure), loop);
    }

    private void connected(
            Batch current,
            NodeAddress master,
            @Nullable LaneConnection made,
            @Nullable Throwable failure) {
        if (!master.equals(connectingTo)) {
            // the master changed meanwhile, another attempt is under way
            if (made != null) {
                made.close();
            }
            return;
        }
        connectingTo = null;
        if (made != null) {
            connection = made;
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

    private void attempt(LaneConnection open, Batch current) {
        current.dropRefused();
        if (current.appends().isEmpty()) {
            finish();
            return;
        }
        boolean first = !current.sent;
        statistics.batchSent(current.sent);
        current.sent = true;
        attempting = true;
        BatchWrite write = write(open, current, first);
        statistics.batchAnswered(current, write.answer());
        Attempt attempt =
                new Attempt(
                        open,
                        current,
                        monitor,
                        inSync,
                        () -> expire(System.nanoTime()),
                        new AttemptEnd(open, current));
        switch (settings.acknowledgement()) {
            case IN_SYNC -> attempt.write(write);
            case MASTER -> attempt.writeToMaster(write);
        }
    }

    private BatchWrite write(LaneConnection open, Batch current, boolean first) {
        long keepMillis = settings.memory().toMillis();
        boolean suits = open.takesTransactions() && BatchTransaction.suits(current, owner.room());
        if (suits && first && open.watches()) {
            return BatchWrite.transaction(
                    BatchTransaction.of(key, keepMillis, current), BatchCommands.record(key));
        }
        AsyncCommand<String, byte[], byte[]> script =
                BatchCommands.append(open.script(), key, settings.keyPrefix(), keepMillis, current);
        return suits
                ? BatchWrite.scriptAndWatch(script, BatchTransaction.watch(key))
                : BatchWrite.script(script);
    }

    /** What becomes of the batch after an attempt. */
    private final class AttemptEnd implements Attempt.End {

        private final LaneConnection used;
        private final Batch current;

        AttemptEnd(LaneConnection used, Batch current) {
            this.used = used;
            this.current = current;
        }

        @Override
        public void confirmed(List<Stored> stored, int replicas) {
            attempting = false;
            complete(current, stored, replicas);
        }

        @Override
        public void refused(WriteFailure reason, String detail) {
            attempting = false;
            if (reason == WriteFailure.REJECTED) {
                refuse(current, reason, detail);
                return;
            }
            if (reason == WriteFailure.NOT_MASTER || reason == WriteFailure.NOT_READY) {
                // NOT_READY includes a script cache that was flushed: a new connection loads it
                monitor.suspectMaster(detail);
                reset();
            }
            retryLater(current, reason, detail);
        }

        @Override
        public void notWritten() {
            attempting = false;
            proceed();
        }

        @Override
        public void lost(String why) {
            attempting = false;
            monitor.suspectMaster(why);
            reset();
            retryLater(current, WriteFailure.CONNECTION_LOST, used.master() + ": " + why);
        }

        @Override
        public void demoted() {
            attempting = false;
            monitor.suspectMaster("demoted");
            reset();
            retryLater(
                    current, WriteFailure.NOT_MASTER, used.master() + ": is not master any more");
        }

        @Override
        public void abandoned() {
            attempting = false;
            finish();
        }
    }

    private void complete(Batch current, List<Stored> stored, int replicas) {
        if (!stored.isEmpty() && stored.getLast().length() >= 0 && !stored.getLast().repeated()) {
            owner.room()
                    .seen(current.appends().getLast().append.stream(), stored.getLast().length());
        }
        long now = System.nanoTime();
        for (int i = 0; i < current.appends().size(); i++) {
            PendingAppend pending = current.appends().get(i);
            Stored each = stored.get(i);
            if (!pending.done()) {
                owner.complete(
                        pending,
                        each.error().isEmpty()
                                ? new WriteOutcome.Confirmed(
                                        each.id(), replicas, each.repeated(), each.length())
                                : new WriteOutcome.Refused(
                                        ServerErrors.reason(each.error()), each.error()),
                        now);
            }
        }
        finish();
    }

    private void refuse(Batch current, WriteFailure reason, String detail) {
        current.failed(reason, detail);
        long now = System.nanoTime();
        for (PendingAppend pending : current.appends()) {
            if (!pending.done()) {
                owner.complete(pending, current.unconfirmed(), now);
            }
        }
        finish();
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
        LaneConnection current = connection;
        connection = null;
        if (current != null) {
            current.close();
        }
    }
}
