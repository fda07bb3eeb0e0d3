package io.detektor.framebuffer.stream;

import io.detektor.framebuffer.frame.DeadLetterReason;
import io.detektor.redisha.durability.WriteFailure;
import io.detektor.redisha.durability.WriteOutcome;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A frame log without Redis, held to the same contract by {@link FrameLogContractTests}; with
 * switches for what Redis may do. Each instance is one process; instances may share a {@link
 * Store}.
 */
public final class InMemoryFrameLog implements FrameLog {

    /** What survives a process. Guarded by itself. */
    public static final class Store {
        final TreeMap<EntryId, WaitingFrame> entries = new TreeMap<>();
        final Map<EntryId, String> pending = new HashMap<>();
        final Map<String, String> keys = new HashMap<>();
        final Map<String, @Nullable String> marks = new HashMap<>();
        final List<byte[]> deadLetters = new ArrayList<>();
        long sequence;
    }

    private final Store store;
    private final String consumer;
    private final long maxFrames;

    /** Entries of this process that some taker has; guarded by the store. */
    private final Map<EntryId, WaitingFrame> held = new HashMap<>();

    private volatile boolean reachable = true;
    private volatile @Nullable WriteOutcome nextOutcome;

    public InMemoryFrameLog(Store store, String consumer, long maxFrames) {
        this.store = store;
        this.consumer = consumer;
        this.maxFrames = maxFrames;
    }

    /** Whether Redis answers. */
    public void reachable(boolean reachable) {
        this.reachable = reachable;
    }

    /** The next append comes to this. */
    public void nextOutcome(@Nullable WriteOutcome outcome) {
        this.nextOutcome = outcome;
    }

    /** Forgets everything. */
    public void reset() {
        synchronized (store) {
            store.entries.clear();
            store.pending.clear();
            store.keys.clear();
            store.marks.clear();
            store.deadLetters.clear();
            held.clear();
        }
        reachable = true;
        nextOutcome = null;
    }

    /** The frames in the dead-letter stream. */
    public List<byte[]> deadLetters() {
        synchronized (store) {
            return List.copyOf(store.deadLetters);
        }
    }

    /** An entry as the capture service writes it. */
    public void addMetadata(Map<String, String> fields) {
        List<byte[]> list = new ArrayList<>();
        fields.forEach((name, value) -> {
            list.add(name.getBytes(StandardCharsets.UTF_8));
            list.add(value.getBytes(StandardCharsets.UTF_8));
        });
        synchronized (store) {
            EntryId id = nextId();
            store.entries.put(
                    id, new WaitingFrame("metadata", id, FrameEntryCodec.decode(id, list)));
        }
    }

    @Override
    public CompletableFuture<WriteOutcome> append(FrameAppend frame) {
        WriteOutcome outcome = nextOutcome;
        nextOutcome = null;
        if (outcome == null && !reachable) {
            outcome = new WriteOutcome.Refused(WriteFailure.NO_MASTER, "no master is known");
        }
        return CompletableFuture.completedFuture(outcome != null ? outcome : store(frame));
    }

    @Override
    public List<CompletableFuture<WriteOutcome>> appendTogether(List<FrameAppend> frames) {
        return frames.stream().map(this::append).toList();
    }

    private WriteOutcome store(FrameAppend frame) {
        synchronized (store) {
            String key = frame.idempotencyKey();
            String stored = key == null ? null : store.keys.get(key);
            if (stored != null && !Objects.equals(store.marks.get(key), frame.fingerprint())) {
                return new WriteOutcome.Refused(WriteFailure.KEY_REUSED, "KEYREUSED");
            }
            if (stored != null) {
                return new WriteOutcome.Confirmed(stored, 1, true, store.entries.size());
            }
            long frames =
                    store.entries.values().stream()
                            .filter(e -> e.stream().equals("frames"))
                            .count();
            if (frames >= maxFrames) {
                return new WriteOutcome.Refused(WriteFailure.STREAM_FULL, "full");
            }
            EntryId id = nextId();
            store.entries.put(
                    id,
                    new WaitingFrame(
                            "frames",
                            id,
                            FrameEntryCodec.decode(id, FrameEntryCodec.encode(frame))));
            if (key != null) {
                store.keys.put(key, id.toString());
                store.marks.put(key, frame.fingerprint());
            }
            return new WriteOutcome.Confirmed(id.toString(), 1, false, frames + 1);
        }
    }

    private EntryId nextId() {
        return new EntryId(1_800_000_000_000L, store.sequence++);
    }

    @Override
    public CompletableFuture<WriteOutcome> deadLetter(FrameAppend frame, DeadLetterReason reason) {
        String idempotencyKey = frame.idempotencyKey();
        synchronized (store) {
            String key = "dead letter " + idempotencyKey;
            if (idempotencyKey == null || store.keys.putIfAbsent(key, "1-0") == null) {
                store.deadLetters.add(frame.frame().body());
            }
            return CompletableFuture.completedFuture(
                    new WriteOutcome.Confirmed("1-0", 1, false, store.deadLetters.size()));
        }
    }

    @Override
    public CompletableFuture<FrameBatch> take(int count, Duration wait) {
        if (!reachable) {
            return CompletableFuture.failedFuture(new IllegalStateException("unreachable"));
        }
        List<WaitingFrame> frames = new ArrayList<>();
        long remaining;
        synchronized (store) {
            for (WaitingFrame frame : store.entries.values()) {
                String owner = store.pending.getOrDefault(frame.id(), consumer);
                if (frames.size() < count
                        && owner.equals(consumer)
                        && !held.containsKey(frame.id())) {
                    store.pending.put(frame.id(), consumer);
                    held.put(frame.id(), frame);
                    frames.add(frame);
                }
            }
            remaining = (long) store.entries.size() - held.size();
        }
        return CompletableFuture.completedFuture(new FrameBatch(frames, remaining));
    }

    @Override
    public void acknowledge(FrameBatch batch) {
        synchronized (store) {
            for (WaitingFrame frame : batch.frames()) {
                store.entries.remove(frame.id());
                store.pending.remove(frame.id());
                held.remove(frame.id());
            }
        }
    }

    @Override
    public void giveBack(FrameBatch batch) {
        synchronized (store) {
            batch.frames().forEach(frame -> held.remove(frame.id()));
        }
    }

    @Override
    public CompletableFuture<Long> clear() {
        synchronized (store) {
            long cleared = store.entries.size();
            store.entries.clear();
            store.pending.clear();
            held.clear();
            return CompletableFuture.completedFuture(cleared);
        }
    }

    /** What the upkeep of the real one does after the idle time: takes everything over. */
    void takeOver() {
        synchronized (store) {
            store.pending.replaceAll((_, _) -> consumer);
        }
    }

    @Override
    public CompletableFuture<BufferSizes> sizes() {
        if (!reachable) {
            return CompletableFuture.failedFuture(new IllegalStateException("unreachable"));
        }
        synchronized (store) {
            long frames =
                    store.entries.values().stream()
                            .filter(e -> e.stream().equals("frames"))
                            .count();
            return CompletableFuture.completedFuture(
                    new BufferSizes(
                            frames,
                            store.entries.size() - frames,
                            store.deadLetters.size(),
                            0,
                            store.entries.isEmpty()
                                    ? null
                                    : Instant.ofEpochMilli(store.entries.firstKey().millis())));
        }
    }

    @Override
    public boolean readable() {
        return reachable;
    }
}
