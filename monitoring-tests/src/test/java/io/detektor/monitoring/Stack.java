package io.detektor.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.detektor.localset.LocalSet;
import io.detektor.localset.Node;
import io.detektor.telegramalerts.bot.FakeBotApi;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Everything, as processes on loopback, by the files and entry points that are shipped: a real set,
 * frame-buffer with frames, redis_exporter, Prometheus, Alertmanager, telegram-alerts, and a fake
 * of Telegram. Not thread-safe.
 */
final class Stack implements AutoCloseable {

    static final String GROUP = "mymaster";
    static final String CHAT = "-1001";

    final LocalSet set;
    final FakeBotApi telegram;
    final Relay relay;
    final Camera camera;
    final Program exporter;
    final Program frameBuffer;
    final Program telegramAlerts;
    final Program alertmanager;
    Program prometheus;

    private final Path directory;
    private final Map<String, Integer> ports = new HashMap<>();
    private final Set<String> series = new TreeSet<>();
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final Thread atExit = new Thread(this::end, "stack-close");

    Stack() {
        boolean whole = false;
        // a JVM that is told to end leaves nothing behind, either
        Runtime.getRuntime().addShutdownHook(atExit);
        try {
            directory = fresh(Path.of("target/stack").toAbsolutePath());
            // cut nodes off, where this machine can do that
            set = opened(LocalSet.builder().isolated(LocalSet.canIsolate().isEmpty()).start());
            telegram = opened(FakeBotApi.start());
            exporter = opened(exporter());
            exporter.start();
            frameBuffer = opened(frameBuffer());
            frameBuffer.start();
            telegramAlerts = opened(telegramAlerts());
            telegramAlerts.start();
            relay = opened(new Relay(port("relay"), url("telegram-alerts")));
            alertmanager = opened(alertmanager());
            alertmanager.start();
            frameBuffer.awaitReady();
            telegramAlerts.awaitReady();
            alertmanager.awaitReady();
            exporter.awaitReady();
            camera = opened(new Camera(url("frame-buffer")));
            prometheus = prometheus(directory.resolve("prometheus-data-1"));
            prometheus.start().awaitReady();
            whole = true;
        } finally {
            if (!whole) {
                close();
            }
        }
    }

    private <T extends AutoCloseable> T opened(T what) {
        open.push(what);
        return what;
    }

    private static Path fresh(Path directory) {
        try {
            if (Files.exists(directory)) {
                try (Stream<Path> tree = Files.walk(directory)) {
                    for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(path);
                    }
                }
            }
            return Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---------------------------------------------------------------- the programs

    private int port(String name) {
        return ports.computeIfAbsent(name, _ -> Program.freePort());
    }

    private String address(String name) {
        return "127.0.0.1:" + port(name);
    }

    URI url(String name) {
        return URI.create("http://" + address(name));
    }

    /** The options of the container, but for the password: the nodes of a local set have none. */
    private Program exporter() {
        return new Program(
                "redis-exporter",
                directory,
                url("redis-exporter").resolve("/health"),
                Map.of(),
                List.of(
                        Tools.find("redis_exporter", "prometheus-redis-exporter"),
                        "-redis.addr=",
                        "-connection-timeout=1s",
                        "-config-command=-",
                        "-web.listen-address=" + address("redis-exporter")));
    }

    private Program service(String name, String ready, Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(more);
        environment.put("PORT", String.valueOf(port(name)));
        environment.put("REDIS_SENTINEL_HOSTS", String.join(",", set.sentinels()));
        environment.put("REDIS_MASTER_NAME", GROUP);
        environment.put("REDIS_HOST", set.redisNodes().getFirst().host());
        environment.put("REDIS_PORT", String.valueOf(set.redisNodes().getFirst().port()));
        return new Program(
                name,
                directory,
                url(name).resolve(ready),
                environment,
                List.of(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-jar",
                        Tools.project(name + "/target/" + name + ".jar").toString()));
    }

    private Program frameBuffer() {
        return service("frame-buffer", "/ready", Map.of("CONSUMER_NAME", "frame-buffer"));
    }

    private Program telegramAlerts() {
        return service(
                "telegram-alerts",
                "/health",
                Map.of(
                        "TELEGRAM_BOT_TOKEN", FakeBotApi.TOKEN,
                        "TELEGRAM_CHAT_IDS", CHAT,
                        "TELEGRAM_API_URL", telegram.url().toString(),
                        "ALERTMANAGER_URL", url("alertmanager").toString(),
                        "FRAME_BUFFER_URL", url("frame-buffer").toString(),
                        "OUTBOX_DIR", directory.resolve("outbox").toString(),
                        // whose disks are full is of no interest here
                        "DISK_PATHS", directory.resolve("no-disk").toString()));
    }

    private Program alertmanager() {
        return new Program(
                "alertmanager",
                directory,
                url("alertmanager").resolve("/-/ready"),
                Map.of(
                        "ALERTMANAGER_PROGRAM",
                        Tools.find("prometheus-alertmanager", "alertmanager"),
                        "RENDERED",
                        directory.resolve("alertmanager").toString(),
                        "TELEGRAM_ALERTS",
                        address("relay"),
                        "TELEGRAM_BOT_TOKEN",
                        FakeBotApi.TOKEN,
                        "TELEGRAM_CHAT_IDS",
                        CHAT,
                        "TELEGRAM_API_URL",
                        telegram.url().toString()),
                List.of(
                        "/bin/sh",
                        Tools.project("monitoring/alertmanager/start").toString(),
                        "--storage.path=" + directory.resolve("alertmanager-data"),
                        "--cluster.listen-address=",
                        "--web.listen-address=" + address("alertmanager")));
    }

    private Program prometheus(Path data) {
        Map<String, String> environment = new HashMap<>();
        environment.put("PROMETHEUS_PROGRAM", Tools.find("prometheus"));
        environment.put("RENDERED", directory.resolve("prometheus").toString());
        environment.put("REDIS_NODES", targets(set.redisNodes()));
        environment.put("SENTINELS", targets(set.sentinelNodes()));
        environment.put("REDIS_MASTER_NAME", GROUP);
        environment.put("REDIS_EXPORTER", address("redis-exporter"));
        environment.put("FRAME_BUFFER", address("frame-buffer"));
        environment.put("TELEGRAM_ALERTS", address("telegram-alerts"));
        environment.put("ALERTMANAGER", address("alertmanager"));
        environment.put("PROMETHEUS", address("prometheus"));
        return opened(
                new Program(
                        "prometheus",
                        directory,
                        url("prometheus").resolve("/-/ready"),
                        environment,
                        List.of(
                                "/bin/sh",
                                Tools.project("monitoring/prometheus/start").toString(),
                                "--storage.tsdb.path=" + data,
                                "--web.listen-address=" + address("prometheus"))));
    }

    private static String targets(List<Node> nodes) {
        return nodes.stream()
                .map(node -> node.name() + "=" + node.address())
                .collect(Collectors.joining(" "));
    }

    /** The names of all series that were there at any time. */
    Set<String> series() {
        Http.Answer answer = Http.get(url("prometheus").resolve("/api/v1/label/__name__/values"));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        JsonMapper.shared()
                .readTree(answer.text())
                .path("data")
                .forEach(name -> series.add(name.asString()));
        return series;
    }

    /** Prometheus without what it has seen: failovers of other tests are none of this one. */
    void forget() {
        series();
        prometheus.stop();
        Path data = directory.resolve("prometheus-data-" + System.nanoTime());
        prometheus = prometheus(data);
        prometheus.start().awaitReady();
    }

    // ---------------------------------------------------------------- what it says

    /** The samples of an expression at this moment. */
    JsonNode query(String expression) {
        Http.Answer answer =
                Http.get(
                        url("prometheus")
                                .resolve("/api/v1/query?query=" + Http.encoded(expression)));
        assertThat(answer.status()).as("%s: %s", expression, answer.text()).isEqualTo(200);
        return JsonMapper.shared().readTree(answer.text()).at("/data/result");
    }

    /** The samples of an expression over a time. */
    JsonNode range(String expression, Duration time) {
        long now = System.currentTimeMillis() / 1000;
        Http.Answer answer =
                Http.get(
                        url("prometheus")
                                .resolve(
                                        "/api/v1/query_range?step=5&start=%d&end=%d&query=%s"
                                                .formatted(
                                                        now - time.toSeconds(),
                                                        now,
                                                        Http.encoded(expression))));
        assertThat(answer.status()).as("%s: %s", expression, answer.text()).isEqualTo(200);
        return JsonMapper.shared().readTree(answer.text()).at("/data/result");
    }

    /**
     * Alerts that are more than a fact for the record. Not the series ALERTS: what it last said
     * before a restart of Prometheus is there for five minutes.
     */
    private Set<String> alerts(String states) {
        Http.Answer answer = Http.get(url("prometheus").resolve("/api/v1/alerts"));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        Set<String> names = new TreeSet<>();
        for (JsonNode each : JsonMapper.shared().readTree(answer.text()).at("/data/alerts")) {
            boolean needsAPerson = !each.at("/labels/severity").asString().matches("none|info");
            if (needsAPerson && each.path("state").asString().matches(states)) {
                names.add(each.at("/labels/alertname").asString());
            }
        }
        return names;
    }

    /** Until everything is up, is watched, and no alert fires. */
    void awaitQuiet() {
        awaitQuiet("firing");
    }

    /** The same, and none is about to. */
    void awaitSilence() {
        awaitQuiet("firing|pending");
    }

    private void awaitQuiet(String states) {
        set.awaitReplicas(Duration.ofMinutes(1));
        await("all is well")
                .atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(() -> {
                    assertThat(query("up == 0")).as("targets down").isEmpty();
                    assertThat(query("up")).as("targets").hasSize(10);
                    assertThat(query("redis:instance_up == 1")).hasSize(2);
                    assertThat(query("sentinel:instance_up == 1")).hasSize(3);
                    assertThat(query("redis:master_replicas_usable == 1")).hasSize(1);
                    assertThat(alerts(states)).isEmpty();
                });
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(atExit);
        end();
    }

    private synchronized void end() {
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                System.err.println("closing the stack: " + e);
            }
        }
    }
}
