package io.detektor.telegramalerts.outbox;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A file of JSON lines, each fsynced before {@link #append} returns. The first one is a snapshot,
 * the others are changes since; when they have grown enough, the file is written anew. A last line
 * that was not written to its end does not count: nobody was told that it was.
 *
 * <p>Not thread-safe.
 */
final class Journal implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Journal.class);
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final long COMPACT_AT_LEAST_BYTES = 4L << 20;
    private static final int COMPACT_AT_FACTOR = 4;

    private final Path file;
    private final FileChannel lockFile;
    private final Supplier<Entry> snapshot;
    private @Nullable FileChannel channel;
    private long bytes;
    private long snapshotBytes;

    private Journal(Path file, FileChannel lockFile, Supplier<Entry> snapshot) {
        this.file = file;
        this.lockFile = lockFile;
        this.snapshot = snapshot;
    }

    /**
     * Reads what is there, and writes it anew.
     *
     * @param directory made if need be; one process at a time
     * @param replay is given each line, the oldest first, before this method returns
     * @param snapshot makes a line that says all that the lines so far say
     * @throws IOException if the directory cannot be used, naming it
     */
    static Journal open(Path directory, Consumer<Entry> replay, Supplier<Entry> snapshot)
            throws IOException {
        Files.createDirectories(directory);
        Journal journal = new Journal(directory.resolve("outbox.jsonl"), lock(directory), snapshot);
        try {
            for (Entry entry : journal.read()) {
                replay.accept(entry);
            }
            journal.rewrite();
        } catch (IOException e) {
            journal.lockFile.close();
            throw e;
        }
        return journal;
    }

    private static FileChannel lock(Path directory) throws IOException {
        FileChannel opened =
                FileChannel.open(
                        directory.resolve("lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
        FileLock lock = null;
        try {
            lock = opened.tryLock();
        } catch (OverlappingFileLockException e) {
            log.debug("held by this process", e);
        }
        if (lock == null) {
            opened.close();
            throw new IOException(directory + ": in use by another instance");
        }
        return opened;
    }

    private List<Entry> read() throws IOException {
        List<Entry> entries = new ArrayList<>();
        if (!Files.exists(file)) {
            return entries;
        }
        List<String> lines = Files.readString(file).lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            try {
                entries.add(JSON.readValue(lines.get(i), Entry.class));
            } catch (JacksonException e) {
                if (i < lines.size() - 1) {
                    // never seen to happen, and too precious to be thrown away unseen
                    Path aside = file.resolveSibling("outbox.unreadable.jsonl");
                    Files.copy(file, aside, StandardCopyOption.REPLACE_EXISTING);
                    log.error("{}: line {} is unreadable, kept in {}", file, i + 1, aside);
                }
            }
        }
        return entries;
    }

    /**
     * Writes a line.
     *
     * @throws IOException if it is not certain to be on disk; the next line brings the whole state
     */
    void append(Entry entry) throws IOException {
        if (channel == null) {
            rewrite();
        } else if (bytes > limit()) {
            compact();
        }
        FileChannel open = channel;
        if (open == null) {
            throw new IOException(file + ": not open");
        }
        byte[] line = line(entry);
        try {
            writeFully(open, line);
            open.force(false);
            bytes += line.length;
        } catch (IOException e) {
            abandon();
            throw e;
        }
    }

    /** A file that is only too long still serves. */
    private void compact() {
        try {
            rewrite();
        } catch (IOException e) {
            log.warn("{}: cannot be written anew, it grows on: {}", file, e.toString());
        }
    }

    private long limit() {
        return Math.max(COMPACT_AT_LEAST_BYTES, snapshotBytes * COMPACT_AT_FACTOR);
    }

    /** How large the file is. */
    long bytes() {
        return bytes;
    }

    /** What is in the file may be half a line: it is not written to any more. */
    private void abandon() throws IOException {
        FileChannel open = channel;
        channel = null;
        if (open != null) {
            open.close();
        }
    }

    private void rewrite() throws IOException {
        Path next = file.resolveSibling("outbox.jsonl.next");
        byte[] line = line(snapshot.get());
        FileChannel written =
                FileChannel.open(
                        next,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE);
        try {
            writeFully(written, line);
            written.force(true);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            written.close();
            throw e;
        }
        abandon();
        try (FileChannel directory = FileChannel.open(file.toAbsolutePath().getParent())) {
            directory.force(true);
        } catch (IOException e) {
            written.close();
            throw e;
        }
        channel = written;
        bytes = line.length;
        snapshotBytes = line.length;
    }

    private static byte[] line(Entry entry) {
        return (JSON.writeValueAsString(entry) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private static void writeFully(FileChannel to, byte[] line) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(line);
        while (buffer.hasRemaining()) {
            to.write(buffer);
        }
    }

    @Override
    public void close() throws IOException {
        abandon();
        lockFile.close();
    }
}
