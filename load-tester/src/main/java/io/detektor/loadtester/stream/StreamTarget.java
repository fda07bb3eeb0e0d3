package io.detektor.loadtester.stream;

import io.detektor.loadtester.message.Content;
import io.detektor.loadtester.message.EntryFormat;
import io.detektor.loadtester.run.LoadTarget;
import io.detektor.loadtester.run.OutcomeListener;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Writes entries to a stream; what becomes of one is the business of who extends it. */
abstract class StreamTarget implements LoadTarget {

    private final EntryFormat format;
    private final Content content;

    StreamTarget(EntryFormat format, Content content) {
        this.format = format;
        this.content = content;
    }

    /** As {@link Prepared#send}. */
    abstract void send(EntryFormat.Entry entry, Duration timeout, OutcomeListener listener);

    @Override
    public final Prepared prepare(long seq, long intendedMicros) {
        EntryFormat.Entry entry = format.entry(seq, intendedMicros, content);
        return new Prepared() {
            @Override
            public int checksum() {
                return entry.checksum();
            }

            @Override
            public void send(Duration timeout, OutcomeListener listener) {
                StreamTarget.this.send(entry, timeout, listener);
            }
        };
    }

    /** Tries again after a pause, on a thread of the common pool. */
    static void after(Duration pause, Runnable again) {
        CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS).execute(again);
    }
}
