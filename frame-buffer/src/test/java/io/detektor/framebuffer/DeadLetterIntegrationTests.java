package io.detektor.framebuffer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.detektor.localset.LocalSet;
import io.detektor.redisha.master.MasterConnection;
import io.detektor.redisha.master.MasterConnections;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Version 1's calls about dead letters and the buffer's emptying, and what is new there. */
class DeadLetterIntegrationTests {

    private static LocalSet set;

    private static final String name = Service.newName();
    private static Service service;
    private static MasterConnection redis;

    @BeforeAll
    static void start() {
        set = LocalSet.builder().start();
        service = Service.start(set, name, "--frame-buffer.streams.max-frames=3");
        redis = service.bean(MasterConnections.class).open("test");
    }

    @AfterAll
    static void stop() {
        redis.close();
        service.close();
        set.close();
    }

    @BeforeEach
    void clear() {
        assertThat(service.post("/buffer/clear", "").status()).isEqualTo(200);
        assertThat(service.post("/frames/dlq/clear", "").status()).isEqualTo(200);
    }

    private static <T> T redis(
            Function<RedisAsyncCommands<String, byte[]>, ? extends CompletionStage<T>> commands) {
        return redis.call(commands).orTimeout(5, TimeUnit.SECONDS).join();
    }

    /** Fills the buffer with frames 0 to 2; those from 3 on become dead letters. */
    private void enqueue(int from, int to) {
        for (int i = from; i < to; i++) {
            assertThat(service.enqueue("{ \"frame_id\" : " + i + " }", null).status())
                    .isEqualTo(i < 3 ? 200 : 503);
        }
    }

    /** Takes all that waits; it is gone a moment after the answer. */
    private static void drain() {
        service.dequeueAll();
        await().until(() -> service.get("/frames/status").json().at("/buffer/size").asInt() == 0);
    }

    private JsonNode letters(String parameters) {
        return service.get("/dlq/frames" + parameters).json();
    }

    private int letters() {
        return service.get("/dlq/status").json().path("size").asInt();
    }

    @Test
    void statusNamesTheNewestFive() {
        assertThat(service.get("/dlq/status").text())
                .isEqualTo("{\"size\":0,\"connected\":true,\"recent_failures\":[]}");
        enqueue(0, 10);

        JsonNode status = service.get("/dlq/status").json();

        assertThat(status.path("size").asInt()).isEqualTo(7);
        assertThat(status.path("recent_failures")).hasSize(5);
        JsonNode newest = status.at("/recent_failures/0");
        assertThat(newest.propertyNames()).containsExactly("id", "reason", "timestamp");
        assertThat(newest.path("reason").asString()).isEqualTo("buffer_full");
        assertThat(newest.path("id").asString())
                .startsWith(newest.path("timestamp").asString() + "-");
        assertThat(newest.path("timestamp").isString()).isTrue();
    }

    @Test
    void whatIsReprocessedIsTheVeryFrameInItsOrder() {
        enqueue(0, 6);
        drain();

        JsonNode done = service.post("/dlq/reprocess?max_items=2", "").json();

        assertThat(done.toString()).isEqualTo("{\"reprocessed\":2,\"failed\":0,\"remaining\":1}");
        assertThat(service.get("/frames/dequeue?count=10").text())
                .startsWith("{\"frames\":[{ \"frame_id\" : 3 },{ \"frame_id\" : 4 }],");
        assertThat(letters("").at("/count").asInt()).isEqualTo(1);
    }

    @Test
    void bytesOfEveryKindComeBackUnchanged() {
        byte[] image = new byte[50_000];
        new Random(1).nextBytes(image);
        enqueue(0, 3);
        Service.Answer refused =
                service.post("/frames", image, "Content-Type", "image/jpeg", "X-Frame-Id", "i 1");
        assertThat(refused.status()).isEqualTo(503);
        String id = letters("").at("/dead_letters/0/id").asString();
        assertThat(letters("").at("/dead_letters/0/content_type").asString())
                .isEqualTo("image/jpeg");

        assertThat(service.get("/dlq/frames/" + id, "Accept", "image/jpeg").bytes())
                .isEqualTo(image);
        assertThat(service.get("/dlq/frames/" + id).json().at("/frame/frame_id").asString())
                .isEqualTo("i 1");
        drain();
        assertThat(service.post("/dlq/frames/" + id + "/reprocess", "").status()).isEqualTo(200);

        Service.Answer back = service.get("/frames/dequeue", "Accept", "image/jpeg");
        assertThat(back.bytes()).isEqualTo(image);
        assertThat(back.header("X-Frame-Id")).isEqualTo("i 1");
    }

    @Test
    void whenTheBufferIsStillFullNothingIsLost() {
        enqueue(0, 6);

        JsonNode done = service.post("/dlq/reprocess", "").json();

        assertThat(done.toString()).isEqualTo("{\"reprocessed\":0,\"failed\":3,\"remaining\":3}");
        assertThat(letters()).isEqualTo(3);
    }

    @Test
    void oneSomeAllOrThoseOfAReasonAreReprocessed() {
        enqueue(0, 9);
        drain();
        JsonNode all = letters("").path("dead_letters");
        String third = all.at("/2/id").asString();
        String fifth = all.at("/4/id").asString();

        assertThat(service.post("/dlq/frames/" + fifth + "/reprocess", "").status()).isEqualTo(200);
        assertThat(service.post("/dlq/frames/" + fifth + "/reprocess", "").status()).isEqualTo(404);
        assertThat(
                        service.post("/dlq/reprocess", "{\"ids\":[\"" + third + "\",\"1-1\"]}")
                                .json()
                                .path("reprocessed")
                                .asInt())
                .isEqualTo(1);
        assertThat(service.get("/frames/dequeue?count=9").text()).contains(" 7 ", " 5 ");

        assertThat(
                        service.post("/dlq/reprocess?reason=max_deliveries", "")
                                .json()
                                .path("reprocessed")
                                .asInt())
                .isZero();
        service.post("/dlq/reprocess?reason=buffer_full&max_items=1", "");
        drain();
        assertThat(service.post("/dlq/reprocess?all=true", "").json().path("reprocessed").asInt())
                .isEqualTo(3);
        assertThat(letters()).isZero();
    }

    @Test
    void theListHasPages() {
        enqueue(0, 8);

        JsonNode first = letters("?count=3");
        JsonNode second = letters("?count=3&after=" + first.path("next_after").asString());

        assertThat(first.path("count").asInt()).isEqualTo(3);
        assertThat(second.path("count").asInt()).isEqualTo(2);
        assertThat(second.has("next_after")).isFalse();
        assertThat(letters("?reason=buffer_full&count=100").path("count").asInt()).isEqualTo(5);
        assertThat(letters("?reason=other").path("count").asInt()).isZero();
    }

    @Test
    void purgingSaysHowMany() {
        enqueue(0, 7);
        String id = letters("").at("/dead_letters/0/id").asString();

        assertThat(service.delete("/dlq/frames/" + id).text()).isEqualTo("{\"removed\":1}");
        assertThat(service.delete("/dlq/frames/" + id).status()).isEqualTo(404);
        assertThat(
                        service.post("/frames/dlq/clear?reason=other", "")
                                .json()
                                .path("cleared_count")
                                .asInt())
                .isZero();
        assertThat(service.post("/frames/dlq/clear", "").text())
                .isEqualTo(
                        "{\"status\":\"cleared\",\"message\":\"DLQ cleared successfully\","
                                + "\"cleared_count\":3}");
        assertThat(letters()).isZero();
    }

    @Test
    void anEntryOfTheOldLayoutIsReprocessed() {
        Map<String, byte[]> old = new LinkedHashMap<>();
        old.put("reason", "buffer_full".getBytes(UTF_8));
        old.put("stream", ("frames-" + name).getBytes(UTF_8));
        old.put("frame", "{\"frame_id\":\"old\"}".getBytes(UTF_8));
        var _ = redis(commands -> commands.xadd("dlq-" + name, old));

        assertThat(service.post("/dlq/reprocess", "").json().path("reprocessed").asInt())
                .isEqualTo(1);
        assertThat(service.dequeueAll().getFirst().path("frame_id").asString()).isEqualTo("old");
    }

    @Test
    void whatSomebodyElseWroteIsShownAndStays() {
        var _ =
                redis(commands ->
                        commands.xadd("dlq-" + name, Map.of("note", "by hand".getBytes(UTF_8))));
        enqueue(0, 4);
        drain();

        assertThat(letters("").at("/dead_letters/0/reason").asString()).isEqualTo("unknown");
        assertThat(service.post("/dlq/reprocess", "").json().toString())
                .isEqualTo("{\"reprocessed\":1,\"failed\":1,\"remaining\":1}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/dlq/frames/x",
                "/dlq/frames/1",
                "/dlq/frames?after=x",
                "/dlq/frames?reason=%00",
                "/dlq/frames?count=x"
            })
    void wrongParametersAreRefused(String path) {
        Service.Answer answer = service.get(path);

        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.json().path("type").asString()).isEqualTo("/problems/invalid-parameter");
    }

    @Test
    void clearingEmptiesBothStreamsAndForgetsLeases() {
        enqueue(0, 3);
        var _ =
                redis(commands ->
                        commands.xadd("metadata-" + name, Map.of("frame_id", "m".getBytes(UTF_8))));
        JsonNode taken = service.get("/frames/dequeue?ack=manual").json();
        double before = cleared();

        assertThat(service.post("/buffer/clear", "").text()).isEqualTo("{\"cleared\":4}");

        assertThat(service.get("/frames/dequeue").json().path("count").asInt()).isZero();
        assertThat(service.get("/frames/status").json().at("/buffer/size").asInt()).isZero();
        assertThat(
                        service.post("/frames/ack", "{\"ids\":[" + taken.at("/leases/0/id") + "]}")
                                .json()
                                .at("/results/0/status")
                                .asString())
                .isEqualTo("gone");
        assertThat(cleared() - before).isEqualTo(4);
        enqueue(0, 1);
        assertThat(service.dequeueAll()).hasSize(1);
    }

    private static double cleared() {
        String meter = "frame_buffer_frames_total{operation=\"clear\",status=\"success\"} ";
        return service.get("/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith(meter))
                .mapToDouble(line -> Double.parseDouble(line.substring(meter.length())))
                .sum();
    }

    @Test
    void clearingLeavesToOthersWhatTheyRead() {
        var _ =
                redis(commands ->
                        commands.xadd("metadata-" + name, Map.of("frame_id", "m".getBytes(UTF_8))));
        var _ =
                redis(commands ->
                        commands.xgroupCreate(
                                io.lettuce.core.XReadArgs.StreamOffset.from(
                                        "metadata-" + name, "0"),
                                "others"));

        assertThat(service.post("/buffer/clear", "").text()).isEqualTo("{\"cleared\":1}");

        Long left = redis(commands -> commands.xlen("metadata-" + name));
        assertThat(left).isEqualTo(1);
        assertThat(service.get("/frames/dequeue").json().path("count").asInt()).isZero();
        var _ = redis(commands -> commands.xgroupDestroy("metadata-" + name, "others"));
    }
}
