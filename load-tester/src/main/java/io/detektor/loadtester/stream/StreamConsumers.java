package io.detektor.loadtester.stream;

import io.detektor.loadtester.measure.Deliveries;
import io.detektor.loadtester.measure.Ledger;
import io.detektor.loadtester.measure.Measurements;
import io.detektor.loadtester.measure.RunClock;
import io.detektor.loadtester.message.Format;
import io.detektor.loadtester.run.Interruption;
import io.detektor.loadtester.verify.DeliveryProof;
import io.detektor.loadtester.verify.StreamCheck;
import io.detektor.redisha.master.MasterConnection;
import io.lettuce.core.Consumer;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XAutoClaimArgs;
import io.lettuce.core.XGroupCreateArgs;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.models.stream.ClaimedMessages;
import io.lettuce.core.models.stream.PendingMessages;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Consumers that read along in a group, each on its own connection, check what they receive and
 * acknowledge it. {@link #start} and {@link #drain} belong to one thread.
 */
public final class StreamConsumers implements AutoCloseable {

    private static final String GROUP = "load-test-group";
    private static final int BATCH = 200;

    /** Under the time after which an unanswered command breaks its connection. */
    private static final Duration BLOCK = Duration.ofMillis(250);

    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final Duration IDLE_BEFORE_CLAIM = Duration.ofSeconds(1);

    private final RedisSession session;
    private final String stream;
    private final int consumers;
    private final String mark;
    private final Format format;
    private final Measurements measurements;
    private final RunClock clock;
    private final Deliveries deliveries = new Deliveries();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopping;
    private volatile boolean draining;

    /**
     * @param mark the last entry before the run, after which the group begins to read
     */
    public StreamConsumers(
            RedisSession session,
            String stream,
            int consumers,
            String mark,
            Format format,
            Measurements measurements,
            RunClock clock) {
        this.session = session;
        this.stream = stream;
        this.consumers = consumers;
        this.mark = mark;
        this.format = format;
        this.measurements = measurements;
        this.clock = clock;
    }

    /** Makes the group, and starts the consumers. */
    public void start() {
        try (MasterConnection connection = session.connections().open("group")) {
            createGroup(connection);
        } catch (FailedException e) {
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
        try (MasterConnection connection = session.connections().open("drain")) {
            boolean allRead = false;
            do {
                pending = pending(connection);
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
            boolean complete = pending == 0 && (allRead || nothingLeft(connection));
            close();
            return drained(Math.max(0, pending), complete);
        }
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
                thread.join(ANSWER);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void consume(String name) {
        Consumer<String> consumer = Consumer.from(GROUP, name);
        long last = -1;
        // what was handed to this name while its connection broke is its own to read again
        boolean ownFirst = true;
        try (MasterConnection connection = session.connections().open(name)) {
            while (!stopping) {
                try {
                    List<StreamMessage<String, byte[]>> messages =
                            read(connection, consumer, ownFirst);
                    if (messages.isEmpty()) {
                        if (!ownFirst && draining) {
                            messages = claim(connection, consumer);
                        }
                        ownFirst = false;
                    }
                    last = take(messages, last);
                    acknowledge(connection, messages);
                } catch (FailedException e) {
                    ownFirst = true;
                    if (e.noGroup) {
                        createGroupAgain(connection);
                    }
                    pause();
                }
            }
        }
    }

    // the driver takes offsets as generic varargs
    @SuppressWarnings("unchecked")
    private List<StreamMessage<String, byte[]>> read(
            MasterConnection connection, Consumer<String> consumer, boolean own) {
        XReadArgs args = XReadArgs.Builder.count(BATCH);
        return ask(
                connection,
                commands ->
                        own
                                ? commands.xreadgroup(
                                        consumer, args, XReadArgs.StreamOffset.from(stream, "0"))
                                : commands.xreadgroup(
                                        consumer,
                                        args.block(BLOCK),
                                        XReadArgs.StreamOffset.lastConsumed(stream)));
    }

    private List<StreamMessage<String, byte[]>> claim(
            MasterConnection connection, Consumer<String> consumer) {
        ClaimedMessages<String, byte[]> claimed =
                ask(
                        connection,
                        commands ->
                                commands.xautoclaim(
                                        stream,
                                        XAutoClaimArgs.Builder.<String>xautoclaim(
                                                        consumer, IDLE_BEFORE_CLAIM, "0-0")
                                                .count(BATCH)));
        return claimed.getMessages();
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
        }
        return last;
    }

    private void acknowledge(
            MasterConnection connection, List<StreamMessage<String, byte[]>> messages) {
        if (messages.isEmpty()) {
            return;
        }
        String[] ids = messages.stream().map(StreamMessage::getId).toArray(String[]::new);
        ask(connection, commands -> commands.xack(stream, GROUP, ids));
    }

    private void createGroup(MasterConnection connection) {
        try {
            ask(
                    connection,
                    commands ->
                            commands.xgroupCreate(
                                    XReadArgs.StreamOffset.from(stream, mark),
                                    GROUP,
                                    XGroupCreateArgs.Builder.mkstream()));
        } catch (FailedException e) {
            if (!e.busyGroup) {
                throw e;
            }
            ask(
                    connection,
                    commands ->
                            commands.xgroupSetid(XReadArgs.StreamOffset.from(stream, mark), GROUP));
        }
    }

    private void createGroupAgain(MasterConnection connection) {
        try {
            createGroup(connection);
        } catch (FailedException e) {
            measurements.retry("consumer-group");
        }
    }

    private long pending(MasterConnection connection) {
        try {
            PendingMessages pending = ask(connection, commands -> commands.xpending(stream, GROUP));
            return pending.getCount();
        } catch (FailedException e) {
            return -1;
        }
    }

    /** Whether the group has read to the end of the stream. */
    @SuppressWarnings("unchecked")
    private boolean nothingLeft(MasterConnection connection) {
        try {
            return ask(
                            connection,
                            commands ->
                                    commands.xreadgroup(
                                            Consumer.from(GROUP, "drain"),
                                            XReadArgs.Builder.count(1).noack(true),
                                            XReadArgs.StreamOffset.lastConsumed(stream)))
                    .isEmpty();
        } catch (FailedException e) {
            return false;
        }
    }

    private void pause() {
        LockSupport.parkNanos(PAUSE.toNanos());
    }

    private <T> T ask(
            MasterConnection connection,
            Function<RedisAsyncCommands<String, byte[]>, ? extends CompletionStage<T>> command) {
        try {
            return connection.call(command).get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new FailedException(e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            throw new FailedException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stopping = true;
            throw new FailedException(e);
        }
    }

    private static final class FailedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final boolean noGroup;
        private final boolean busyGroup;

        FailedException(Throwable cause) {
            super(cause);
            String message = String.valueOf(cause.getMessage());
            boolean said = cause instanceof RedisCommandExecutionException;
            this.noGroup = said && message.startsWith("NOGROUP");
            this.busyGroup = said && message.startsWith("BUSYGROUP");
        }
    }
}
