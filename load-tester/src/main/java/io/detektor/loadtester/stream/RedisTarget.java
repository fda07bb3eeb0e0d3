package io.detektor.loadtester.stream;

import io.detektor.loadtester.message.Content;
import io.detektor.loadtester.message.EntryFormat;
import io.detektor.loadtester.run.LoadTarget;
import io.detektor.loadtester.run.OutcomeListener;
import io.detektor.loadtester.run.SendOutcome;
import io.detektor.redisha.durability.DurableWriter;
import io.detektor.redisha.durability.StreamAppend;
import io.detektor.redisha.durability.WriteOutcome;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Writes messages to a stream with redis-ha's writer, which repeats what is unknown by itself. What
 * it refuses for a while is sent again here, until the caller's deadline: nothing was stored, so
 * that is safe.
 */
public final class RedisTarget implements LoadTarget {

    private static final Duration PAUSE = Duration.ofMillis(20);

    private final DurableWriter writer;
    private final String stream;
    private final EntryFormat format;
    private final Content content;

    public RedisTarget(RedisSession session, String stream, EntryFormat format, Content content) {
        this(session.writer(), stream, format, content);
    }

    RedisTarget(DurableWriter writer, String stream, EntryFormat format, Content content) {
        this.writer = writer;
        this.stream = stream;
        this.format = format;
        this.content = content;
    }

    @Override
    public Prepared prepare(long seq, long intendedMicros) {
        return new Message(format.entry(seq, intendedMicros, content));
    }

    /** The writer belongs to the session. */
    @Override
    public void close() {}

    private final class Message implements Prepared {

        private final EntryFormat.Entry entry;

        Message(EntryFormat.Entry entry) {
            this.entry = entry;
        }

        @Override
        public int checksum() {
            return entry.checksum();
        }

        @Override
        public void send(Duration timeout, OutcomeListener listener) {
            send(System.nanoTime() + timeout.toNanos(), timeout, false, listener);
        }

        private void send(
                long deadline, Duration timeout, boolean again, OutcomeListener listener) {
            StreamAppend append = new StreamAppend(stream, entry.fields(), null, 0, timeout);
            var _ =
                    writer.append(append)
                            .thenAccept(outcome -> took(outcome, deadline, again, listener));
        }

        private void took(
                WriteOutcome outcome, long deadline, boolean again, OutcomeListener listener) {
            switch (outcome) {
                case WriteOutcome.Confirmed confirmed ->
                        listener.done(
                                new SendOutcome.Confirmed(
                                        confirmed.entryId(), confirmed.replicas(), again));
                case WriteOutcome.Refused refused -> {
                    Duration left = Duration.ofNanos(deadline - System.nanoTime()).minus(PAUSE);
                    if (refused.reason().retryable() && left.isPositive()) {
                        listener.retried(refused.reason().tag());
                        Executor later =
                                CompletableFuture.delayedExecutor(
                                        PAUSE.toMillis(), TimeUnit.MILLISECONDS);
                        later.execute(() -> send(deadline, left, true, listener));
                    } else {
                        listener.done(new SendOutcome.Refused(refused.reason().tag(), again));
                    }
                }
                case WriteOutcome.Unknown unknown ->
                        listener.done(new SendOutcome.Unknown(unknown.reason().tag(), again));
            }
        }
    }
}
