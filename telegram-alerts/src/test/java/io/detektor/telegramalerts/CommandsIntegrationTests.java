package io.detektor.telegramalerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.detektor.telegramalerts.bot.FakeBotApi;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Commands and the watchdog, with everything around played by a small server. */
class CommandsIntegrationTests {

    @TempDir private Path outbox = Path.of("");

    private final SmallServer server = new SmallServer();
    private final FakeBotApi api = FakeBotApi.start();

    @BeforeEach
    void start() {
        api.enforceLimits(false);
    }

    @AfterEach
    void end() {
        server.close();
        api.close();
    }

    private App app(String... more) {
        return App.start(
                api,
                outbox,
                Stream.concat(
                                Stream.of(
                                        "--telegram-alerts.links.alertmanager=" + server.url(),
                                        "--telegram-alerts.links.frame-buffer=" + server.url(),
                                        "--telegram-alerts.telegram.message-interval=20ms"),
                                Arrays.stream(more))
                        .toArray(String[]::new));
    }

    @Test
    void allowedChatsAreAnsweredStrangersAreNot() throws Exception {
        server.answer("/api/v2/silences", "{\"silenceID\":\"abc-1\"}");
        server.answer(
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
                                    server.asked().stream()
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
            server.forget("/api/v2/silences");
            assertThat(ask("/silence 1h X")).contains("Alertmanager refuses: 404");
            assertThat(ask("/nonsense")).contains("No such command");
            int before = api.messages().size();
            assertThat(ask("/test")).isNotEmpty();
            await().until(() -> api.messages().size() == before + 2);
            assertThat(api.messages()).anyMatch(each -> each.plain().contains("Test message"));
            // the stranger: nothing done, nothing answered
            assertThat(server.asked().stream().filter(each -> each.startsWith("POST"))).hasSize(2);
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
}
