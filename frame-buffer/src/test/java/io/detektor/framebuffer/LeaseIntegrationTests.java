package io.detektor.framebuffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.detektor.localset.LocalSet;
import io.detektor.redisha.master.MasterConnection;
import io.detektor.redisha.master.MasterConnections;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Frames that their takers acknowledge themselves, on a real set. */
class LeaseIntegrationTests {

    private static LocalSet set;

    private static final String name = Service.newName();
    private static Service service;

    @BeforeAll
    static void start() {
        set = LocalSet.builder().start();
        service = Service.start(set, name, "--frame-buffer.lease.max-deliveries=3");
    }

    @AfterAll
    static void stop() {
        service.close();
        set.close();
    }

    @BeforeEach
    void clear() {
        assertThat(service.post("/buffer/clear", "").status()).isEqualTo(200);
        assertThat(service.post("/frames/dlq/clear", "").status()).isEqualTo(200);
    }

    private JsonNode take(String parameters) {
        Service.Answer answer = service.get("/frames/dequeue?ack=manual" + parameters);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json();
    }

    private void enqueue(int count) {
        for (int i = 0; i < count; i++) {
            assertThat(service.enqueue("{\"frame_id\":" + i + "}", null).status()).isEqualTo(200);
        }
    }

    private static List<Integer> ids(JsonNode taken) {
        List<Integer> ids = new ArrayList<>();
        taken.path("frames").forEach(frame -> ids.add(frame.path("frame_id").asInt()));
        return ids;
    }

    private static String lease(JsonNode taken, int index) {
        return taken.at("/leases/" + index + "/id").asString();
    }

    private JsonNode ack(String... leases) {
        Service.Answer answer = service.post("/frames/ack", body(leases, ""));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json();
    }

    private JsonNode nack(String more, String... leases) {
        Service.Answer answer = service.post("/frames/nack", body(leases, more));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json();
    }

    private static String body(String[] leases, String more) {
        return "{\"ids\":[\"" + String.join("\",\"", leases) + "\"]" + more + "}";
    }

    private int size() {
        return service.get("/frames/status").json().at("/buffer/size").asInt();
    }

    @Test
    void aLeasedFrameIsThereUntilItIsAcknowledged() {
        enqueue(3);

        JsonNode taken = take("&count=2");

        assertThat(ids(taken)).containsExactly(0, 1);
        assertThat(taken.path("count").asInt()).isEqualTo(2);
        assertThat(taken.path("remaining").asInt()).isEqualTo(1);
        JsonNode lease = taken.at("/leases/0");
        assertThat(lease.propertyNames())
                .containsExactly("id", "message_id", "deliveries", "expires_in_ms");
        assertThat(lease.path("deliveries").asInt()).isEqualTo(1);
        assertThat(lease.path("expires_in_ms").asInt()).isEqualTo(30_000);
        assertThat(size()).isEqualTo(3);
        JsonNode rest = take("&count=10");
        assertThat(ids(rest)).as("leased ones are nobody else's").containsExactly(2);
        assertThat(rest.path("remaining").asInt()).isZero();

        JsonNode acked = ack(lease(taken, 0), lease(taken, 1));

        assertThat(acked.path("acknowledged").asInt()).isEqualTo(2);
        assertThat(acked.at("/results/0/status").asString()).isEqualTo("acknowledged");
        assertThat(size()).isEqualTo(1);
        assertThat(ack(lease(taken, 0)).at("/results/0/status").asString())
                .as("the second time")
                .isEqualTo("gone");
    }

    @Test
    void anExpiredLeaseIsHandedOutAgainAndItsHolderLearnsIt() {
        enqueue(2);
        JsonNode first = take("&count=1&lease=1s");

        JsonNode again = take("&count=1&lease=30s&wait=10s");
        assertThat(ids(again)).as("younger frames first, while it is leased").containsExactly(1);
        JsonNode second = take("&count=1&lease=30s&wait=10s");

        assertThat(ids(second)).containsExactly(0);
        assertThat(second.at("/leases/0/deliveries").asInt()).isEqualTo(2);
        assertThat(ack(lease(first, 0)).at("/results/0/status").asString()).isEqualTo("lost");
        assertThat(service.post("/frames/" + lease(first, 0) + "/extend", "").status())
                .isEqualTo(409);
        assertThat(ack(lease(second, 0)).path("acknowledged").asInt()).isEqualTo(1);
        assertThat(service.get("/metrics").text())
                .containsPattern("frame_buffer_redelivered_total [1-9]")
                .containsPattern("frame_buffer_leases_total\\{result=\"lost\"} [1-9]");
    }

    @Test
    void whoIsLateMayStillAcknowledgeWhatNobodyElseWasGiven() {
        enqueue(1);
        JsonNode taken = take("&lease=1s");
        try (MasterConnection redis = service.bean(MasterConnections.class).open("test")) {
            String due = "frames-" + name + ":frame-buffer-group:lease-due";
            await().atMost(Duration.ofSeconds(10))
                    .until(() ->
                            redis.call(commands -> commands.zcard(due))
                                            .orTimeout(5, TimeUnit.SECONDS)
                                            .join()
                                    == 0);
        }

        assertThat(ack(lease(taken, 0)).path("acknowledged").asInt()).isEqualTo(1);
        assertThat(take("").path("count").asInt()).isZero();
        assertThat(size()).isZero();
    }

    @Test
    void anExtendedLeaseLastsLonger() {
        enqueue(1);
        JsonNode taken = take("&lease=1s");

        Service.Answer extended =
                service.post("/frames/" + lease(taken, 0) + "/extend?lease=1h", "");

        assertThat(extended.status()).isEqualTo(200);
        assertThat(extended.json().path("expires_in_ms").asInt()).isEqualTo(3_600_000);
        assertThat(take("&wait=2s").path("count").asInt()).isZero();
        assertThat(ack(lease(taken, 0)).path("acknowledged").asInt()).isEqualTo(1);
        assertThat(service.post("/frames/" + lease(taken, 0) + "/extend", "").status())
                .isEqualTo(404);
    }

    @Test
    void whatIsGivenBackComesAgainAtOnceOrLater() {
        enqueue(2);
        JsonNode taken = take("&count=2");

        JsonNode returned = nack(",\"delay\":\"1s\"", lease(taken, 0));
        assertThat(returned.path("returned").asInt()).isEqualTo(1);
        nack("", lease(taken, 1));

        JsonNode first = take("&wait=5s");
        assertThat(ids(first)).containsExactly(1);
        long start = System.nanoTime();
        JsonNode second = take("&wait=5s");
        assertThat(ids(second)).containsExactly(0);
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isGreaterThan(Duration.ofMillis(400));
        assertThat(nack("", lease(taken, 0)).at("/results/0/status").asString()).isEqualTo("lost");
    }

    @Test
    void afterSoManyDeliveriesAFrameIsADeadLetterWithItsStory() {
        String frame = "{ \"frame_id\": \"poison\", \"x\":1.0 }";
        service.enqueue(frame, null);
        for (int i = 1; i <= 3; i++) {
            JsonNode taken = take("&wait=5s");
            assertThat(taken.at("/leases/0/deliveries").asInt()).isEqualTo(i);
            nack(",\"error\":\"no. " + i + "\"", lease(taken, 0));
        }

        await().atMost(Duration.ofSeconds(10)).until(() -> size() == 0);
        assertThat(take("").path("count").asInt()).isZero();
        JsonNode letter = service.get("/dlq/frames").json().at("/dead_letters/0");
        assertThat(letter.path("reason").asString()).isEqualTo("max_deliveries");
        assertThat(letter.path("deliveries").asInt()).isEqualTo(3);
        assertThat(letter.path("first_error").asString()).isEqualTo("no. 1");
        assertThat(letter.path("last_error").asString()).isEqualTo("no. 3");
        assertThat(letter.path("stream").asString()).isEqualTo("frames-" + name);
        assertThat(service.get("/metrics").text())
                .containsPattern("frame_buffer_dlq_total\\{reason=\"max_deliveries\"} [1-9]");

        assertThat(service.post("/dlq/reprocess", "").json().path("reprocessed").asInt())
                .isEqualTo(1);
        Service.Answer back = service.get("/frames/dequeue?ack=manual");
        assertThat(back.text()).startsWith("{\"frames\":[" + frame + "],");
        assertThat(back.json().at("/leases/0/deliveries").asInt()).as("a new life").isEqualTo(1);
    }

    @Test
    void leasesOutliveAMachineThatRestartsAndBelongToAll() {
        enqueue(2);
        JsonNode taken = take("&count=2&lease=2s");
        service.close();
        service = Service.start(set, name, "--frame-buffer.lease.max-deliveries=3");

        assertThat(ack(lease(taken, 0)).path("acknowledged").asInt()).isEqualTo(1);
        assertThat(ids(take("&wait=10s"))).containsExactly(1);
    }

    @Test
    void metadataOfTheCaptureServiceIsLeasedToo() {
        try (MasterConnection redis = service.bean(MasterConnections.class).open("test")) {
            Map<String, byte[]> fields = Map.of("frame_id", "m1".getBytes(StandardCharsets.UTF_8));
            var _ =
                    redis.call(commands -> commands.xadd("metadata-" + name, fields))
                            .orTimeout(5, TimeUnit.SECONDS)
                            .join();
        }

        JsonNode taken = take("&wait=5s");

        assertThat(taken.at("/frames/0/frame_id").asString()).isEqualTo("m1");
        assertThat(lease(taken, 0)).startsWith("m-");
        assertThat(ack(lease(taken, 0)).path("acknowledged").asInt()).isEqualTo(1);
        assertThat(size()).isZero();
    }

    @Test
    void manyWaitForAFrameWithoutHoldingUpAnybody() {
        int waiting = 100;
        List<CompletableFuture<JsonNode>> takes =
                IntStream.range(0, waiting)
                        .mapToObj(_ ->
                                CompletableFuture.supplyAsync(
                                        () -> take("&wait=20s"),
                                        task -> {
                                            var _ = Thread.ofVirtual().start(task);
                                        }))
                        .toList();
        // those that do not wait are answered as ever
        for (int i = 0; i < 20; i++) {
            long start = System.nanoTime();
            assertThat(service.get("/frames/status").status()).isEqualTo(200);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isLessThan(Duration.ofSeconds(2));
        }
        int platformThreads = Thread.activeCount();

        enqueue(waiting);

        List<Integer> all = new ArrayList<>();
        takes.forEach(take -> all.addAll(ids(take.orTimeout(20, TimeUnit.SECONDS).join())));
        assertThat(all)
                .containsExactlyInAnyOrderElementsOf(IntStream.range(0, waiting).boxed().toList());
        assertThat(platformThreads).isLessThan(waiting);
    }

    @Test
    void aWaitThatFindsNothingEndsInTime() {
        long start = System.nanoTime();
        Service.Answer answer = service.get("/frames/dequeue?wait=1s");

        assertThat(answer.text()).isEqualTo("{\"frames\":[],\"count\":0,\"remaining\":0}");
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(950), Duration.ofSeconds(3));
    }

    @Test
    void framesOfAClientThatLeftWhileItWaitedGoToTheNextAndDoNotCount() throws Exception {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), service.base().getPort())) {
            socket.getOutputStream()
                    .write(
                            "GET /frames/dequeue?ack=manual&wait=20s HTTP/1.1\r\nHost: x\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
        }
        enqueue(1);

        JsonNode taken = take("&wait=10s");

        assertThat(ids(taken)).containsExactly(0);
        assertThat(taken.at("/leases/0/deliveries").asInt()).isEqualTo(1);
    }

    @Test
    void aStopAnswersThoseWhoWait() {
        Service stopping = Service.start(set, Service.newName());
        CompletableFuture<Service.Answer> waiting =
                CompletableFuture.supplyAsync(() -> stopping.get("/frames/dequeue?wait=30s"));
        // the first read makes the group, so it is there when somebody waits
        await().atMost(Duration.ofSeconds(10))
                .until(() -> stopping.get("/frames/dequeue").status() == 200 && !waiting.isDone());
        long start = System.nanoTime();

        stopping.close();

        Service.Answer answer = waiting.orTimeout(10, TimeUnit.SECONDS).join();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ack=perhaps",
                "ack=manual&lease=0s",
                "ack=manual&lease=13h",
                "ack=manual&lease=soon",
                "wait=1d",
                "wait=-1s",
                "wait=99999999999s",
                "count=1&count=2"
            })
    void wrongParametersAreRefused(String parameters) {
        Service.Answer answer = service.get("/frames/dequeue?" + parameters);

        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.json().path("type").asString()).isEqualTo("/problems/invalid-parameter");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"ids\":[]}",
                "{\"ids\":\"x\"}",
                "{\"ids\":[1]}",
                "{\"ids\":[\"x\"],\"delay\":\"never\"}",
                "{\"ids\":[\"x\"],\"error\":7}"
            })
    void wrongBodiesAreRefused(String body) {
        Service.Answer answer = service.post("/frames/nack", body);

        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.json().path("type").asString()).isEqualTo("/problems/malformed-request");
    }

    @Test
    void whatIsNoLeaseIsSaidToBeNone() {
        assertThat(ack("x", "f-1-1-0123456789abcdef").path("results").toString())
                .isEqualTo(
                        "[{\"id\":\"x\",\"status\":\"invalid\"},"
                                + "{\"id\":\"f-1-1-0123456789abcdef\",\"status\":\"gone\"}]");
    }

    @Test
    void nobodyAcknowledgesByGuessing() {
        enqueue(1);
        JsonNode taken = take("");
        String guessed = lease(taken, 0).replaceAll(".{4}$", "0000");

        assertThat(ack(guessed).at("/results/0/status").asString()).isEqualTo("lost");
        assertThat(size()).isEqualTo(1);
    }
}
