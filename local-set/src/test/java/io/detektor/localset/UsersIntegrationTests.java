package io.detektor.localset;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may do what: the users that the entry points make, on real servers. */
class UsersIntegrationTests {

    private static final List<String> SHIPPED =
            List.of(
                    "config/redis-master.conf",
                    "config/sentinel.conf",
                    "config/node-users.acl",
                    "config/sentinel-users.acl",
                    "bin/functions.sh",
                    "bin/redis-secrets",
                    "bin/redis-single",
                    "bin/redis-sentinel-node");

    @TempDir Path directory;
    private @Nullable Process server;
    private int port;

    @BeforeEach
    void shippedFiles() throws IOException {
        for (String file : SHIPPED) {
            Path copy = directory.resolve(file);
            Files.createDirectories(copy.getParent());
            try (InputStream in = LocalSet.class.getResourceAsStream(file)) {
                assertThat(in).as(file).isNotNull();
                Files.write(copy, in.readAllBytes());
            }
        }
        port = Ports.free(1);
    }

    @AfterEach
    void stop() throws InterruptedException {
        if (server != null) {
            server.destroy();
            if (!server.waitFor(10, TimeUnit.SECONDS)) {
                server.destroyForcibly().waitFor();
                throw new AssertionError("the server did not end after SIGTERM");
            }
        }
    }

    @Test
    void passwordsAreMadeOnceAndKept() throws IOException {
        assertThat(secrets(Map.of()).status()).isZero();
        String first = password("app");
        assertThat(first).matches("[0-9a-f]{32}").isNotEqualTo(password("default"));

        assertThat(secrets(Map.of("REDIS_PASSWORD", "given-one")).status()).isZero();
        assertThat(password("app")).isEqualTo(first);
        assertThat(password("default")).isEqualTo("given-one");
        for (String imported :
                List.of(
                        "apps/spring.data.redis.password",
                        "apps-sentinel/spring.data.redis.sentinel.password")) {
            assertThat(Files.readString(directory.resolve("secrets").resolve(imported)))
                    .isEqualTo(first + "\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "with blank", "with\"quote", "with#hash"})
    void aPasswordThatCannotBeKeptIsRefusedAndNotShown(String password) {
        Tools.Outcome refused = secrets(Map.of("REDIS_PASSWORD", password));

        assertThat(refused.status()).isEqualTo(64);
        assertThat(refused.output())
                .startsWith("redis-secrets: REDIS_PASSWORD: ")
                .contains("expected: ")
                .hasLineCount(1)
                .doesNotContain("with");
        assertThat(directory.resolve("secrets")).doesNotExist();
    }

    @Test
    void anEmptyPasswordFileIsRefused() throws IOException {
        Path empty = Files.createFile(directory.resolve("empty"));

        Tools.Outcome refused = secrets(Map.of("REDIS_PASSWORD_FILE", empty.toString()));

        assertThat(refused.status()).isEqualTo(64);
        assertThat(refused.output())
                .startsWith("redis-secrets: REDIS_PASSWORD_FILE: " + empty + " is empty");
    }

    @Test
    void theLoadTesterReachesItsOwnStreamsAndNothingElse() throws Exception {
        startNode();
        assertThat(as("default", "SET", "frames", "secret")).isEqualTo("OK");

        assertThat(as("loadtest", "XADD", "load-test-stream", "*", "a", "b")).contains("-");
        assertThat(
                        as(
                                "loadtest",
                                "EVAL",
                                "return redis.call('XLEN', KEYS[1])",
                                "1",
                                "load-test-stream"))
                .isEqualTo("1");
        assertThat(as("loadtest", "INFO", "replication")).contains("role:master");

        assertThat(as("loadtest", "GET", "frames")).startsWith("NOPERM");
        assertThat(as("loadtest", "EVAL", "return redis.call('GET', 'frames')", "0"))
                // Redis 8, Redis 7
                .containsPattern(
                        "No permissions to access a key|can't access at least one of the keys")
                .doesNotContain("secret");
        for (String forbidden :
                List.of(
                        "PUBLISH __sentinel__:hello x",
                        "SUBSCRIBE __sentinel__:hello",
                        "REPLICAOF NO ONE",
                        "SLAVEOF 10.0.0.1 6379",
                        "CONFIG GET masterauth",
                        "CONFIG SET dir /tmp",
                        "CLIENT KILL TYPE normal",
                        "CLIENT PAUSE 1000",
                        "ACL LIST",
                        "FLUSHALL",
                        "KEYS *",
                        "SCAN 0",
                        "SHUTDOWN NOSAVE",
                        "FAILOVER",
                        "MONITOR",
                        "MIGRATE 10.0.0.1 6379 load-test-stream 0 1")) {
            assertThat(as("loadtest", forbidden.split(" "))).as(forbidden).startsWith("NOPERM");
        }
    }

    @Test
    void aServiceUsesStreamsAndCannotTouchTheTopology() throws Exception {
        startNode();

        assertThat(as("app", "XADD", "frames:metadata", "*", "a", "b")).contains("-");
        assertThat(as("app", "XGROUP", "CREATE", "frames:metadata", "group", "0")).isEqualTo("OK");
        assertThat(
                        as(
                                "app",
                                "XREADGROUP",
                                "GROUP",
                                "group",
                                "me",
                                "STREAMS",
                                "frames:metadata",
                                ">"))
                .contains("frames:metadata");
        assertThat(as("app", "WAIT", "0", "10")).isEqualTo("0");
        assertThat(as("app", "SCRIPT", "LOAD", "return 1")).hasSize(40);
        for (String forbidden :
                List.of(
                        "PUBLISH __sentinel__:hello x",
                        "REPLICAOF NO ONE",
                        "CONFIG GET requirepass",
                        "CLIENT KILL TYPE normal",
                        "FLUSHALL",
                        "ACL WHOAMI",
                        "SHUTDOWN")) {
            assertThat(as("app", forbidden.split(" "))).as(forbidden).startsWith("NOPERM");
        }
        assertThat(as("exporter", "INFO", "memory")).contains("used_memory");
        assertThat(as("exporter", "GET", "frames:metadata")).startsWith("NOPERM");
        assertThat(as("exporter", "CONFIG", "GET", "masterauth")).startsWith("NOPERM");
    }

    @Test
    void nobodyGetsInWithoutAName() throws Exception {
        startNode();

        assertThat(cli(Map.of(), "PING")).startsWith("NOAUTH");
        assertThat(cli(Map.of("REDISCLI_AUTH", "wrong"), "PING")).contains("NOAUTH");
    }

    @Test
    void aSentinelTellsStrangersWhoIsMasterAndTakesNoOrders() throws Exception {
        startSentinel();

        assertThat(as("loadtest", "SENTINEL", "GET-MASTER-ADDR-BY-NAME", "mymaster"))
                .contains("127.0.0.1");
        assertThat(as("app", "SENTINEL", "REPLICAS", "mymaster")).isEmpty();
        for (String user : List.of("loadtest", "app", "exporter")) {
            for (String forbidden :
                    List.of(
                            "SENTINEL SET mymaster quorum 1",
                            "SENTINEL REMOVE mymaster",
                            "SENTINEL RESET *",
                            "SENTINEL FAILOVER mymaster",
                            "SENTINEL MONITOR other 10.0.0.1 6379 1",
                            "SENTINEL CONFIG SET loglevel debug",
                            "SENTINEL DEBUG ping-period 1",
                            "SENTINEL IS-MASTER-DOWN-BY-ADDR 127.0.0.1 6379 1 *",
                            "PUBLISH __sentinel__:hello x",
                            "ACL LIST",
                            "SHUTDOWN")) {
                assertThat(as(user, forbidden.split(" ")))
                        .as(user + ": " + forbidden)
                        .startsWith("NOPERM");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aServerThatFindsOnlyADumpLoadsIt(boolean rewriteWasBegun) throws Exception {
        startNode();
        as("default", "SET", "kept", "yes");
        as("default", "SAVE");
        stop();
        Path log = directory.resolve("data/appendonlydir");
        try (var files = Files.list(log)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        if (!rewriteWasBegun) {
            Files.delete(log);
        }

        startNode();

        assertThat(as("default", "GET", "kept")).isEqualTo("yes");
        // before that is done the server refuses to end: it has the data in memory only
        Await.until(
                () -> {
                    String info = as("default", "INFO", "persistence");
                    return info.contains("aof_enabled:1")
                            && info.contains("aof_rewrite_in_progress:0")
                            && Files.exists(log.resolve("appendonly.aof.manifest"));
                },
                Asking.SOON,
                () -> as("default", "INFO", "persistence"));
    }

    private void startNode() throws IOException {
        assertThat(secrets(Map.of()).status()).isZero();
        start(
                "redis-single",
                Map.of(
                        "NODE_CONFIG", directory.resolve("config/redis-master.conf").toString(),
                        "NODE_DIR", directory.resolve("data").toString(),
                        "NODE_BIND", "127.0.0.1",
                        "NODE_PORT", String.valueOf(port)));
    }

    private void startSentinel() throws IOException {
        assertThat(secrets(Map.of()).status()).isZero();
        start(
                "redis-sentinel-node",
                Map.of(
                        "SENTINEL_CONFIG", directory.resolve("config/sentinel.conf").toString(),
                        "SENTINEL_DIR", directory.resolve("data").toString(),
                        "SENTINEL_IP", "127.0.0.1",
                        "SENTINEL_PORT", String.valueOf(port),
                        "INITIAL_MASTER", "127.0.0.1:1"));
    }

    private void start(String script, Map<String, String> environment) throws IOException {
        Path log = directory.resolve("log");
        ProcessBuilder builder =
                new ProcessBuilder("/bin/sh", directory.resolve("bin/" + script).toString())
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        builder.environment().put("REDIS_SECRETS", directory.resolve("secrets").toString());
        Process started = builder.start();
        server = started;
        Await.until(
                () -> !started.isAlive() || as("default", "PING").equals("PONG"),
                Asking.SOON,
                () -> "no answer");
        assertThat(started.isAlive()).as(Files.readString(log)).isTrue();
    }

    private Tools.Outcome secrets(Map<String, String> more) {
        List<String> words = new ArrayList<>(List.of("/usr/bin/env"));
        more.forEach((name, value) -> words.add(name + "=" + value));
        words.add("REDIS_SECRETS=" + directory.resolve("secrets"));
        words.add("/bin/sh");
        words.add("-c");
        // whoever runs the tests owns the files
        words.add("SERVER_UID=$(id -u) SERVICE_GID=$(id -g) exec sh \"$0\"");
        words.add(directory.resolve("bin/redis-secrets").toString());
        return Tools.run(words, Map.of());
    }

    private String password(String user) throws IOException {
        return Files.readString(directory.resolve("secrets").resolve(user), StandardCharsets.UTF_8)
                .strip();
    }

    private String as(String user, String... command) {
        try {
            String password = user.equals("loadtest") ? "any" : password(user);
            List<String> words = new ArrayList<>(List.of("--user", user));
            words.addAll(List.of(command));
            return cli(Map.of("REDISCLI_AUTH", password), words.toArray(String[]::new));
        } catch (IOException e) {
            throw new AssertionError(user, e);
        }
    }

    private String cli(Map<String, String> environment, String... command) {
        List<String> words =
                new ArrayList<>(List.of("timeout", "3", "redis-cli", "-p", String.valueOf(port)));
        words.addAll(List.of(command));
        return Tools.run(words, environment).output().strip();
    }
}
