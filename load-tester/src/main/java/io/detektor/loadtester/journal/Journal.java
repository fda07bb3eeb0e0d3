package io.detektor.loadtester.journal;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.detektor.loadtester.measure.Ledger;
import io.detektor.loadtester.run.SendOutcome;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SequenceWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code acks.jsonl.gz}: a line of JSON for each message, in the order of the outcomes. Written by
 * a thread of its own beside its place, and moved there when it is whole.
 *
 * <p>{@link #outcome} may be called from any thread and never blocks: what waits to be written is
 * bounded, and beyond that lines are dropped and counted. A disk that is full ends the journal and
 * not the run. {@link #close} belongs to one thread, when every outcome is in.
 */
public final class Journal {

    /** Its name in the directory of a run. */
    public static final String NAME = "acks.jsonl.gz";

    /** Some 10 MB of lines: as many as come while a disk holds its breath. */
    static final int MOST_WAITING = 1 << 16;

    private static final int BUFFER = 64 * 1024;
    private static final int AT_ONCE = 1024;

    private final Path file;
    private final Path partial;
    private final BlockingQueue<Line> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
    private final LongAdder dropped = new LongAdder();
    private final Thread writer;

    /** Why it could not be written. */
    private volatile @Nullable String failure;

    private volatile boolean closing;

    /**
     * A message.
     *
     * @param seq its number, counted from 0
     * @param dueMs when it was due, in milliseconds since the start of the run
     * @param sentMs when it was sent; null where it has no outcome
     * @param doneMs when the outcome came; null for none
     * @param outcome acked, refused, unknown, or none: it was sent, and nothing was heard
     * @param entry the stream entry's id; null unless it was acknowledged
     * @param replicas how many replicas have it; null where nobody says
     * @param reason why it was not acknowledged; null where it was
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Line(
            long seq,
            @Nullable Double dueMs,
            @Nullable Double sentMs,
            @Nullable Double doneMs,
            String outcome,
            @Nullable String entry,
            @Nullable Integer replicas,
            @Nullable String reason,
            boolean retried) {}

    /** Where the bytes go; somewhere else in tests. */
    @FunctionalInterface
    interface Opening {
        OutputStream open(Path file) throws IOException;
    }

    /**
     * Starts one; what an earlier run left is removed.
     *
     * @param directory made when it is not there
     */
    public static Journal in(Path directory) {
        return new Journal(directory, Files::newOutputStream);
    }

    Journal(Path directory, Opening opening) {
        this.file = directory.resolve(NAME);
        this.partial = directory.resolve(NAME + ".part");
        this.writer = Thread.ofPlatform().name("journal").daemon().start(() -> write(opening));
    }

    /**
     * Notes an outcome; all times in nanoseconds since the start of the run.
     *
     * @param intended when the message was due
     */
    public void outcome(long seq, long intended, long sent, long now, SendOutcome outcome) {
        if (failure != null) {
            return;
        }
        Double due = millis(intended);
        Double from = millis(sent);
        Double done = millis(now);
        boolean retried = outcome.retried();
        add(
                switch (outcome) {
                    case SendOutcome.Confirmed confirmed ->
                            new Line(
                                    seq,
                                    due,
                                    from,
                                    done,
                                    "acked",
                                    confirmed.entryId(),
                                    confirmed.replicas() < 0 ? null : confirmed.replicas(),
                                    null,
                                    retried);
                    case SendOutcome.Refused refused ->
                            new Line(
                                    seq,
                                    due,
                                    from,
                                    done,
                                    "refused",
                                    null,
                                    null,
                                    refused.reason(),
                                    retried);
                    case SendOutcome.Unknown unknown ->
                            new Line(
                                    seq,
                                    due,
                                    from,
                                    done,
                                    "unknown",
                                    null,
                                    null,
                                    unknown.reason(),
                                    retried);
                });
    }

    private void add(Line line) {
        if (!waiting.offer(line)) {
            dropped.increment();
        }
    }

    /**
     * Adds the messages that never had an outcome, and ends the file.
     *
     * @return what is wrong with it, in words; empty when it is whole
     */
    public Optional<String> close(Ledger ledger) {
        try {
            for (long seq = 0; seq < ledger.attempted() && failure == null; seq++) {
                if (ledger.state(seq) == Ledger.State.PENDING) {
                    // here somebody may wait; the writer takes on, or fails
                    Line line = new Line(seq, null, null, null, "none", null, null, null, false);
                    while (failure == null && !waiting.offer(line, 100, TimeUnit.MILLISECONDS)) {
                        Thread.onSpinWait();
                    }
                }
            }
            closing = true;
            writer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of(file + " was not written: interrupted");
        }
        if (failure != null) {
            return Optional.of(file + " was not written: " + failure);
        }
        return dropped.sum() == 0
                ? Optional.empty()
                : Optional.of(
                        file
                                + " lacks "
                                + dropped.sum()
                                + " lines: they came faster than they could be written");
    }

    private void write(Opening opening) {
        try {
            Path directory = file.toAbsolutePath().getParent();
            if (directory != null) {
                Files.createDirectories(directory);
            }
            Files.deleteIfExists(file);
            try (OutputStream out = opening.open(partial);
                    GZIPOutputStream zipped = new GZIPOutputStream(out, BUFFER);
                    BufferedOutputStream buffered = new BufferedOutputStream(zipped, BUFFER);
                    SequenceWriter lines =
                            JsonMapper.shared()
                                    .writerFor(Line.class)
                                    .withRootValueSeparator("\n")
                                    .writeValues(buffered)) {
                writeAll(lines);
                lines.flush();
                buffered.write('\n');
            }
            Files.move(
                    partial,
                    file,
                    StandardCopyOption.REPLACE_EXISTING,
                    StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | JacksonException e) {
            fail(e);
        }
    }

    private void writeAll(SequenceWriter lines) throws IOException {
        List<Line> some = new ArrayList<>(AT_ONCE);
        try {
            while (true) {
                // read before the queue: what was added before closing is in it by then
                boolean last = closing;
                some.clear();
                Line first = waiting.poll(20, TimeUnit.MILLISECONDS);
                if (first == null) {
                    if (last) {
                        return;
                    }
                    continue;
                }
                some.add(first);
                waiting.drainTo(some, AT_ONCE - 1);
                for (Line line : some) {
                    lines.write(line);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private void fail(Exception e) {
        Throwable cause = e instanceof JacksonException && e.getCause() != null ? e.getCause() : e;
        failure =
                cause instanceof FileSystemException system && system.getReason() != null
                        ? system.getReason()
                        : String.valueOf(cause.getMessage()).lines().findFirst().orElse("?");
        waiting.clear();
        try {
            // whatever it took is better used for the result
            Files.deleteIfExists(partial);
        } catch (IOException more) {
            // it stays; the failure is told
            e.addSuppressed(more);
        }
    }

    private static Double millis(long nanos) {
        return Math.round(nanos / 1e3) / 1e3;
    }
}
