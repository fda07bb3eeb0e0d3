package io.detektor.telegramalerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.detektor.localset.LocalSet;
import io.detektor.localset.Node;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** The service beside a real set. */
@ExtendWith(OutputCaptureExtension.class)
class TelegramAlertsIntegrationTests {

    @Test
    void tellsAFailoverOnceAndServesItsPaths(CapturedOutput output) throws Exception {
        try (LocalSet set = LocalSet.builder().start();
                var application =
                        SpringApplication.run(
                                TelegramAlertsApplication.class,
                                "--server.port=0",
                                "--spring.data.redis.sentinel.nodes="
                                        + String.join(",", set.sentinels()))) {
            int port =
                    application.getEnvironment().getProperty("local.server.port", Integer.class, 0);
            assertThat(get(port, "/health")).contains("\"status\":\"healthy\"", "\"redis\":\"UP\"");
            assertThat(get(port, "/actuator/health")).contains("promotableReplicas");
            assertThat(get(port, "/metrics"))
                    .contains("telegram_alerts_happenings_total", "redis_ha_sentinels_answering");

            Node old = set.master();
            Node next = set.replicas().getFirst();
            set.kill(old);

            String told =
                    "master of mymaster: " + next.address() + " took over from " + old.address();
            await().atMost(Duration.ofSeconds(15)).until(() -> output.getOut().contains(told));
            set.start(old);
            set.awaitReplicas(Duration.ofSeconds(30));
            assertThat(output.getOut().split(Pattern.quote(told), -1)).hasSize(2);
            assertThat(output.getOut()).contains("master " + old.address() + " is down");
        }
    }

    private static String get(int port, String path) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> response =
                    client.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).as(path).isEqualTo(200);
            return response.body();
        }
    }
}
