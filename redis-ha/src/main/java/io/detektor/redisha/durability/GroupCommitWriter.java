package io.detektor.redisha.durability;

import io.detektor.redisha.connect.NodeConnector;
import io.detektor.redisha.sentinel.SentinelMonitor;
import io.detektor.redisha.sentinel.SentinelView;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The writer: callers put appends into a queue, and a few lanes, each with a connection and at most
 * one batch on it, take from it all that is there. A lone append goes at once; under load the
 * batches grow by themselves, since more arrives while the lanes are busy.
 *
 * <p>Everything behind the queue is confined to one event loop, the one on which the connections
 * live: no locks, and no hand-over between threads from reply to next batch.
 */
public final class GroupCommitWriter implements DurableWriter, AutoCloseable {

    private static final Duration EXPIRY_TICK = Duration.ofMillis(25);

    private final WriterSettings settings;
    private final EventExecutor loop;
    private final WriterStatistics statistics;

    private final Queue<PendingAppend> intake = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean pumpScheduled = new AtomicBoolean();
    private final AtomicInteger queuedAppends = new AtomicInteger();
    private final AtomicLong queuedBytes = new AtomicLong();
    private volatile boolean closed;

    /** Nothing is under way any more, and the event loop may be gone. */
    private volatile boolean ended;

    // confined to the loop
    private final ArrayDeque<PendingAppend> waiting = new ArrayDeque<>();
    private final ArrayDeque<Lane> free = new ArrayDeque<>();
    private final List<Lane> lanes = new ArrayList<>();
    private final StreamRoom room = new StreamRoom();
    private long batchNumber;
    private boolean pumping;
    private @Nullable CompletableFuture<Void> drained;

    public GroupCommitWriter(
            NodeConnector connector,
            SentinelMonitor monitor,
            WriterSettings settings,
            WriterStatistics statistics) {
        this.settings = settings;
        this.loop = connector.eventLoop();
        this.statistics = statistics;
        // the set remembers what each producer wrote last, so no two may have one name
        String producer = UUID.randomUUID().toString();
        Lane.Owner owner =
                new Lane.Owner() {
                    @Override
                    public void complete(
                            PendingAppend pending, WriteOutcome outcome, long nowNanos) {
                        statistics.outcome(outcome, pending.startNanos, nowNanos);
                        pending.outcome.complete(outcome);
                    }

                    @Override
                    public StreamRoom room() {
                        return room;
                    }

                    @Override
                    public void free(Lane lane) {
                        free.addFirst(lane);
                        pump();
                    }
                };
        for (int i = 0; i < settings.connections(); i++) {
            Lane lane =
                    new Lane(i, producer, settings, connector, monitor, loop, statistics, owner);
            lanes.add(lane);
            free.add(lane);
        }
        monitor.onChange(this::topologyChanged);
        var _ =
                loop.scheduleAtFixedRate(
                        this::expire,
                        EXPIRY_TICK.toMillis(),
                        EXPIRY_TICK.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    /** On the monitor's thread, which may live longer than this writer and its event loop. */
    private void topologyChanged(SentinelView view) {
        if (ended) {
            return;
        }
        try {
            loop.execute(() -> {
                if (!ended) {
                    List.copyOf(lanes).forEach(lane -> lane.topologyChanged(view));
                }
            });
        } catch (RejectedExecutionException e) {
            // it may have ended since the look at it
            if (!ended) {
                throw e;
            }
        }
    }

    @Override
    public CompletableFuture<WriteOutcome> append(StreamAppend append) {
        PendingAppend pending = pending(append, System.nanoTime());
        enqueue(pending, pending.size);
        return pending.outcome;
    }

    @Override
    public List<CompletableFuture<WriteOutcome>> appendTogether(List<StreamAppend> appends) {
        long now = System.nanoTime();
        List<PendingAppend> all = appends.stream().map(append -> pending(append, now)).toList();
        PendingAppend first = all.getFirst();
        first.followers = all.subList(1, all.size());
        long bytes = first.size;
        for (PendingAppend follower : first.followers) {
            follower.follows = true;
            bytes += follower.size;
        }
        enqueue(first, bytes);
        return all.stream().map(each -> each.outcome).toList();
    }

    private PendingAppend pending(StreamAppend append, long nowNanos) {
        if (append.timeout().compareTo(settings.memory()) > 0) {
            throw new IllegalArgumentException(
                    "timeout: "
                            + append.timeout()
                            + " (expected: at most the idempotency window, "
                            + settings.memory()
                            + ")");
        }
        return new PendingAppend(append, nowNanos);
    }

    /**
     * @param first and its followers
     * @param size bytes of all of them
     */
    private void enqueue(PendingAppend first, long size) {
        if (closed) {
            refuse(first, WriteFailure.CLOSED, "the writer is closed");
            return;
        }
        int count = 1 + first.followers.size();
        int appends = queuedAppends.addAndGet(count);
        long bytes = queuedBytes.addAndGet(size);
        if (appends > settings.maxQueuedAppends()
                || (bytes > settings.maxQueuedBytes() && appends > count)) {
            queuedAppends.addAndGet(-count);
            queuedBytes.addAndGet(-size);
            refuse(
                    first,
                    WriteFailure.QUEUE_FULL,
                    "queued: %d appends, %d bytes (expected: at most %d, %d)"
                            .formatted(
                                    appends,
                                    bytes,
                                    settings.maxQueuedAppends(),
                                    settings.maxQueuedBytes()));
            return;
        }
        intake.add(first);
        if (pumpScheduled.compareAndSet(false, true)) {
            loop.execute(() -> {
                pumpScheduled.set(false);
                pump();
            });
        }
    }

    private void refuse(PendingAppend first, WriteFailure reason, String detail) {
        var _ = refused(first, reason, detail);
        for (PendingAppend follower : first.followers) {
            var _ = refused(follower, reason, detail);
        }
    }

    private CompletableFuture<WriteOutcome> refused(
            PendingAppend pending, WriteFailure reason, String detail) {
        WriteOutcome.Refused outcome = new WriteOutcome.Refused(reason, detail);
        statistics.outcome(outcome, pending.startNanos, System.nanoTime());
        pending.outcome.complete(outcome);
        return pending.outcome;
    }

    /** Appends that wait for a lane; those on the wire not included. */
    public int queued() {
        return queuedAppends.get();
    }

    private void pump() {
        if (pumping) {
            // a lane that ends its batch at once is back in this very loop
            return;
        }
        pumping = true;
        try {
            for (PendingAppend next = intake.poll(); next != null; next = intake.poll()) {
                waiting.add(next);
                waiting.addAll(next.followers);
            }
            while (!waiting.isEmpty() && !free.isEmpty()) {
                List<PendingAppend> taken = take();
                if (!taken.isEmpty()) {
                    Lane lane = free.removeFirst();
                    lane.write(new Batch(++batchNumber, taken));
                }
            }
        } finally {
            pumping = false;
        }
        CompletableFuture<Void> end = drained;
        if (end != null && waiting.isEmpty() && free.size() == lanes.size()) {
            end.complete(null);
        }
    }

    private List<PendingAppend> take() {
        List<PendingAppend> taken = new ArrayList<>();
        long bytes = 0;
        while (!waiting.isEmpty()) {
            PendingAppend next = waiting.getFirst();
            boolean full =
                    taken.size() >= settings.maxBatchAppends()
                            || bytes + next.size > settings.maxBatchBytes();
            if (full && !taken.isEmpty() && !next.follows) {
                break;
            }
            waiting.removeFirst();
            dequeued(next);
            if (!next.done()) {
                taken.add(next);
                bytes += next.size;
            }
        }
        return taken;
    }

    private void dequeued(PendingAppend pending) {
        queuedAppends.decrementAndGet();
        queuedBytes.addAndGet(-pending.size);
    }

    private void expire() {
        long now = System.nanoTime();
        for (Lane lane : List.copyOf(lanes)) {
            lane.expire(now);
        }
        Iterator<PendingAppend> each = waiting.iterator();
        while (each.hasNext()) {
            PendingAppend pending = each.next();
            if (pending.expired(now)) {
                each.remove();
                dequeued(pending);
                var _ =
                        refused(
                                pending,
                                WriteFailure.DEADLINE,
                                "timeout: " + pending.append.timeout() + " passed while queued");
            }
        }
    }

    /**
     * Takes no more appends, waits a moment for those under way, and answers the rest truthfully.
     */
    @Override
    public void close() {
        closed = true;
        CompletableFuture<Void> end = new CompletableFuture<>();
        loop.execute(() -> {
            drained = end;
            pump();
        });
        try {
            end.get(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException
                | java.util.concurrent.TimeoutException e) {
            // what is left is answered below
        }
        ended = true;
        loop.execute(this::endAll);
    }

    private void endAll() {
        for (Lane lane : lanes) {
            Batch batch = lane.batch();
            if (batch != null) {
                batch.failed(WriteFailure.CLOSED, "the writer was closed");
                for (PendingAppend pending : batch.appends()) {
                    if (!pending.done()) {
                        WriteOutcome outcome = batch.unconfirmed();
                        statistics.outcome(outcome, pending.startNanos, System.nanoTime());
                        pending.outcome.complete(outcome);
                    }
                }
            }
            lane.reset();
        }
        for (PendingAppend pending : waiting) {
            var _ = refused(pending, WriteFailure.CLOSED, "the writer was closed");
        }
        waiting.clear();
    }
}
