package io.detektor.telegramalerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.detektor.telegramalerts.bot.FakeBotApi;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Commands, the watchdog, disks and containers, with everything around played by small servers. */
class CommandsIntegrationTests {

    @TempDir private Path outbox = Path.of("");

    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final FakeBotApi api = FakeBotApi.start();

    @SuppressWarnings("NullAway.Init") // before each
    private HttpServer server;

    @BeforeEach
    void start() throws Exception {
        api.enforceLimits(false);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    String path = exchange.getRequestURI().toString();
                    String body =
                            new String(
                                    exchange.getRequestBody().readAllBytes(),
                                    StandardCharsets.UTF_8);
                    asked.add(exchange.getRequestMethod() + " " + path + " " + body);
                    byte[] answer = answers.getOrDefault(path, "").getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(answer.length == 0 ? 404 : 200, answer.length);
                    exchange.getResponseBody().write(answer);
                    exchange.close();
                });
        server.start();
    }

    @AfterEach
    void end() {
        server.stop(0);
        api.close();
    }

    private App app(String... more) {
        String base = "http://127.0.0.1:" + server.getAddress().getPort();
        return App.start(
                api,
                outbox,
                java.util.stream.Stream.concat(
                                java.util.stream.Stream.of(
                                        "--telegram-alerts.links.alertmanager=" + base,
                                        "--telegram-alerts.links.frame-buffer=" + base,
                                        "--telegram-alerts.telegram.message-interval=20ms",
                                        "--telegram-alerts.watch.interval=100ms"),
                                java.util.Arrays.stream(more))
                        .toArray(String[]::new));
    }

    @Test
    void allowedChatsAreAnsweredStrangersAreNot() throws Exception {
        answers.put("/api/v2/silences", "{\"silenceID\":\"abc-1\"}");
        answers.put(
                "/frames/status",
                "{\"redis\":{\"queue_size\":12,\"dlq_size\":3},\"buffer\":{\"usage_percent\":1.2}}");
        try (App app = app()) {
            api.say("42", "/silence 1h all");
            api.say(App.CHAT, "good morning");
            assertThat(ask("/help")).contains("/silence TIME WHAT");
            assertThat(ask("/alerts@fake_bot")).contains("Nothing is open");
            app.post(
                    "/webhooks/alertmanager",
                    Alert.message("g", Alert.firing("A<b>", "warning", "h")));
            await().until(() ->
                    app.metric("telegram_alerts_messages_total{outcome=\"sent\"}") == 1);
            assertThat(ask("/alerts")).contains("1 open", "A<b> on h");
            assertThat(ask("/status"))
                    .contains(
                            "Master unknown",
                            "Sentinels: 0 of 3 answer",
                            "Queue: 12 frames, dead letters: 3",
                            "Open incidents: 1");
            assertThat(ask("/silence 1h RedisSlaveDown component=~\"red.*\""))
                    .contains("Silenced for 1 h 0 min", "abc-1");
            JsonNode silence =
                    JsonMapper.shared()
                            .readTree(
                                    asked.stream()
                                            .filter(each ->
                                                    each.startsWith("POST /api/v2/silences"))
                                            .findFirst()
                                            .orElseThrow()
                                            .replaceFirst("^\\S+ \\S+ ", ""));
            assertThat(silence.at("/matchers/0/name").asString()).isEqualTo("alertname");
            assertThat(silence.at("/matchers/0/isRegex").asBoolean()).isFalse();
            assertThat(silence.at("/matchers/1/isRegex").asBoolean()).isTrue();
            assertThat(silence.path("createdBy").asString()).isEqualTo("Somebody");
            assertThat(ask("/silence 1h")).contains("What, and for how long?");
            assertThat(ask("/silence soon X")).contains("no time");
            answers.remove("/api/v2/silences");
            assertThat(ask("/silence 1h X")).contains("Alertmanager refuses: 404");
            assertThat(ask("/nonsense")).contains("No such command");
            int before = api.messages().size();
            assertThat(ask("/test")).isNotEmpty();
            await().until(() -> api.messages().size() == before + 2);
            assertThat(api.messages()).anyMatch(each -> each.plain().contains("Test message"));
            // the stranger: nothing done, nothing answered
            assertThat(asked.stream().filter(each -> each.startsWith("POST"))).hasSize(2);
            assertThat(api.messages()).noneMatch(each -> each.chat().equals("42"));
            assertThat(app.metric("telegram_alerts_commands_total{outcome=\"stranger\"}"))
                    .isEqualTo(1);
        }
    }

    /** Asks, and waits for the answer. */
    private String ask(String command) {
        int before = api.messages().size();
        api.say(App.CHAT, command);
        await().atMost(Duration.ofSeconds(10)).until(() -> api.messages().size() > before);
        return api.messages().get(before).plain();
    }

    @Test
    void aWatchdogThatStaysAwayIsToldOnceAndThatItIsBack() throws Exception {
        try (App app = app("--telegram-alerts.watch.watchdog-timeout=2s")) {
            await().atMost(Duration.ofSeconds(10)).until(() -> api.messages().size() == 1);
            assertThat(api.messages().getFirst().plain()).contains("Monitoring is blind");
            assertThat(app.post("/webhooks/watchdog", "{}").statusCode()).isEqualTo(200);
            await().atMost(Duration.ofSeconds(10)).until(() -> api.messages().size() == 2);
            assertThat(api.messages().get(1).plain()).contains("Monitoring sees again");
            assertThat(app.metric("telegram_alerts_watchdog_age_seconds")).isLessThan(2);
        }
    }

    @Test
    void aDiskAboveItsThresholdIsToldOnceOverARestart() throws Exception {
        double percent;
        try (App _ = app("--telegram-alerts.watch.disk-paths=/,/no/such/path")) {
            var store = Files.getFileStore(Path.of("/"));
            double used = (double) store.getTotalSpace() - store.getUnallocatedSpace();
            percent = 100 * used / (used + store.getUsableSpace());
        }
        org.junit.jupiter.api.Assumptions.assumeTrue(percent > 12);
        String threshold =
                "--telegram-alerts.watch.disk-threshold=" + Math.max(11, (int) percent - 1);
        try (App _ = app(threshold, "--telegram-alerts.watch.disk-paths=/,/no/such/path")) {
            await().atMost(Duration.ofSeconds(10)).until(() -> api.messages().size() == 1);
            assertThat(api.messages().getFirst().plain()).contains("Disk / is ", "% full");
        }
        // a little below its threshold it is not well yet, and told already
        String higher = "--telegram-alerts.watch.disk-threshold=" + ((int) percent + 3);
        try (App app = app(higher)) {
            await().until(() -> app.metric("telegram_alerts_outbox_messages") == 0);
            assertThat(app.get("/api/overview").body()).contains("\"openCount\":1");
        }
        try (App _ =
                app(
                        "--telegram-alerts.watch.disk-threshold="
                                + Math.min(100, (int) percent + 12))) {
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> api.messages().getFirst().plain().contains("resolved after"));
        }
        assertThat(api.messages()).hasSize(2);
    }

    @Test
    void containersThatDoNotRunAreToldAndJobsThatAreDoneAreNot() throws Exception {
        answers.put(
                "/containers/json?all=1",
                "[{\"Id\":\"1\",\"Names\":[\"/redis-master\"]},{\"Id\":\"2\",\"Names\":[\"/redis-secrets\"]},"
                        + "{\"Id\":\"3\",\"Names\":[\"/somebody-elses\"]}]");
        container("1", "unless-stopped", "exited", 137, 0);
        container("2", "no", "exited", 0, 0);
        container("3", "always", "exited", 1, 0);
        String docker =
                "--telegram-alerts.watch.docker-proxy-url=http://127.0.0.1:"
                        + server.getAddress().getPort();
        try (App app = app(docker)) {
            await().atMost(Duration.ofSeconds(10)).until(() -> api.messages().size() == 1);
            assertThat(api.messages().getFirst().plain())
                    .contains("Container redis-master does not run: exited", "Exit code 137");
            container("1", "unless-stopped", "running", 0, 3);
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> api.messages().getFirst().plain().contains("resolved after"));
            container("1", "unless-stopped", "running", 0, 9);
            await().atMost(Duration.ofSeconds(10))
                    .until(() ->
                            api.messages().stream()
                                    .anyMatch(each -> each.plain().contains("restarted 9 times")));
            assertThat(app.metric("telegram_alerts_findings_total{source=\"container\"}"))
                    .isEqualTo(3);
            assertThat(asked).allMatch(each -> !each.contains("docker") || each.startsWith("GET"));
        }
    }

    private void container(String id, String policy, String status, int exit, int restarts) {
        answers.put(
                "/containers/" + id + "/json",
                ("{\"RestartCount\":%d,\"HostConfig\":{\"RestartPolicy\":{\"Name\":\"%s\"}},"
                                + "\"State\":{\"Status\":\"%s\",\"ExitCode\":%d,\"OOMKilled\":false}}")
                        .formatted(restarts, policy, status, exit));
    }
}
