package io.detektor.framebuffer;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.detektor.framebuffer.web.Bodies;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** {@code GET /buffer/backpressure} and {@code POST /buffer/clear} as version 1 had them. */
class BackpressureContractTests extends HttpTestBase {

    @SuppressWarnings("NullAway.Init")
    @Autowired
    Bodies bodies;

    @ParameterizedTest
    @CsvSource({
        "500, none, false",
        "501, moderate, false",
        "700, moderate, false",
        "701, high, true",
        "900, high, true",
        "901, critical, true"
    })
    void severityFollowsTheUsage(int frames, String severity, boolean experiencing) {
        fill(frames);

        JsonNode report = get("/buffer/backpressure").json();

        assertThat(report.propertyNames())
                .containsExactly("buffer", "backpressure", "consumer", "recommendations");
        assertThat(report.path("buffer").propertyNames())
                .containsExactly("current_size", "max_size", "usage_ratio", "usage_percent");
        assertThat(report.at("/buffer/current_size").asInt()).isEqualTo(frames);
        assertThat(report.at("/buffer/max_size").asInt()).isEqualTo(MAX_FRAMES);
        assertThat(report.at("/buffer/usage_ratio").asDouble())
                .isEqualTo((double) frames / MAX_FRAMES);
        assertThat(report.at("/buffer/usage_percent").asDouble()).isEqualTo(frames / 10.0);
        assertThat(report.path("backpressure").propertyNames())
                .containsExactly(
                        "severity",
                        "is_experiencing_backpressure",
                        "total_events",
                        "last_event_time",
                        "seconds_since_last_event");
        assertThat(report.at("/backpressure/severity").asString()).isEqualTo(severity);
        assertThat(report.at("/backpressure/is_experiencing_backpressure").asBoolean())
                .isEqualTo(experiencing);
        assertThat(report.at("/consumer/running").asBoolean()).isTrue();
        assertThat(report.at("/consumer/batch_size").asInt()).isEqualTo(10);
        assertThat(report.path("recommendations").isArray()).isTrue();
        assertThat(report.path("recommendations").isEmpty()).isEqualTo(severity.equals("none"));
    }

    @Test
    void anEventIsCountedWhenThePressureBegins() {
        // long enough for a regular look to see the empty buffer, and for what clients of a test
        // before this one had on its way
        await().during(Duration.ofMillis(300))
                .until(() -> clear().json().path("cleared").asInt() == 0);
        int before = events();
        fill(800);

        await().until(() -> events() == before + 1);
        JsonNode report = get("/buffer/backpressure").json();
        assertThat(report.at("/backpressure/last_event_time").asDouble()).isGreaterThan(1e9);
        assertThat(report.at("/backpressure/seconds_since_last_event").asDouble())
                .isBetween(0.0, 60.0);
    }

    private Answer clear() {
        return send(request("/buffer/clear").POST(BodyPublishers.noBody()));
    }

    private int events() {
        return get("/buffer/backpressure").json().at("/backpressure/total_events").asInt();
    }

    @Test
    void withoutRedisItSaysSo() {
        log.reachable(false);

        JsonNode report = get("/buffer/backpressure").json();

        assertThat(report.at("/buffer/current_size").asInt()).isEqualTo(-1);
        assertThat(report.at("/consumer/running").asBoolean()).isFalse();
        assertThat(report.path("recommendations")).hasSize(1);
        assertThat(get("/dlq/status").text())
                .isEqualTo("{\"size\":-1,\"connected\":false,\"recent_failures\":[]}");
    }

    @Test
    void clearingSaysHowMany() {
        fill(7);

        Answer answer = clear();

        assertThat(answer.text()).isEqualTo("{\"cleared\":7}");
        assertThat(get("/frames/dequeue").json().path("count").asInt()).isZero();
    }

    @Test
    void answersSlowDownBeforeTheBufferIsFull() {
        fill(990);
        await().until(() -> get("/metrics").text().contains("frame_buffer_queue_size 990.0"));

        long start = System.nanoTime();
        assertThat(enqueue("{}").status()).isEqualTo(200);

        assertThat((System.nanoTime() - start) / 1_000_000).isGreaterThanOrEqualTo(45);
    }

    /** Eight bodies of the largest size are all the bytes that may be under way: 64 MB. */
    @Test
    void withTooManyBytesUnderWayABodyIsRefusedAndComesInLater() throws IOException {
        List<Socket> senders = new ArrayList<>();
        try {
            for (int i = 0; i < 8; i++) {
                Socket sender = connect();
                senders.add(sender);
                sender.getOutputStream().write(firstPartOfTheLargest());
            }
            await().until(() -> bodies.inFlight() == 8L * MAX_BODY);

            Answer announced = enqueue("{}");
            Answer chunked =
                    send(
                            request("/frames/enqueue")
                                    .POST(
                                            BodyPublishers.fromPublisher(
                                                    BodyPublishers.ofString("{}"))));

            for (Answer refused : List.of(announced, chunked)) {
                assertProblem(refused, 429, "too-much-in-flight");
                assertThat(refused.header("Retry-After")).isEqualTo("1");
                assertThat(refused.json().path("outcome").asString()).isEqualTo("not-stored");
                assertThat(refused.json().path("retryable").asBoolean()).isTrue();
            }
            assertThat(get("/frames/dequeue").json().path("count").asInt())
                    .as("the way out stays open, and nothing was stored")
                    .isZero();
        } finally {
            for (Socket sender : senders) {
                sender.close();
            }
        }
        await().until(() -> bodies.inFlight() == 0);
        assertThat(enqueue("{}").status()).isEqualTo(200);
    }

    private static byte[] firstPartOfTheLargest() {
        return ("POST /frames/enqueue HTTP/1.1\r\nHost: x\r\nContent-Length: "
                        + MAX_BODY
                        + "\r\n\r\n{")
                .getBytes(US_ASCII);
    }
}
