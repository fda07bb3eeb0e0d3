package io.detektor.loadtester.stream;

import io.detektor.loadtester.measure.Deliveries;
import io.detektor.loadtester.measure.Ledger;
import io.detektor.loadtester.measure.Measurements;
import io.detektor.loadtester.measure.RunClock;
import io.detektor.loadtester.message.Format;
import io.detektor.loadtester.run.Interruption;
import io.detektor.loadtester.verify.DeliveryProof;
import io.detektor.loadtester.verify.StreamCheck;
import io.lettuce.core.StreamMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Consumers that read along in a group, each on its own connection, check what they receive and
 * acknowledge it. {@link #start} and {@link #drain} belong to one thread.
 */
public final class StreamConsumers implements AutoCloseable {

    private static final Duration PAUSE = Duration.ofMillis(50);

    private final RedisSession session;
    private final String stream;
    private final int consumers;
    private final String mark;
    private final Format format;
    private final Measurements measurements;
    private final RunClock clock;
    private final Duration delay;

    /** What a slow consumer has taken nobody else can have: not more than a second's worth. */
    private final int batch;

    private final Deliveries deliveries = new Deliveries();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopping;
    private volatile boolean draining;

    /**
     * @param delay how long each consumer takes for a message, until it is time to {@link #drain}
     * @param mark the last entry before the run, after which the group begins to read
     */
    public StreamConsumers(
            RedisSession session,
            String stream,
            int consumers,
            Duration delay,
            String mark,
            Format format,
            Measurements measurements,
            RunClock clock) {
        this.session = session;
        this.stream = stream;
        this.consumers = consumers;
        this.delay = delay;
        this.batch =
                delay.isZero()
                        ? ConsumerGroup.BATCH
                        : Math.clamp(
                                Duration.ofSeconds(1).toNanos() / delay.toNanos(),
                                1,
                                ConsumerGroup.BATCH);
        this.mark = mark;
        this.format = format;
        this.measurements = measurements;
        this.clock = clock;
    }

    /** Makes the group, and starts the consumers. */
    public void start() {
        try (ConsumerGroup group = group("group")) {
            group.createGroup();
        } catch (ConsumerGroup.FailedException e) {
            // each consumer makes it again where it is missing
            measurements.retry("consumer-group");
        }
        for (int i = 1; i <= consumers; i++) {
            String name = "consumer-" + i;
            threads.add(Thread.ofVirtual().name(name).start(() -> consume(name)));
        }
    }

    /**
     * Lets the consumers read what is left, and stops them.
     *
     * @param atMost how long they may get nowhere: as long as they read on, they are waited for
     */
    public Drained drain(Ledger ledger, Duration atMost, Interruption interruption) {
        draining = true;
        long wanted = ledger.counts().confirmed();
        long read = deliveries.total();
        long deadline = System.nanoTime() + atMost.toNanos();
        long pending;
        try (ConsumerGroup group = group("drain")) {
            boolean allRead = false;
            do {
                pending = group.pending();
                // what was read but is unknown may hide what was confirmed, so count it when due
                allRead =
                        deliveries.distinct() >= wanted
                                && proof(ledger, 0, true).undelivered() == 0;
                if (deliveries.total() > read) {
                    read = deliveries.total();
                    deadline = System.nanoTime() + atMost.toNanos();
                }
            } while ((!allRead || pending != 0)
                    && System.nanoTime() < deadline
                    && !interruption.await(Duration.ofMillis(100)));
            boolean complete = pending == 0 && (allRead || group.nothingLeft());
            close();
            return drained(Math.max(0, pending), complete);
        }
    }

    private ConsumerGroup group(String purpose) {
        return new ConsumerGroup(session, purpose, stream, mark);
    }

    private DeliveryProof proof(Ledger ledger, long pending, boolean complete) {
        return drained(pending, complete).proof(ledger, null);
    }

    private Drained drained(long pending, boolean complete) {
        String how = consumers == 1 ? "the consumer" : consumers + " consumers";
        return new Drained(how, deliveries, pending, complete);
    }

    /**
     * What consumers received in all.
     *
     * @param how by whom, for people
     * @param pending deliveries that are still unacknowledged
     * @param complete whether there was nothing left to read
     */
    public record Drained(String how, Deliveries deliveries, long pending, boolean complete) {

        /**
         * Compares it with what was sent.
         *
         * @param stream the final read of the master; null when there was none
         */
        public DeliveryProof proof(Ledger ledger, @Nullable StreamCheck stream) {
            return DeliveryProof.of(how, ledger, deliveries, pending, complete, stream);
        }
    }

    @Override
    public void close() {
        stopping = true;
        for (Thread thread : threads) {
            try {
                thread.join(ConsumerGroup.ANSWER);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void consume(String name) {
        long last = -1;
        // what was handed to this name while its connection broke is its own to read again
        boolean ownFirst = true;
        try (ConsumerGroup group = group(name)) {
            while (!stopping && !Thread.currentThread().isInterrupted()) {
                try {
                    List<StreamMessage<String, byte[]>> messages =
                            group.read(name, ownFirst, batch);
                    if (messages.isEmpty()) {
                        if (!ownFirst && draining) {
                            messages = group.claim(name);
                        }
                        ownFirst = false;
                    }
                    last = take(messages, last);
                    group.acknowledge(messages);
                } catch (ConsumerGroup.FailedException e) {
                    ownFirst = true;
                    if (e.noGroup) {
                        createGroupAgain(group);
                    }
                    pause();
                }
            }
        }
    }

    private long take(List<StreamMessage<String, byte[]>> messages, long before) {
        long last = before;
        Ledger ledger = measurements.ledger();
        for (StreamMessage<String, byte[]> message : messages) {
            // an entry that is gone comes without a body
            if (message.getBody() == null || message.getBody().isEmpty()) {
                continue;
            }
            Format.Seen seen = format.read(message.getBody());
            long seq = seen.seq();
            if (seq < 0 || seq >= ledger.attempted()) {
                deliveries.foreign(seen.name() + " at " + message.getId());
                continue;
            }
            if (!seen.intact()) {
                deliveries.damaged(seen.name() + " at " + message.getId());
            }
            if (deliveries.delivered(seq)) {
                long now = clock.epochMicros(System.nanoTime() - clock.nanos());
                measurements.received((now - seen.intendedMicros()) * 1000);
                if (seq < last) {
                    deliveries.orderBreak();
                }
                last = seq;
            }
            work();
        }
        return last;
    }

    private void work() {
        long done = System.nanoTime() + delay.toNanos();
        while (!stopping && !draining && done - System.nanoTime() > 0) {
            LockSupport.parkNanos(Math.min(PAUSE.toNanos(), done - System.nanoTime()));
        }
    }

    private void createGroupAgain(ConsumerGroup group) {
        try {
            group.createGroup();
        } catch (ConsumerGroup.FailedException e) {
            measurements.retry("consumer-group");
        }
    }

    private void pause() {
        LockSupport.parkNanos(PAUSE.toNanos());
    }
}
