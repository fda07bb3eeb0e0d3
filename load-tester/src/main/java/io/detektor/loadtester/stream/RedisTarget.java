package io.detektor.loadtester.stream;

import io.detektor.loadtester.message.Content;
import io.detektor.loadtester.message.EntryFormat;
import io.detektor.loadtester.run.OutcomeListener;
import io.detektor.loadtester.run.SendOutcome;
import io.detektor.redisha.durability.DurableWriter;
import io.detektor.redisha.durability.StreamAppend;
import io.detektor.redisha.durability.WriteOutcome;
import java.time.Duration;

/**
 * Writes messages to a stream with redis-ha's writer, which repeats what is unknown by itself. What
 * it refuses for a while is sent again here, until the caller's deadline: nothing was stored, so
 * that is safe.
 */
public final class RedisTarget extends StreamTarget {

    private static final Duration PAUSE = Duration.ofMillis(20);

    private final DurableWriter writer;
    private final String stream;

    public RedisTarget(RedisSession session, String stream, EntryFormat format, Content content) {
        this(session.writer(), stream, format, content);
    }

    RedisTarget(DurableWriter writer, String stream, EntryFormat format, Content content) {
        super(format, content);
        this.writer = writer;
        this.stream = stream;
    }

    /** The writer belongs to the session. */
    @Override
    public void close() {}

    @Override
    void send(EntryFormat.Entry entry, Duration timeout, OutcomeListener listener) {
        send(entry, System.nanoTime() + timeout.toNanos(), timeout, false, listener);
    }

    private void send(
            EntryFormat.Entry entry,
            long deadline,
            Duration timeout,
            boolean again,
            OutcomeListener listener) {
        StreamAppend append = new StreamAppend(stream, entry.fields(), null, 0, timeout);
        var _ =
                writer.append(append)
                        .thenAccept(outcome -> took(entry, outcome, deadline, again, listener));
    }

    private void took(
            EntryFormat.Entry entry,
            WriteOutcome outcome,
            long deadline,
            boolean again,
            OutcomeListener listener) {
        switch (outcome) {
            case WriteOutcome.Confirmed confirmed ->
                    listener.done(
                            new SendOutcome.Confirmed(
                                    confirmed.entryId(), confirmed.replicas(), again));
            case WriteOutcome.Refused refused -> {
                Duration left = Duration.ofNanos(deadline - System.nanoTime()).minus(PAUSE);
                if (refused.reason().retryable() && left.isPositive()) {
                    listener.retried(refused.reason().tag());
                    after(PAUSE, () -> send(entry, deadline, left, true, listener));
                } else {
                    listener.done(new SendOutcome.Refused(refused.reason().tag(), again));
                }
            }
            case WriteOutcome.Unknown unknown ->
                    listener.done(new SendOutcome.Unknown(unknown.reason().tag(), again));
        }
    }
}
