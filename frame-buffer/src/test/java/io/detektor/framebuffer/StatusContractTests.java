package io.detektor.framebuffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.detektor.redisha.sentinel.SentinelView.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What version 1 said of itself, and its metrics. */
class StatusContractTests extends HttpTestBase {

    @Test
    void statusCountsBothStreams() {
        IntStream.range(0, 3).forEach(_ -> enqueue("{}"));
        log.addMetadata(Map.of("frame_id", "m"));

        JsonNode status = get("/frames/status").json();

        assertThat(status.propertyNames())
                .containsExactly("connected", "consumer_running", "buffer", "redis");
        assertThat(status.path("connected").asBoolean()).isTrue();
        assertThat(status.path("consumer_running").asBoolean()).isTrue();
        assertThat(status.path("buffer").propertyNames())
                .containsExactly(
                        "size",
                        "max_size",
                        "usage_percent",
                        "is_full",
                        "dropped_count",
                        "total_processed");
        assertThat(status.at("/buffer/size").asInt()).isEqualTo(4);
        assertThat(status.at("/buffer/max_size").asInt()).isEqualTo(MAX_FRAMES);
        assertThat(status.at("/buffer/usage_percent").asDouble()).isEqualTo(0.4);
        assertThat(status.at("/buffer/is_full").asBoolean()).isFalse();
        assertThat(status.path("redis").propertyNames()).contains("queue_size", "dlq_size");
        assertThat(status.at("/redis/queue_size").asInt()).isEqualTo(3);
        assertThat(status.at("/redis/dlq_size").asInt()).isZero();
    }

    @Test
    void totalProcessedCountsWhatWasHandedOut() {
        int before = get("/frames/status").json().at("/buffer/total_processed").asInt();
        IntStream.range(0, 3).forEach(_ -> enqueue("{}"));
        get("/frames/dequeue?count=2");

        await().untilAsserted(() ->
                assertThat(get("/frames/status").json().at("/buffer/total_processed").asInt())
                        .isEqualTo(before + 2));
    }

    @Test
    void sizesAreMinusOneWithoutRedis() {
        log.reachable(false);

        JsonNode status = get("/frames/status").json();

        assertThat(status.path("connected").asBoolean()).isFalse();
        assertThat(status.path("consumer_running").asBoolean()).isFalse();
        assertThat(status.at("/buffer/size").asInt()).isEqualTo(-1);
        assertThat(status.at("/redis/queue_size").asInt()).isEqualTo(-1);
        assertThat(status.at("/redis/dlq_size").asInt()).isEqualTo(-1);
    }

    @Test
    void healthHasTheMembersOfVersion1() {
        JsonNode health = get("/health").json();

        assertThat(health.propertyNames())
                .containsExactly("status", "version", "uptime_seconds", "checks");
        assertThat(health.path("status").asString()).isEqualTo("healthy");
        assertThat(health.at("/checks/redis").propertyNames()).contains("healthy", "connected");
        assertThat(health.at("/checks/frame_processing").propertyNames())
                .containsExactly("healthy", "last_frame_age");
        assertThat(health.at("/checks/buffer").propertyNames())
                .containsExactly("healthy", "size", "max_size", "utilization");
    }

    @Test
    void healthIsUnhealthyWithoutRedisAndAnswers200() {
        log.reachable(false);

        Answer answer = get("/health");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("status").asString()).isEqualTo("unhealthy");
        assertThat(answer.json().at("/checks/redis/connected").asBoolean()).isFalse();
        assertThat(answer.json().at("/checks/buffer/size").asInt()).isEqualTo(-1);
    }

    @Test
    void healthIsUnhealthyWithoutMaster() {
        sentinels.show(StubSentinelMonitor.view(Source.NONE, 3, Set.of()));

        assertThat(get("/health").json().path("status").asString()).isEqualTo("unhealthy");
    }

    @Test
    void healthIsDegradedWhenTheNextFaultWouldNotBeSurvived() {
        sentinels.show(StubSentinelMonitor.view(Source.SENTINELS, 3, Set.of()));
        assertThat(get("/health").json().path("status").asString()).isEqualTo("degraded");

        sentinels.show(StubSentinelMonitor.view(Source.LAST_KNOWN, 1, Set.of()));
        assertThat(get("/health").json().path("status").asString()).isEqualTo("degraded");
    }

    @Test
    void healthIsDegradedWhenTheBufferIsNearlyFull() {
        IntStream.range(0, MAX_FRAMES * 9 / 10).forEach(_ -> enqueue("{}"));

        JsonNode health = get("/health").json();

        assertThat(health.path("status").asString()).isEqualTo("degraded");
        assertThat(health.at("/checks/buffer/healthy").asBoolean()).isFalse();
        assertThat(health.at("/checks/buffer/utilization").asDouble()).isEqualTo(0.9);
    }

    @Test
    void readyWithAMaster() {
        Answer answer = get("/ready");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("{\"ready\":true}");
    }

    @Test
    void notReadyWithoutAMasterAndSaysWhy() {
        sentinels.show(StubSentinelMonitor.view(Source.NONE, 1, Set.of()));

        Answer answer = get("/ready");

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.json().path("ready").asBoolean()).isFalse();
        assertThat(answer.json().path("reason").asString())
                .isEqualTo("no verified master: 1 of 3 Sentinels answer");
    }

    @Test
    void metricsHaveTheNamesOfVersion1() {
        enqueue("{}");
        get("/frames/dequeue");

        Answer answer = get("/metrics");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).startsWith("text/plain").contains("0.0.4");
        List<String> names = new ArrayList<>();
        for (String operation : List.of("enqueue", "dequeue", "clear")) {
            for (String status : List.of("success", "dropped", "error")) {
                names.add(
                        "frame_buffer_frames_total{operation=\""
                                + operation
                                + "\",status=\""
                                + status
                                + "\"} ");
            }
            names.add("frame_buffer_processing_seconds_count{operation=\"" + operation + "\"} ");
            names.add("frame_buffer_processing_seconds_bucket{operation=\"" + operation + "\",le=");
        }
        names.add("frame_buffer_queue_size ");
        names.add("frame_buffer_dlq_total{reason=\"buffer_full\"} ");
        names.add("frame_buffer_dlq_size ");
        names.add("frame_buffer_usage_ratio ");
        names.add("frame_buffer_consumer_frames_consumed_total ");
        names.add("frame_buffer_consumer_frames_dropped_total{reason=");
        names.add("frame_buffer_consumer_lag_seconds ");
        names.add("frame_buffer_consumer_errors_total ");
        List<String> lines = answer.text().lines().toList();
        assertThat(names)
                .allSatisfy(name -> assertThat(lines).anyMatch(line -> line.startsWith(name)));
    }

    @Test
    void gaugesFollowTheBuffer() {
        IntStream.range(0, 10).forEach(_ -> enqueue("{}"));
        await().untilAsserted(() ->
                assertThat(get("/metrics").text())
                        .contains("frame_buffer_queue_size 10.0", "frame_buffer_usage_ratio 0.01"));

        log.reachable(false);
        await().untilAsserted(() ->
                assertThat(get("/metrics").text()).contains("frame_buffer_queue_size NaN"));
    }

    @Test
    void actuatorShowsHealthAndNoMoreThanNeeded() {
        assertThat(get("/actuator/health").json().path("status").asString()).isEqualTo("UP");
        assertThat(get("/actuator/prometheus").status()).isEqualTo(200);
        for (String name : List.of("env", "beans", "configprops", "heapdump", "metrics", "info")) {
            assertThat(get("/actuator/" + name).status()).as(name).isEqualTo(404);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nosuch", "/frames/enqueue/", "/frames//dequeue"})
    void whatIsNotThereIsSaidInJson(String path) {
        Answer answer = get(path);

        assertProblem(answer, 404, "not-found");
    }

    @Test
    void otherMethodsAreSaidInJson() {
        Answer answer = send(request("/health").DELETE());

        assertProblem(answer, 405, "method-not-allowed");
    }
}
