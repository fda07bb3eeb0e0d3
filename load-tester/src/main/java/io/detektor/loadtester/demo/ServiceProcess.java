package io.detektor.loadtester.demo;

import io.detektor.loadtester.plan.Units;
import io.detektor.loadtester.run.Interruption;
import io.detektor.loadtester.run.UnreachableException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A service of the suite as a child process. One thread; whoever started it closes it. */
public final class ServiceProcess implements AutoCloseable {

    private static final Duration READY_WITHIN = Duration.ofSeconds(60);
    private static final Duration STOP_WITHIN = Duration.ofSeconds(8);
    private static final int LAST_LINES = 12;

    private final String name;
    private final Process process;
    private final int port;
    private final Path log;

    private ServiceProcess(String name, Process process, int port, Path log) {
        this.name = name;
        this.process = process;
        this.port = port;
        this.log = log;
    }

    /**
     * Starts a service.
     *
     * @param java the java program
     * @param jar the service
     * @param environment in addition to this process's own, from which what is said of other Redis
     *     sets is taken out
     */
    public static ServiceProcess start(
            String name, Path java, Path jar, int port, Map<String, String> environment, Path log) {
        ProcessBuilder builder =
                new ProcessBuilder(
                                java.toString(),
                                "-Xmx512m",
                                // the least threads beside the work, where two processors do it all
                                "-XX:+UseSerialGC",
                                // and the quick compiler only: a demo is over before the other pays
                                "-XX:TieredStopAtLevel=1",
                                "--enable-native-access=ALL-UNNAMED",
                                "-jar",
                                jar.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile());
        Map<String, String> variables = builder.environment();
        variables
                .keySet()
                .removeIf(key -> key.startsWith("REDIS") || key.startsWith("SPRING_DATA"));
        variables.putAll(environment);
        variables.put("PORT", Integer.toString(port));
        variables.put("SERVER_PORT", Integer.toString(port));
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            return new ServiceProcess(name, process, port, log);
        } catch (IOException e) {
            throw new UnreachableException(
                    name + ": " + e.getMessage() + " (expected: " + java + " to run " + jar + ")");
        }
    }

    /** Where it listens. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /**
     * Waits until a page answers 200.
     *
     * @throws UnreachableException when it ends or does not answer in time, with its last words
     */
    public void awaitReady(String path, Interruption interruption) {
        HttpRequest request =
                HttpRequest.newBuilder(url().resolve(path)).timeout(Duration.ofSeconds(2)).build();
        long deadline = System.nanoTime() + READY_WITHIN.toNanos();
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            while (!answers(client, request)) {
                if (!process.isAlive()) {
                    throw failed("ended with " + process.exitValue());
                }
                if (System.nanoTime() > deadline) {
                    throw failed("was not ready within " + Units.text(READY_WITHIN));
                }
                if (interruption.await(Duration.ofMillis(100))) {
                    throw failed("was not waited for");
                }
            }
        }
    }

    private static boolean answers(HttpClient client, HttpRequest request) {
        try {
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private UnreachableException failed(String what) {
        String words;
        try {
            List<String> lines = Files.readAllLines(log);
            words =
                    String.join(
                            "\n  ",
                            lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
        } catch (IOException e) {
            words = "(no log)";
        }
        return new UnreachableException(name + ": " + what + ", see " + log + "\n  " + words);
    }

    /** Kills it; returns when it is dead. */
    public void kill() {
        try {
            process.destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether it runs. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Asks it to end; does not wait. */
    public void stop() {
        process.destroy();
    }

    /** Ends it: first as an operator would, then for certain. */
    @Override
    public void close() {
        stop();
        try {
            if (!process.waitFor(STOP_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
