package io.detektor.monitoring;

import io.detektor.localset.LocalSet;
import io.detektor.localset.Node;
import io.detektor.telegramalerts.bot.FakeBotApi;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The programs of the monitoring, by the files and entry points that are shipped, each on a port of
 * its own on loopback. They tell a fake of Telegram. Not thread-safe.
 */
final class Programs {

    /** A group, for which Telegram's limits are the strictest. */
    static final String CHAT = "-1001";

    private final Path directory;
    private final FakeBotApi telegram;
    private final Map<String, Integer> ports = new HashMap<>();

    Programs(Path directory, FakeBotApi telegram) {
        this.directory = directory;
        this.telegram = telegram;
    }

    /** An empty directory under target/. */
    static Path fresh(String name) {
        Path directory = Path.of("target", name).toAbsolutePath();
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

    /** The environment by which a service finds a set. */
    static Map<String, String> redis(LocalSet set) {
        Node first = set.redisNodes().getFirst();
        return Map.of(
                "REDIS_SENTINEL_HOSTS", String.join(",", set.sentinels()),
                "REDIS_MASTER_NAME", Stack.GROUP,
                "REDIS_HOST", first.host(),
                "REDIS_PORT", String.valueOf(first.port()));
    }

    int port(String name) {
        return ports.computeIfAbsent(name, _ -> Program.freePort());
    }

    private String address(String name) {
        return "127.0.0.1:" + port(name);
    }

    /** Where the program of this name is, or will be. */
    URI url(String name) {
        return URI.create("http://" + address(name));
    }

    /** The options of the container, but for the password: the nodes of a local set have none. */
    Program exporter() {
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

    private Program service(String name, String ready, Map<String, String> settings) {
        Map<String, String> environment = new HashMap<>(settings);
        environment.put("PORT", String.valueOf(port(name)));
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

    Program frameBuffer(Map<String, String> redis) {
        Map<String, String> settings = new HashMap<>(redis);
        settings.put("CONSUMER_NAME", "frame-buffer");
        return service("frame-buffer", "/ready", settings);
    }

    /** Everything that is not about where things are is as it is shipped. */
    Program telegramAlerts(Map<String, String> redis) {
        Map<String, String> settings = new HashMap<>(redis);
        settings.put("TELEGRAM_BOT_TOKEN", FakeBotApi.TOKEN);
        settings.put("TELEGRAM_CHAT_IDS", CHAT);
        settings.put("TELEGRAM_API_URL", telegram.url().toString());
        settings.put("ALERTMANAGER_URL", url("alertmanager").toString());
        settings.put("FRAME_BUFFER_URL", url("frame-buffer").toString());
        settings.put("OUTBOX_DIR", directory.resolve("outbox").toString());
        // whose disks are full is of no interest here
        settings.put("DISK_PATHS", directory.resolve("no-disk").toString());
        return service("telegram-alerts", "/health", settings);
    }

    /**
     * Alertmanager with the shipped routes.
     *
     * @param receiver the name of the program that it tells
     */
    Program alertmanager(String receiver) {
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
                        address(receiver),
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

    /**
     * Prometheus with the shipped rules.
     *
     * @param data where it keeps what it sees
     */
    Program prometheus(Path data, String masterName, List<Node> nodes, List<Node> sentinels) {
        Map<String, String> environment = new HashMap<>();
        environment.put("PROMETHEUS_PROGRAM", Tools.find("prometheus"));
        environment.put("RENDERED", directory.resolve("prometheus").toString());
        // the names of the deployment, which are no roles there, either
        environment.put("REDIS_NODES", targets(List.of("redis-master", "redis-slave"), nodes));
        environment.put(
                "SENTINELS", targets(sentinels.stream().map(Node::name).toList(), sentinels));
        environment.put("REDIS_MASTER_NAME", masterName);
        environment.put("REDIS_EXPORTER", address("redis-exporter"));
        environment.put("FRAME_BUFFER", address("frame-buffer"));
        environment.put("TELEGRAM_ALERTS", address("telegram-alerts"));
        environment.put("ALERTMANAGER", address("alertmanager"));
        environment.put("PROMETHEUS", address("prometheus"));
        return new Program(
                "prometheus",
                directory,
                url("prometheus").resolve("/-/ready"),
                environment,
                List.of(
                        "/bin/sh",
                        Tools.project("monitoring/prometheus/start").toString(),
                        "--storage.tsdb.path=" + data,
                        "--web.listen-address=" + address("prometheus")));
    }

    private static String targets(List<String> names, List<Node> nodes) {
        return IntStream.range(0, nodes.size())
                .mapToObj(i -> names.get(i) + "=" + nodes.get(i).address())
                .collect(Collectors.joining(" "));
    }
}
