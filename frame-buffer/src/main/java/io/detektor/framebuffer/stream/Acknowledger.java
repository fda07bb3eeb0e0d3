package io.detektor.framebuffer.stream;

import io.detektor.redisha.master.MasterConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Acknowledges frames and deletes them, many in one step, again and again until Redis has done it.
 * Thread-safe.
 */
final class Acknowledger {

    private static final Logger log = LoggerFactory.getLogger(Acknowledger.class);

    /** What one script may be given: Lua's stack holds 8000 values. */
    private static final int MOST_AT_ONCE = 1000;

    private static final Duration RETRY = Duration.ofMillis(200);

    private final MasterConnection connection;
    private final Keys keys;
    private final String group;
    private final Duration timeout;
    private final ScheduledExecutorService scheduler;
    private final Consumer<List<WaitingFrame>> done;

    private final Object lock = new Object();

    /** What waits to be acknowledged, by stream; guarded by {@link #lock}. */
    private final Map<String, List<WaitingFrame>> waiting = new LinkedHashMap<>();

    /** Whether a step is under way, or its retry is due; guarded by {@link #lock}. */
    private boolean busy;

    /**
     * @param done is told what Redis has acknowledged
     */
    Acknowledger(
            MasterConnection connection,
            Keys keys,
            String group,
            Duration timeout,
            ScheduledExecutorService scheduler,
            Consumer<List<WaitingFrame>> done) {
        this.connection = connection;
        this.keys = keys;
        this.group = group;
        this.timeout = timeout;
        this.scheduler = scheduler;
        this.done = done;
    }

    void acknowledge(List<WaitingFrame> frames) {
        synchronized (lock) {
            for (WaitingFrame frame : frames) {
                waiting.computeIfAbsent(frame.stream(), _ -> new ArrayList<>()).add(frame);
            }
            if (busy || waiting.isEmpty()) {
                return;
            }
            busy = true;
        }
        step();
    }

    /** Waits until everything is acknowledged, or the time is over. */
    void drain(Duration atMost) {
        long until = System.nanoTime() + atMost.toNanos();
        synchronized (lock) {
            try {
                for (long left = atMost.toMillis(); busy && left > 0; ) {
                    lock.wait(left);
                    left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (busy) {
                log.warn("some frames were handed out and not acknowledged: they will come again");
            }
        }
    }

    /** Acknowledges what waits in one stream, then goes on; only for the one who set busy. */
    private void step() {
        List<WaitingFrame> frames;
        synchronized (lock) {
            if (waiting.isEmpty()) {
                busy = false;
                lock.notifyAll();
                return;
            }
            frames = nextOfOneStream();
        }
        String stream = frames.get(0).stream();
        List<byte[]> arguments = new ArrayList<>(frames.size() + 2);
        arguments.add(group.getBytes(StandardCharsets.UTF_8));
        arguments.add(FrameEntryCodec.utf8(Integer.toString(keys.number(stream))));
        frames.forEach(f -> arguments.add(f.id().toString().getBytes(StandardCharsets.US_ASCII)));
        CompletableFuture<Long> step =
                Script.ACKNOWLEDGE.run(connection, keys.ofAcknowledgement(stream), arguments);
        step.orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((_, failure) -> {
                    if (failure == null) {
                        done.accept(frames);
                        step();
                    } else {
                        again(frames, failure);
                    }
                })
                .exceptionally(_ -> null);
    }

    private List<WaitingFrame> nextOfOneStream() {
        Map.Entry<String, List<WaitingFrame>> first = waiting.entrySet().iterator().next();
        List<WaitingFrame> all = first.getValue();
        waiting.remove(first.getKey());
        if (all.size() > MOST_AT_ONCE) {
            waiting.put(first.getKey(), new ArrayList<>(all.subList(MOST_AT_ONCE, all.size())));
            return all.subList(0, MOST_AT_ONCE);
        }
        return all;
    }

    /** Acknowledging twice does no harm, so whatever the failure was, it is tried again. */
    private void again(List<WaitingFrame> frames, Throwable failure) {
        log.debug("not acknowledged yet count={}", frames.size(), failure);
        synchronized (lock) {
            waiting.computeIfAbsent(frames.get(0).stream(), _ -> new ArrayList<>()).addAll(frames);
        }
        if (!scheduler.isShutdown()) {
            var _ = scheduler.schedule(this::step, RETRY.toMillis(), TimeUnit.MILLISECONDS);
        }
    }
}
