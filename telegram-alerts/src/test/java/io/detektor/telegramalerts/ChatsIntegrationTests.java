package io.detektor.telegramalerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.detektor.telegramalerts.bot.FakeBotApi;
import io.detektor.telegramalerts.bot.FakeMessage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Chats that move, and chats that take nothing. */
@ExtendWith(OutputCaptureExtension.class)
class ChatsIntegrationTests {

    private static final String ALERTS = "/webhooks/alertmanager";
    private static final String FAST = "--telegram-alerts.telegram.message-interval=20ms";

    @TempDir private Path outbox = Path.of("");

    @SuppressWarnings("NullAway.Init") // before each
    private FakeBotApi api;

    @BeforeEach
    void start() {
        api = FakeBotApi.start();
        api.enforceLimits(false);
    }

    @AfterEach
    void end() {
        api.close();
    }

    @Test
    void aGroupThatBecameASupergroupIsFollowed() throws Exception {
        try (App app = App.start(api, outbox, FAST)) {
            api.migrate(App.CHAT, "-1009999999999");
            app.post(ALERTS, Alert.message("g", Alert.firing("One", "critical", "h")));
            awaitMessages(1);
            assertThat(api.messages().getFirst().chat()).isEqualTo("-1009999999999");
        }
        try (App app = App.start(api, outbox, FAST)) {
            app.post(ALERTS, Alert.message("g2", Alert.firing("Two", "critical", "h")));
            awaitMessages(2);
        }
        // it was asked only once
        assertThat(
                        api.calls("sendMessage").stream()
                                .filter(call -> App.CHAT.equals(call.parameters().get("chat_id"))))
                .hasSize(1);
    }

    @Test
    void peopleGroupsAndTopicsAreToldAlike() throws Exception {
        try (App app =
                App.start(api, outbox, FAST, "--telegram-alerts.telegram.chat-ids=7, -1005:12")) {
            app.post(ALERTS, Alert.message("g", Alert.firing("One", "critical", "h")));
            awaitMessages(2);
            assertThat(api.messages())
                    .extracting(FakeMessage::chat, FakeMessage::thread)
                    .containsExactlyInAnyOrder(tuple("7", null), tuple("-1005", 12));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "403, Forbidden: bot was kicked from the supergroup chat",
        "400, Bad Request: chat not found",
        "400, Bad Request: not enough rights to send text messages to the chat"
    })
    void aChatThatTakesNothingHoldsUpNoOtherAndIsToldWhenItTakesMessagesAgain(
            int status, String reason, CapturedOutput output) throws Exception {
        String trouble = "-1005:12: " + status + " " + reason;
        try (App app =
                App.start(api, outbox, FAST, "--telegram-alerts.telegram.chat-ids=7,-1005:12")) {
            api.close("-1005", status, reason);
            Alert one = Alert.firing("One", "critical", "h");
            Alert two = Alert.firing("Two", "critical", "h");
            app.post(ALERTS, Alert.message("g1", one));
            awaitMessages(1);
            app.post(ALERTS, Alert.message("g2", two));
            app.post(ALERTS, Alert.message("g1", one.resolved()));
            // two messages, and that one of them is over
            awaitMessages(3);
            await().until(() ->
                    app.metric("telegram_alerts_messages_total{outcome=\"forbidden\"}") > 2);
            assertThat(api.messages()).extracting(FakeMessage::chat).containsOnly("7");
            assertThat(app.get("/health").body())
                    .contains("\"status\":\"degraded\"", trouble, "\"waiting\":2");
            assertThat(app.metric("telegram_alerts_outbox_oldest_seconds")).isPositive();
            assertThat(app.get("/actuator/health").statusCode()).isNotEqualTo(500);
        }
        // what was kept for it outlives a restart
        try (App app =
                App.start(api, outbox, FAST, "--telegram-alerts.telegram.chat-ids=7,-1005:12")) {
            await().until(() ->
                    app.metric("telegram_alerts_messages_total{outcome=\"forbidden\"}") > 0);
            api.reopen("-1005");
            awaitMessages(5);
            await().until(() -> app.get("/health").body().contains("\"status\":\"healthy\""));
            List<FakeMessage> late =
                    api.messages().stream().filter(each -> each.chat().equals("-1005")).toList();
            assertThat(late)
                    .extracting(each -> each.plain().contains("Two on h"), FakeMessage::silent)
                    // the one that is open first; the other is over, and needs no sound
                    .containsExactly(tuple(true, false), tuple(false, true));
            assertThat(late.getLast().plain()).contains("One on h", "resolved after");
        }
        assertThat(api.messages()).hasSize(5);
        // once when it begins, in each of the two processes
        assertThat(output.getAll().split("will be tried again: " + status, -1)).hasSize(3);
        assertThat(output.getAll())
                .contains(reason, "chat -1005:12: delivered again")
                .doesNotContain(FakeBotApi.TOKEN);
    }

    private void awaitMessages(int count) {
        await().atMost(Duration.ofSeconds(20)).until(() -> api.messages().size() >= count);
    }
}
