package io.detektor.telegramalerts.bot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A fake that is more lenient than Telegram would prove nothing. */
class FakeBotApiTests {

    private final FakeBotApi api = FakeBotApi.start();
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        client.shutdownNow();
        api.close();
    }

    @Test
    void keepsWhatIsSentAndWhatBecomesOfIt() throws Exception {
        assertThat(send("1", "<b>a &lt; b</b>").statusCode()).isEqualTo(200);
        assertThat(send("-2", "elsewhere").statusCode()).isEqualTo(200);
        api.enforceLimits(false);
        assertThat(edit("1", 1, "better").statusCode()).isEqualTo(200);

        assertThat(api.messages())
                .extracting(FakeMessage::chat, FakeMessage::plain)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("1", "better"),
                        org.assertj.core.groups.Tuple.tuple("-2", "elsewhere"));
        assertThat(api.messages().getFirst().history()).containsExactly("a < b", "better");
        assertThat(edit("1", 1, "better").body()).contains("message is not modified");
        assertThat(edit("1", 9, "better").body()).contains("message to edit not found");
        assertThat(edit("-2", 1, "better").body()).contains("message to edit not found");
    }

    @Test
    void refusesWhatTelegramRefuses() throws Exception {
        api.enforceLimits(false);
        assertThat(send("1", "a < b").body()).contains("can't parse entities");
        assertThat(send("1", "<b>open").body()).contains("Can't find end tag");
        assertThat(send("1", "<blink>x</blink>").body()).contains("Unsupported start tag");
        assertThat(send("1", "x".repeat(4097)).body()).contains("message is too long");
        assertThat(send("1", "<b>" + "x".repeat(4096) + "</b>").statusCode()).isEqualTo(200);
        assertThat(send("nobody", "x").body()).contains("chat not found");
        assertThat(post("/bot0:wrong/sendMessage", "{}").statusCode()).isEqualTo(401);
        api.migrate("-1", "-1001");
        assertThat(send("-1", "x").body()).contains("\"migrate_to_chat_id\":-1001");
    }

    @Test
    void enforcesTheLimits() throws Exception {
        assertThat(send("1", "one").statusCode()).isEqualTo(200);
        HttpResponse<String> second = send("1", "two");
        assertThat(second.statusCode()).isEqualTo(429);
        assertThat(second.body()).contains("\"retry_after\":1");
        assertThat(send("2", "elsewhere").statusCode()).isEqualTo(200);
        assertThat(api.limitsBroken()).isEqualTo(1);
    }

    @Test
    void failsAsItIsTold() throws Exception {
        api.enforceLimits(false);
        api.tooManyRequests(1, Duration.ofSeconds(7));
        assertThat(send("1", "x").body()).contains("\"retry_after\":7");
        api.fail(2, 502, "Bad Gateway");
        assertThat(send("1", "x").statusCode()).isEqualTo(502);
        assertThat(send("1", "x").statusCode()).isEqualTo(502);
        assertThat(send("1", "x").statusCode()).isEqualTo(200);
        api.loseAnswers(1);
        assertThatThrownBy(() -> send("1", "unheard")).isInstanceOf(IOException.class);
        assertThat(api.messages()).extracting(FakeMessage::plain).containsExactly("x", "unheard");
        api.hang(1, Duration.ofMillis(50));
        assertThatThrownBy(() -> send("1", "silence")).isInstanceOf(IOException.class);
        assertThat(api.messages()).hasSize(2);
        api.down();
        assertThatThrownBy(() -> send("1", "down")).isInstanceOf(ConnectException.class);
        api.up();
        assertThat(send("1", "up").statusCode()).isEqualTo(200);
    }

    @Test
    void handsOutWhatPeopleSayOnce() throws Exception {
        api.say("5", "/status");
        assertThat(post("getUpdates", "{\"timeout\": 1}").body())
                .contains("\"update_id\":1000", "/status");
        assertThat(post("getUpdates", "{\"offset\": 1001, \"timeout\": 0}").body())
                .contains("\"result\":[]");
    }

    private HttpResponse<String> send(String chat, String text)
            throws IOException, InterruptedException {
        return post(
                "sendMessage",
                "{\"chat_id\": \"%s\", \"text\": \"%s\", \"parse_mode\": \"HTML\"}"
                        .formatted(chat, text));
    }

    private HttpResponse<String> edit(String chat, long id, String text)
            throws IOException, InterruptedException {
        return post(
                "editMessageText",
                "{\"chat_id\": %s, \"message_id\": %d, \"text\": \"%s\"}"
                        .formatted(chat, id, text));
    }

    private HttpResponse<String> post(String method, String json)
            throws IOException, InterruptedException {
        String path = method.startsWith("/") ? method : "/bot" + FakeBotApi.TOKEN + "/" + method;
        return client.send(
                HttpRequest.newBuilder(URI.create(api.url() + path))
                        .POST(HttpRequest.BodyPublishers.ofString(json))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
