package io.detektor.localset;

import static io.detektor.localset.Asking.SOON;
import static io.detektor.localset.Asking.info;
import static io.detektor.localset.Asking.role;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The handover of {@code ./detektor migrate} and {@code rollback}, between two servers without
 * Sentinels.
 */
class HandoverIntegrationTests {

    private static final Path SCRIPT = Path.of("../redis-ha/ops/handover.sh").toAbsolutePath();

    @TempDir private Path directory;
    private Process oldServer;
    private Process newServer;
    private Node from;
    private Node to;

    @BeforeEach
    void startMasterAndReplica() throws IOException {
        int port = Ports.free(2);
        from = new Node("from", "127.0.0.1", port, directory, false);
        to = new Node("to", "127.0.0.1", port + 1, directory, false);
        oldServer = start(from, "--repl-diskless-sync-delay", "0");
        newServer = start(to, "--replicaof", "127.0.0.1", String.valueOf(port));
        Await.until(() -> info(to, "master_link_status").equals("up"), SOON, () -> "no first sync");
    }

    private Process start(Node node, String... options) throws IOException {
        Path home = Files.createDirectory(directory.resolve(node.name()));
        List<String> command =
                new ArrayList<>(List.of("redis-server", "--port", String.valueOf(node.port())));
        command.addAll(List.of("--bind", "127.0.0.1", "--save", "", "--dir", home.toString()));
        command.addAll(List.of(options));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("log").toFile())
                .start();
    }

    @AfterEach
    void kill() {
        for (Process server : List.of(oldServer, newServer)) {
            server.destroyForcibly().onExit().join();
        }
    }

    private Tools.Outcome handOver(long pauseMillis) {
        return Tools.run(
                List.of("sh", SCRIPT.toString()),
                Map.of(
                        "FROM", "127.0.0.1:" + from.port(),
                        "TO", "127.0.0.1:" + to.port(),
                        "PAUSE_MS", String.valueOf(pauseMillis)));
    }

    @Test
    void whatWasAcknowledgedIsAtTheNewMasterAndTheOldOneTakesNoMore() throws Exception {
        try (Counter counter = new Counter(from)) {
            counter.awaitAtLeast(1000);
            Tools.Outcome outcome = handOver(10_000);
            assertThat(outcome.status()).as(outcome.output()).isZero();
            assertThat(outcome.output()).contains("writes paused for");
            counter.awaitRefusal();
            assertThat(counter.refusal()).startsWith("-READONLY");
            assertThat(Resp.ask(to, "GET", "n")).isEqualTo(String.valueOf(counter.acknowledged()));
            assertThat(counter.longestMillis()).isLessThan(2000);
        }
        assertThat(role(to)).isEqualTo("master");
        assertThat(role(from)).isEqualTo("slave");
        assertThat(Resp.ask(from, "GET", "n")).isEqualTo(Resp.ask(to, "GET", "n"));
    }

    @Test
    void aReplicaThatDoesNotCatchUpIsNotPromotedAndWritesGoOn() throws Exception {
        try (Counter counter = new Counter(from)) {
            counter.awaitAtLeast(100);
            Tools.run(List.of("kill", "-STOP", String.valueOf(newServer.pid())), Map.of());
            Tools.Outcome outcome = handOver(4_000);
            Tools.run(List.of("kill", "-CONT", String.valueOf(newServer.pid())), Map.of());
            assertThat(outcome.status()).as(outcome.output()).isEqualTo(1);
            counter.awaitAtLeast(counter.acknowledged() + 100);
            assertThat(role(from)).isEqualTo("master");
            assertThat(role(to)).isEqualTo("slave");
        }
    }

    @Test
    void whoIsNoReplicaOfTheMasterGetsNothing() throws Exception {
        Resp.ask(to, "REPLICAOF", "NO", "ONE");
        Tools.Outcome outcome = handOver(10_000);
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.output()).contains("is not a replica");
        assertThat(Resp.ask(from, "SET", "n", "1")).isEqualTo("OK");
    }

    /** A writer on one connection: it counts what was acknowledged, until something is refused. */
    private static final class Counter implements AutoCloseable {

        private final Socket socket;
        private final Thread thread;
        private volatile long acknowledged;
        private volatile long longestNanos;
        private volatile String refusal = "";
        private volatile boolean ended;

        Counter(Node node) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), node.port());
            thread = Thread.ofPlatform().start(this::count);
        }

        private void count() {
            try (BufferedReader answers =
                    new BufferedReader(
                            new InputStreamReader(
                                    socket.getInputStream(), StandardCharsets.US_ASCII))) {
                while (!ended && refusal.isEmpty()) {
                    long asked = System.nanoTime();
                    socket.getOutputStream()
                            .write("INCR n\r\n".getBytes(StandardCharsets.US_ASCII));
                    String answer = answers.readLine();
                    longestNanos = Math.max(longestNanos, System.nanoTime() - asked);
                    if (answer != null && answer.startsWith(":")) {
                        acknowledged = Long.parseLong(answer.substring(1));
                    } else {
                        refusal = String.valueOf(answer);
                    }
                }
            } catch (IOException e) {
                refusal = e.toString();
            }
        }

        void awaitAtLeast(long count) {
            Await.until(() -> acknowledged >= count, SOON, () -> "no more writes: " + refusal);
        }

        void awaitRefusal() {
            Await.until(() -> !refusal.isEmpty(), SOON, () -> "writes go on");
        }

        long acknowledged() {
            return acknowledged;
        }

        String refusal() {
            return refusal;
        }

        long longestMillis() {
            return Duration.ofNanos(longestNanos).toMillis();
        }

        @Override
        public void close() throws IOException {
            ended = true;
            socket.close();
            Await.until(() -> !thread.isAlive(), SOON, () -> "the writer does not end");
        }
    }
}
