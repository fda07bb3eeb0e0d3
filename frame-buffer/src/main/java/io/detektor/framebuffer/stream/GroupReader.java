package io.detektor.framebuffer.stream;

import io.detektor.framebuffer.metrics.FrameBufferMeters;
import io.detektor.framebuffer.settings.FrameBufferProperties;
import io.detektor.redisha.master.MasterConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the streams as one consumer of the group, for any number of takers at once.
 *
 * <p>One read is under way at a time and serves the takers that waited when it began, in their
 * order: so no frame goes to two of them, and many small dequeues cost one round trip. An entry
 * that was read is <em>held</em> from then until Redis has acknowledged it or it was given back; an
 * entry that is held is not handed out, however often Redis delivers it (after a failover it may).
 *
 * <p>What is pending on this consumer and not held was handed out by an earlier life of this
 * process, was given back, was taken over from a dead consumer, or its reply got lost. Such entries
 * are read again, before new ones, whenever one of these things happened ({@link #readOwnAgain}).
 *
 * <p>Thread-safe.
 */
final class GroupReader {

    private static final Logger log = LoggerFactory.getLogger(GroupReader.class);

    private final MasterConnection connection;
    private final List<String> streams;
    private final List<String> keys;
    private final FrameBufferProperties.Consumer settings;
    private final FrameBufferMeters meters;
    private final LongSupplier nanoTime;

    private final Object lock = new Object();

    /** Guarded by {@link #lock}. */
    private final Takers takers = new Takers();

    /** Whether a read is under way; guarded by {@link #lock}. */
    private boolean reading;

    /** Guarded by {@link #lock}. */
    private final HeldEntries held = new HeldEntries();

    /** After which of the own entries to read on, null when all were; guarded by {@link #lock}. */
    private @Nullable EntryId ownAfter = EntryId.ZERO;

    /** Also reset without a read: while nobody takes frames, nothing else would tell. */
    private volatile boolean lastReadFailed;

    GroupReader(
            MasterConnection connection,
            Keys keys,
            FrameBufferProperties.Consumer settings,
            FrameBufferMeters meters,
            LongSupplier nanoTime) {
        this.connection = connection;
        this.streams = keys.streams();
        this.keys = keys.all().subList(0, 3);
        this.settings = settings;
        this.meters = meters;
        this.nanoTime = nanoTime;
    }

    CompletableFuture<FrameBatch> take(int count, Duration wait) {
        Taker taker = new Taker(count, nanoTime.getAsLong() + wait.toNanos());
        synchronized (lock) {
            takers.add(taker);
            if (reading) {
                return taker.answer;
            }
            reading = true;
        }
        read();
        return taker.answer;
    }

    /** Looks again for those who wait for a frame, if there are any. */
    void wake() {
        // without the lock, because every enqueue asks
        if (!takers.somebodyParked()) {
            return;
        }
        synchronized (lock) {
            takers.wake();
            if (reading || takers.size() == 0) {
                return;
            }
            reading = true;
        }
        read();
    }

    /** Answers those who wait, and keeps nobody waiting from now on. */
    void drain() {
        synchronized (lock) {
            takers.drain();
        }
        wake();
    }

    /** Whether the last read went well; true before the first. */
    boolean readable() {
        return !lastReadFailed;
    }

    /** Redis answers, as something else has found out. */
    void reached() {
        lastReadFailed = false;
    }

    /** Holds entries until {@link #release}: they reached their taker. */
    void keep(List<WaitingFrame> frames) {
        synchronized (lock) {
            held.keep(frames);
        }
    }

    /** Holds entries no longer: Redis has acknowledged them. */
    void release(List<WaitingFrame> frames) {
        synchronized (lock) {
            held.release(frames);
        }
    }

    /** Lets entries be handed out again. */
    void giveBack(List<WaitingFrame> frames) {
        synchronized (lock) {
            release(frames);
            ownAfter = EntryId.ZERO;
        }
    }

    /** Entries may have become pending on this consumer that no read here has seen. */
    void readOwnAgain() {
        synchronized (lock) {
            ownAfter = EntryId.ZERO;
        }
    }

    /** Gives back what nobody acknowledged or gave back in time: a safety net. */
    void giveBackOverdue() {
        long now = nanoTime.getAsLong();
        synchronized (lock) {
            if (held.releaseOverdue(now)) {
                ownAfter = EntryId.ZERO;
            }
        }
    }

    /** Makes the next read; only for the one who set {@link #reading}. */
    private void read() {
        int wanted;
        int served;
        EntryId own;
        synchronized (lock) {
            // what they have goes back
            takers.removeGone().forEach(taker -> giveBack(taker.frames));
            wanted = takers.missing();
            if (wanted == 0) {
                reading = false;
                return;
            }
            served = takers.size();
            own = ownAfter;
        }
        int limit = Math.min(wanted, settings.batchSize());
        CompletableFuture<Void> read =
                own == null ? readNew(limit, served) : readOwn(own, limit, served);
        read.handle(
                        (_, failure) -> {
                            lastReadFailed = failure != null;
                            if (failure != null) {
                                fail(failure);
                            }
                            read();
                            return true;
                        })
                .exceptionally(bug -> {
                    log.error("reading stopped", bug);
                    return false;
                });
    }

    private CompletableFuture<Void> readNew(int limit, int served) {
        return run(Script.TAKE, arguments(limit))
                .thenAccept(reply -> {
                    if ((Long) reply.get(2) > 0) {
                        log.info("consumer group created group={}", settings.group());
                    }
                    int read = handOut((List<?>) reply.get(0));
                    answer(served, read < limit, (Long) reply.get(1));
                });
    }

    private CompletableFuture<Void> readOwn(EntryId after, int limit, int served) {
        List<byte[]> arguments = arguments(limit);
        arguments.add(utf8(after.toString()));
        return run(Script.OWN, arguments)
                .thenAccept(reply -> {
                    List<?> entries = (List<?>) reply.get(0);
                    int read = handOut(entries);
                    synchronized (lock) {
                        // Unless somebody asked meanwhile to read from the first on.
                        if (after.equals(ownAfter)) {
                            ownAfter = read < limit ? null : lastId(entries);
                        }
                    }
                    answer(served, false, (Long) reply.get(1));
                });
    }

    private CompletableFuture<List<Object>> run(Script script, List<byte[]> arguments) {
        return script.<List<Object>>run(connection, keys, arguments)
                .orTimeout(settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
    }

    private List<byte[]> arguments(int limit) {
        List<byte[]> arguments = new ArrayList<>();
        arguments.add(utf8(settings.group()));
        arguments.add(utf8(settings.name()));
        arguments.add(utf8(Integer.toString(limit)));
        return arguments;
    }

    /**
     * Gives entries to the takers that wait, who want at least as many.
     *
     * @param entries {@code [number of the stream, id, [field, value, …]]} of each
     * @return how many entries there were
     */
    private int handOut(List<?> entries) {
        long until = nanoTime.getAsLong() + settings.minIdle().dividedBy(2).toNanos();
        synchronized (lock) {
            Iterator<Taker> waiting = takers.iterator();
            Taker taker = waiting.next();
            for (Object each : entries) {
                List<?> entry = (List<?>) each;
                String stream = streams.get(((Long) entry.get(0)).intValue() - 1);
                EntryId id = id(entry);
                if (entry.size() < 3 || entry.get(2) == null) {
                    meters.vanished();
                } else if (held.hold(stream, id, until)) {
                    while (taker.missing() == 0) {
                        taker = waiting.next();
                    }
                    taker.frames.add(
                            new WaitingFrame(
                                    stream, id, FrameEntryCodec.decode(id, fields(entry.get(2)))));
                }
            }
        }
        return entries.size();
    }

    private static @Nullable EntryId lastId(List<?> entries) {
        return entries.isEmpty() ? null : id((List<?>) entries.getLast());
    }

    private static EntryId id(List<?> entry) {
        return EntryId.parse(new String((byte[]) entry.get(1), StandardCharsets.US_ASCII));
    }

    static List<byte[]> fields(Object list) {
        List<byte[]> fields = new ArrayList<>();
        ((List<?>) list).forEach(each -> fields.add((byte[]) each));
        return fields;
    }

    /**
     * Answers the takers that have what they want or, when nothing more waits, what there is.
     *
     * @param served how many takers waited when the read began. One that came later may have come
     *     after a frame that the read did not see yet: it gets the next read
     */
    private void answer(int served, boolean nothingMore, long length) {
        List<Taker> answered;
        long remaining;
        synchronized (lock) {
            answered = takers.removeAnswered(served, nothingMore, nanoTime.getAsLong());
            remaining = Math.max(0, length - held.size());
        }
        for (Taker taker : answered) {
            if (taker.answer.complete(new FrameBatch(taker.frames, remaining))) {
                meters.consumed(taker.frames.size());
            } else {
                giveBack(taker.frames);
            }
        }
    }

    /** Nobody gets an answer; what was read in vain is read again. */
    private void fail(Throwable failure) {
        meters.consumerError();
        List<Taker> failed;
        synchronized (lock) {
            failed = takers.removeAll();
            failed.forEach(taker -> giveBack(taker.frames));
            ownAfter = EntryId.ZERO;
        }
        log.debug("read failed", failure);
        failed.forEach(taker -> taker.answer.completeExceptionally(failure));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
