package io.detektor.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code docker compose up} from nothing, and what people type first. */
class FirstStartDockerIntegrationTests {

    private static final String PASSWORD = UUID.randomUUID().toString();

    /** There is not everywhere an image of it; {@code ./detektor test} looks. */
    private static final boolean GRAFANA = !"0".equals(System.getenv("GRAFANA_SCALE"));

    private static final List<String> USERS =
            List.of("default", "app", "replication", "sentinel", "exporter");

    @RegisterExtension
    static final Deployment deployment = Deployment.with(Map.of("REDIS_PASSWORD", PASSWORD));

    private static final RedisSet set = new RedisSet(deployment);

    @BeforeAll
    static void up() {
        deployment.up();
    }

    @Test
    void everyContainerIsHealthy() {
        Map<String, String> health = set.health();

        List<String> expected =
                new ArrayList<>(
                        List.of(
                                "redis-master",
                                "redis-slave",
                                "sentinel-1",
                                "sentinel-2",
                                "sentinel-3",
                                "frame-buffer",
                                "telegram-alerts",
                                "redis-exporter",
                                "prometheus",
                                "alertmanager"));
        if (GRAFANA) {
            expected.add("grafana");
        }
        assertThat(health).containsOnlyKeys(expected.toArray(String[]::new));
        assertThat(health.values()).allSatisfy(state -> assertThat(state).contains("(healthy)"));
    }

    @Test
    void prometheusSeesEveryNodeAndSentinelAndNothingIsWrong() throws Exception {
        // the optional third node is a target that answers "down"; every target itself is up
        Deployment.within(
                Duration.ofMinutes(1),
                () ->
                        assertThat(get(9090, "/api/v1/targets"))
                                .contains("redis-master", "redis-slave", "sentinel-3")
                                .contains("\"health\":\"up\"")
                                .doesNotContain("\"health\":\"down\"")
                                .doesNotContain("\"health\":\"unknown\""));
        assertThat(get(9090, "/api/v1/rules"))
                .contains("RedisMasterDown", "RedisSlaveMissing", "SentinelQuorumLost")
                .doesNotContain("\"health\":\"err\"");
        Deployment.within(
                Duration.ofMinutes(1),
                () -> {
                    assertThat(query("count(redis:instance_up == 1)")).contains("\"2\"");
                    assertThat(query("count(sentinel:instance_up == 1)")).contains("\"3\"");
                    assertThat(query("ALERTS{severity=~\"critical|warning\"}"))
                            .contains("\"result\":[]");
                });
    }

    private static String query(String expression) throws Exception {
        return get(
                9090,
                "/api/v1/query?query="
                        + java.net.URLEncoder.encode(
                                expression, java.nio.charset.StandardCharsets.UTF_8));
    }

    @Test
    void whatIsForTheNetworkOnlyIsNotPublished() {
        for (String container : List.of("redis-exporter", "alertmanager")) {
            assertThat(deployment.run("docker", "port", container).ok().out())
                    .as(container)
                    .isEmpty();
        }
    }

    @Test
    void theNodesReplicateAndTheSentinelsKnowThem() {
        Deployment.within(Duration.ofSeconds(30), set::assertWhole);
        assertThat(set.replication("redis-master"))
                .containsEntry("role", "master")
                .containsEntry("connected_slaves", "1");
        assertThat(deployment.sentinel("sentinel-1", "SENTINEL", "masters").lines())
                .containsSubsequence("name", "mymaster")
                .containsSubsequence("ip", "172.30.79.11")
                .containsSubsequence("flags", "master")
                .containsSubsequence("num-slaves", "1")
                .containsSubsequence("num-other-sentinels", "2")
                .containsSubsequence("quorum", "2");
    }

    @Test
    void whatIsSetOnTheMasterIsReadFromTheReplicaWithin100Milliseconds() {
        set.awaitWhole(Duration.ofSeconds(30));
        // the clock is the master's own, around one write and the replica's acknowledgement of it
        List<Long> answer =
                deployment
                        .run(
                                "docker",
                                "exec",
                                "redis-master",
                                "sh",
                                "-c",
                                "printf 'SET test_key test_value EX 60\\nTIME\\nSET test_key test_value_2\\n"
                                        + "WAIT 1 1000\\nTIME\\n' | redis-cli")
                        .ok()
                        .out()
                        .lines()
                        .filter(line -> line.matches("[0-9]+"))
                        .map(Long::valueOf)
                        .toList();

        assertThat(answer).hasSize(5);
        assertThat(answer.get(2)).as("replicas that have it").isEqualTo(1);
        long micros = (answer.get(3) - answer.get(0)) * 1_000_000 + answer.get(4) - answer.get(1);
        Figures.add("replication lag", micros + " us");
        assertThat(micros).as("microseconds").isLessThan(100_000);
        assertThat(deployment.redis("redis-slave", "GET", "test_key")).isEqualTo("test_value_2");
    }

    @Test
    void theServicesAreHealthyAndFollowTheSentinels() throws Exception {
        assertThat(get(8002, "/health")).contains("\"master\":\"sentinels\"");
        assertThat(get(8002, "/metrics").lines())
                .anyMatch(line -> line.matches("redis_ha_sentinels_answering.* 3(\\.0)?"));
        assertThat(get(8003, "/metrics").lines())
                .anyMatch(line -> line.matches("redis_ha_sentinels_answering.* 3(\\.0)?"));
    }

    @Test
    void theLoadTesterRunsAsDocumented() {
        String report =
                deployment
                        .run(
                                "docker",
                                "run",
                                "--rm",
                                "--network",
                                "detektor-network",
                                "load-tester",
                                "--rate",
                                "100",
                                "--duration",
                                "10")
                        .ok()
                        .text();

        assertThat(report).contains("VERDICT").contains("PASS");
    }

    @Test
    void theOperatorsCommandsFindNothingWrong() {
        set.awaitWhole(Duration.ofSeconds(30));
        Ended verified = deployment.detektor("verify").ok();
        Figures.add("./detektor verify", verified.took().toMillis() + " ms");
        assertThat(verified.out()).doesNotContain("FAIL ");
        assertThat(deployment.detektor("status").ok().out()).contains("all is well");
    }

    /** On a busy host each docker exec takes seconds; it says nothing of the node that is asked. */
    @Test
    void aSlowEngineIsNoSilentNode() throws IOException {
        Path programs = Files.createDirectories(deployment.directory().resolve("slow-engine"));
        Path docker = programs.resolve("docker");
        String path = System.getenv("PATH");
        Files.writeString(
                docker,
                """
                #!/bin/sh
                [ "$1" != exec ] || sleep 4
                PATH='%s'
                exec docker "$@"
                """
                        .formatted(path));
        Files.setPosixFilePermissions(docker, PosixFilePermissions.fromString("rwxr-xr-x"));
        set.awaitWhole(Duration.ofSeconds(30));

        Ended status =
                deployment.withEnvironment("PATH", programs + ":" + path).detektor("status").ok();

        assertThat(status.out()).contains("all is well");
        assertThat(status.took()).as("it was slow").isGreaterThan(Duration.ofSeconds(4));
    }

    @Test
    void noPasswordCanBeSeen() {
        assertThat(deployment.redis("redis-master", "--no-auth-warning", "ACL", "WHOAMI"))
                .isEqualTo("default");
        List<String> secrets = secrets();
        assertThat(secrets).contains(PASSWORD).doesNotHaveDuplicates().hasSize(USERS.size());

        for (Map.Entry<String, String> seen : everythingThatCanBeSeen().entrySet()) {
            assertThat(seen.getValue())
                    .as(seen.getKey())
                    .isNotBlank()
                    .doesNotContain(secrets.toArray(String[]::new));
        }
    }

    @Test
    void aPasswordThatCanBeSeenIsFound() {
        // or the test above would pass whatever it looks at
        deployment
                .run(
                        "docker",
                        "run",
                        "--detach",
                        "--name",
                        "detektor-leak",
                        "--label",
                        "com.docker.compose.project=detektor",
                        "--env",
                        "LEAK=" + PASSWORD,
                        "--entrypoint",
                        "sleep",
                        image("redis-master"),
                        "300")
                .ok();
        try {
            assertThatThrownBy(this::noPasswordCanBeSeen).hasMessageContaining("inspect");
        } finally {
            deployment.run("docker", "rm", "--force", "--volumes", "detektor-leak").ok();
        }
    }

    private static List<String> secrets() {
        List<String> secrets = new ArrayList<>();
        for (String user : USERS) {
            secrets.add(
                    deployment
                            .run(
                                    "docker",
                                    "exec",
                                    "redis-master",
                                    "cat",
                                    "/run/redis-secrets/" + user)
                            .ok()
                            .out()
                            .strip());
        }
        return secrets;
    }

    private static Map<String, String> everythingThatCanBeSeen() {
        List<String> containers =
                deployment
                        .run(
                                "docker",
                                "ps",
                                "--all",
                                "--filter",
                                "label=com.docker.compose.project=detektor",
                                "--format",
                                "{{.Names}}")
                        .ok()
                        .out()
                        .lines()
                        .toList();
        Map<String, String> seen = new java.util.LinkedHashMap<>();
        seen.put("docker compose config", deployment.compose("config").ok().text());
        seen.put("docker compose logs", deployment.compose("logs").ok().text());
        for (String container : containers) {
            seen.put(
                    "docker inspect " + container,
                    deployment.run("docker", "inspect", container).ok().text());
            // those that run once are over
            if (set.health().containsKey(container)) {
                seen.put(
                        "docker top " + container,
                        deployment.run("docker", "top", container, "-eo", "pid,args").ok().text());
            }
        }
        for (String name : List.of("frame-buffer", "telegram-alerts", "load-tester")) {
            seen.put(
                    "docker history " + name,
                    deployment.run("docker", "history", "--no-trunc", name).ok().text());
        }
        return seen;
    }

    private static String image(String container) {
        return deployment
                .run("docker", "inspect", "--format", "{{.Config.Image}}", container)
                .ok()
                .out()
                .strip();
    }

    private static String get(int port, String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer =
                    client.send(
                            HttpRequest.newBuilder(
                                            URI.create(
                                                    "http://localhost:%d%s".formatted(port, path)))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(path + ": " + answer.body()).isEqualTo(200);
            return answer.body();
        }
    }
}
