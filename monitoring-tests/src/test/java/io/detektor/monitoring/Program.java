package io.detektor.monitoring;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A program of the stack, that can be ended and started again. Not thread-safe. */
final class Program implements AutoCloseable {

    private static final Duration STOP_WITHIN = Duration.ofSeconds(30);
    private static final Duration READY_WITHIN = Duration.ofMinutes(3);

    private final String name;
    private final List<String> command;
    private final Map<String, String> environment;
    private final Path log;
    private final URI ready;
    private @Nullable Process process;

    /**
     * One that does not run yet.
     *
     * @param directory of its log
     * @param ready a page that answers 200 when it is ready
     */
    Program(
            String name,
            Path directory,
            URI ready,
            Map<String, String> environment,
            List<String> command) {
        this.name = name;
        this.command = command;
        this.environment = environment;
        this.log = directory.resolve(name + ".log");
        this.ready = ready;
    }

    /** A port below those that the kernel gives away, free at this moment. */
    static int freePort() {
        int taken = 0;
        for (int attempt = 0; attempt < 100; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(12_000, 18_000);
            try (ServerSocket socket =
                    new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException e) {
                taken = port;
            }
        }
        throw new IllegalStateException(
                "no free port between 12000 and 18000; the last tried was " + taken);
    }

    /** Starts it, and returns at once. */
    Program start() {
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            // what is set for another set, by whoever started this JVM
            builder.environment()
                    .keySet()
                    .removeIf(key ->
                            key.startsWith("REDIS")
                                    || key.startsWith("SENTINEL")
                                    || key.startsWith("TELEGRAM")
                                    || key.startsWith("SPRING"));
            builder.environment().putAll(environment);
            Process started = builder.start();
            started.getOutputStream().close();
            process = started;
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Program awaitReady() {
        await(name + " is ready, see " + log)
                .atMost(READY_WITHIN)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    if (!running().isAlive()) {
                        throw new IllegalStateException(
                                name + " has ended: " + Files.readString(log));
                    }
                    return Http.get(ready).status() == 200;
                });
        return this;
    }

    /** Asks it to end; returns when it has. */
    void stop() {
        running().destroy();
        awaitEnd();
    }

    /** Ends it at once; returns when it has. */
    void kill() {
        running().destroyForcibly();
        awaitEnd();
    }

    private void awaitEnd() {
        try {
            if (!running().waitFor(STOP_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException(name + " has not ended, see " + log);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private Process running() {
        Process started = process;
        if (started == null) {
            throw new IllegalStateException(name + " was never started");
        }
        return started;
    }

    String log() {
        return Tools.read(log);
    }

    @Override
    public void close() {
        if (process != null && process.isAlive()) {
            kill();
        }
    }
}
