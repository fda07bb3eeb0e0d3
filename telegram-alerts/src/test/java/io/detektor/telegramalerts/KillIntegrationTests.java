package io.detektor.telegramalerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.detektor.telegramalerts.bot.FakeBotApi;
import io.detektor.telegramalerts.bot.FakeMessage;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGKILL with messages waiting: a process of its own, a real signal. */
class KillIntegrationTests {

    private static final Pattern PORT = Pattern.compile("Netty started on port (\\d+)");

    @TempDir private Path directory = Path.of("");

    @Test
    void everyIncidentIsToldOnceAlthoughTheServiceIsKilledWhileTelegramIsDown() throws Exception {
        try (FakeBotApi api = FakeBotApi.start()) {
            api.enforceLimits(false);
            api.down();
            Path log = directory.resolve("first.log");
            Process first = launch(api, log);
            try {
                int port = port(first, log);
                for (int i = 0; i < 9; i++) {
                    assertThat(post(port, Alert.message("g" + i, alert(i)))).isEqualTo(200);
                }
                await().atMost(Duration.ofSeconds(10))
                        .until(() -> Files.readString(log).contains("will be tried again"));
            } finally {
                first.destroyForcibly().waitFor();
            }
            api.up();
            Path secondLog = directory.resolve("second.log");
            Process second = launch(api, secondLog);
            try {
                int port = port(second, secondLog);
                // Alertmanager has not noticed, or starts anew, and repeats
                for (int i = 0; i < 9; i++) {
                    assertThat(post(port, Alert.message("g" + i, alert(i)))).isEqualTo(200);
                }
                assertThat(post(port, Alert.message("last", alert(9)))).isEqualTo(200);
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> told(api, 9) == 1 && api.messages().size() >= 10);
                assertThat(IntStream.range(0, 10).mapToLong(i -> told(api, i))).containsOnly(1L);
                assertThat(api.messages())
                        .extracting(FakeMessage::plain)
                        .noneMatch(text -> text.contains("Perhaps a repeat"));
                assertThat(Files.readString(secondLog)).doesNotContain(FakeBotApi.TOKEN);
            } finally {
                second.destroy();
                assertThat(second.waitFor()).isEqualTo(143);
            }
        }
    }

    private static Alert alert(int i) {
        return Alert.firing("A" + i, "critical", "host");
    }

    private static long told(FakeBotApi api, int i) {
        return api.messages().stream()
                .filter(each -> each.plain().contains("A" + i + " on host"))
                .count();
    }

    private Process launch(FakeBotApi api, Path log) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-cp"));
        command.add(System.getProperty("java.class.path"));
        command.add(TelegramAlertsApplication.class.getName());
        command.addAll(
                List.of(
                        App.arguments(
                                api,
                                directory.resolve("outbox"),
                                "--telegram-alerts.telegram.message-interval=20ms")));
        // as an operator has it, and in no list of processes
        Path token = Files.writeString(directory.resolve("token"), FakeBotApi.TOKEN + "\n");
        command.removeIf(each -> each.startsWith("--telegram-alerts.telegram.token="));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("TELEGRAM_BOT_TOKEN_FILE", token.toString());
        return builder.start();
    }

    private static int port(Process process, Path log) {
        await().atMost(Duration.ofSeconds(90))
                .until(() -> !process.isAlive() || PORT.matcher(Files.readString(log)).find());
        try {
            String text = Files.readString(log);
            Matcher port = PORT.matcher(text);
            assertThat(port.find()).as(text).isTrue();
            return Integer.parseInt(port.group(1));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int post(int port, String json) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(
                                            URI.create(
                                                    "http://127.0.0.1:"
                                                            + port
                                                            + "/webhooks/alertmanager"))
                                    .header("Content-Type", "application/json")
                                    .POST(HttpRequest.BodyPublishers.ofString(json))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }
}
