package io.detektor.deployment;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A command that runs, with what it has said so far. */
final class Command implements AutoCloseable {

    private final String typed;
    private final Process process;
    private final Sink out;
    private final Sink err;
    private final long began = System.nanoTime();

    private Command(String typed, Process process) {
        this.typed = typed;
        this.process = process;
        this.out = new Sink(process.getInputStream());
        this.err = new Sink(process.getErrorStream());
    }

    /** Starts a command; standard input is empty. */
    static Command start(Path directory, Map<String, String> environment, List<String> words) {
        ProcessBuilder builder =
                new ProcessBuilder(words)
                        .directory(directory.toFile())
                        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        // what the caller's shell has set for a set of its own must not change this one
        builder.environment()
                .keySet()
                .removeIf(name ->
                        name.startsWith("COMPOSE_")
                                || name.startsWith("REDIS_PASSWORD")
                                || name.equals("REDIS_MODE"));
        builder.environment().putAll(environment);
        try {
            return new Command(String.join(" ", words), builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What it has written to standard error so far. */
    String err() {
        return err.text();
    }

    boolean runs() {
        return process.isAlive();
    }

    /** Waits for its end; one that takes longer than the limit is ended, which is a failure. */
    Ended await(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                close();
                throw new AssertionError(
                        "%s: runs after %s%n%s%s".formatted(typed, limit, out.text(), err.text()));
            }
            out.finish();
            err.finish();
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw new AssertionError(typed + ": interrupted", e);
        }
        return new Ended(
                typed,
                process.exitValue(),
                out.text(),
                err.text(),
                Duration.ofNanos(System.nanoTime() - began));
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    /** One of its two outputs, read as it comes so that the command never waits for a reader. */
    private static final class Sink {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final Thread reader;

        Sink(InputStream stream) {
            reader =
                    Thread.ofVirtual()
                            .start(() -> {
                                try (stream) {
                                    stream.transferTo(bytes);
                                } catch (IOException e) {
                                    // the process was ended: what it said is all there is
                                    bytes.writeBytes(
                                            ("(" + e.getMessage() + ")")
                                                    .getBytes(StandardCharsets.UTF_8));
                                }
                            });
        }

        String text() {
            return bytes.toString(StandardCharsets.UTF_8);
        }

        /** A background process may keep the output open: two seconds are enough. */
        void finish() throws InterruptedException {
            reader.join(Duration.ofSeconds(2));
        }
    }
}
