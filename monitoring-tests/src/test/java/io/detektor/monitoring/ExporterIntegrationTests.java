package io.detektor.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * redis_exporter as its user, with the password file that redis-secrets makes: at a node and at a
 * Sentinel with the users that are shipped.
 */
class ExporterIntegrationTests {

    @TempDir private Path directory;
    private final int node = Program.freePort();
    private final int sentinel = Program.freePort();
    private final int exporter = Program.freePort();
    private List<Program> programs = List.of();

    @BeforeEach
    void serversWithUsers() throws IOException {
        // whoever runs the tests owns the files
        Tools.Outcome secrets =
                Tools.run(
                        Map.of(
                                "REDIS_SECRETS", directory.resolve("secrets").toString(),
                                "EXPORTER_TARGETS",
                                        "127.0.0.1:%d 127.0.0.1:%d".formatted(node, sentinel)),
                        "/bin/sh",
                        "-c",
                        "SERVER_UID=$(id -u) SERVICE_GID=$(id -g) exec sh \"$0\"",
                        Tools.project("redis-ha/bin/redis-secrets").toString());
        assertThat(secrets.status()).as(secrets.text()).isZero();
        programs =
                List.of(
                        entryPoint(
                                "redis-single",
                                Map.of(
                                        "NODE_CONFIG", config("redis-master.conf"),
                                        "NODE_DIR", made("node"),
                                        "NODE_BIND", "127.0.0.1",
                                        "NODE_PORT", String.valueOf(node))),
                        entryPoint(
                                "redis-sentinel-node",
                                Map.of(
                                        "SENTINEL_CONFIG", config("sentinel.conf"),
                                        "SENTINEL_DIR", made("sentinel"),
                                        "SENTINEL_IP", "127.0.0.1",
                                        "SENTINEL_PORT", String.valueOf(sentinel),
                                        "INITIAL_MASTER", "127.0.0.1:" + node)),
                        new Program(
                                "exporter",
                                directory,
                                URI.create("http://127.0.0.1:%d/health".formatted(exporter)),
                                Map.of(),
                                List.of(
                                        Tools.find("redis_exporter", "prometheus-redis-exporter"),
                                        "-redis.addr=",
                                        "-redis.user=exporter",
                                        "-redis.password-file="
                                                + directory.resolve("secrets/exporter.json"),
                                        "-connection-timeout=1s",
                                        "-config-command=-",
                                        "-web.listen-address=127.0.0.1:" + exporter)));
        programs.forEach(Program::start);
        programs.getLast().awaitReady();
    }

    private static String config(String name) {
        return Tools.project("redis-ha/config/" + name).toString();
    }

    private String made(String name) throws IOException {
        return Files.createDirectories(directory.resolve(name)).toString();
    }

    private Program entryPoint(String script, Map<String, String> environment) {
        Map<String, String> all = new HashMap<>(environment);
        all.put("REDIS_SECRETS", directory.resolve("secrets").toString());
        return new Program(
                script,
                directory,
                URI.create("http://127.0.0.1:1"),
                all,
                List.of("/bin/sh", Tools.project("redis-ha/bin/" + script).toString()));
    }

    @AfterEach
    void stop() {
        programs.reversed().forEach(Program::stop);
    }

    private String scrape(int port) {
        return Http.get(
                        URI.create(
                                "http://127.0.0.1:%d/scrape?target=redis://127.0.0.1:%d"
                                        .formatted(exporter, port)))
                .text();
    }

    @Test
    void itsUserMaySeeWhatTheRulesAskFor() {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> {
                    assertThat(scrape(node)).contains("\nredis_up 1\n");
                    assertThat(scrape(sentinel)).contains("\nredis_up 1\n");
                });
        assertThat(scrape(node))
                .contains(
                        "role=\"master\"",
                        "\nredis_connected_slaves 0",
                        "\nredis_memory_max_bytes ",
                        "\nredis_aof_last_write_status 1");
        assertThat(scrape(sentinel))
                .contains(
                        "redis_sentinel_master_status{",
                        "redis_sentinel_master_ckquorum_status{",
                        "redis_sentinel_master_ok_slaves{",
                        "\nredis_sentinel_tilt 0");
    }

    @Test
    void aTargetThatIsNotInTheListGetsNoPassword() throws IOException {
        try (var stranger =
                new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            Thread asks = Thread.ofVirtual().start(() -> scrape(stranger.getLocalPort()));
            byte[] heard = new byte[4096];
            int count;
            try (var connection = stranger.accept()) {
                connection.setSoTimeout(5000);
                count = connection.getInputStream().read(heard);
            }
            assertThat(
                            new String(
                                    heard,
                                    0,
                                    Math.max(0, count),
                                    java.nio.charset.StandardCharsets.UTF_8))
                    .isNotEmpty()
                    .doesNotContain(
                            Files.readString(directory.resolve("secrets/exporter")).strip());
            asks.interrupt();
        }
    }
}
