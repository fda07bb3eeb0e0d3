package io.detektor.framebuffer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.detektor.framebuffer.stream.FrameBatch;
import io.detektor.framebuffer.stream.FrameLeases;
import io.detektor.framebuffer.stream.LeaseId;
import io.detektor.framebuffer.stream.LeasedFrame;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code GET /frames/dequeue} as version 1 had it. */
class DequeueContractTests extends HttpTestBase {

    @Test
    void anEmptyQueueGivesAnEmptyList() {
        Answer answer = get("/frames/dequeue");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(answer.text()).isEqualTo("{\"frames\":[],\"count\":0,\"remaining\":0}");
    }

    @Test
    void framesComeOldestFirstAndByteForByte() {
        String first =
                "{ \"frame_id\" : 1.0e2, \"n\":null,\"d\":{\"x\":[1,{}]},\"ü\":\"\\u00e9\" }";
        String second = "{\"frame_id\":\"b\"}";
        enqueue(first);
        enqueue(second);
        enqueue("{\"frame_id\":\"c\"}");

        assertThat(get("/frames/dequeue?count=2").text())
                .isEqualTo(
                        "{\"frames\":[" + first + "," + second + "],\"count\":2,\"remaining\":1}");
        assertThat(get("/frames/dequeue?count=2").text())
                .isEqualTo("{\"frames\":[{\"frame_id\":\"c\"}],\"count\":1,\"remaining\":0}");
    }

    @Test
    void theStreamOfTheCaptureServiceIsServedToo() {
        log.addMetadata(Map.of("frame_id", "m1", "resolution", "[640, 360]"));

        var frame = get("/frames/dequeue").json().at("/frames/0");

        assertThat(frame.path("frame_id").asString()).isEqualTo("m1");
        assertThat(frame.path("width").isInt()).isTrue();
        assertThat(frame.path("width").asInt()).isEqualTo(640);
        assertThat(frame.path("height").asInt()).isEqualTo(360);
        assertThat(frame.path("format").asString()).isEqualTo("bgr24");
        assertThat(frame.path("size_bytes").isInt()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "'', 1",
        "?count=1, 1",
        "?count=0, 1",
        "?count=-5, 1",
        "?count=%2B3, 3",
        "?count=7, 7",
        "?count=100, 100",
        "?count=101, 100",
        "?count=99999999999999999999999, 100",
        "?count=-99999999999999999999999, 1",
        "?other=5, 1"
    })
    void countIsBroughtIntoItsLimits(String query, int count) {
        IntStream.range(0, 120).forEach(_ -> enqueue("{}"));

        assertThat(get("/frames/dequeue" + query).json().path("count").asInt()).isEqualTo(count);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?count=",
                "?count",
                "?count=x",
                "?count=1.5",
                "?count=1e2",
                "?count=%20",
                "?count=0x10",
                "?count=1&count=2",
                "?count=%D9%A1"
            })
    void aCountThatIsNoWholeNumberIsRefused(String query) {
        Answer answer = get("/frames/dequeue" + query);

        assertProblem(answer, 400, "invalid-parameter");
        assertThat(answer.json().path("name").asString()).isEqualTo("count");
    }

    @Test
    void otherMethodsAreRefused() {
        Answer answer = send(request("/frames/dequeue").POST(BodyPublishers.noBody()));

        assertProblem(answer, 405, "method-not-allowed");
        assertThat(answer.header("Allow")).isEqualTo("GET");
    }

    @Test
    void withoutRedisEveryFrameStaysAndTheAnswerSaysSo() {
        enqueue("{}");
        log.reachable(false);

        Answer answer = get("/frames/dequeue");

        assertProblem(answer, 503, "redis-unavailable");
        assertThat(answer.header("Retry-After")).isEqualTo("1");
        log.reachable(true);
        assertThat(get("/frames/dequeue").json().path("count").asInt()).isEqualTo(1);
    }

    @Test
    void aFrameIsAcknowledgedWhenItWasHandedOut() {
        enqueue("{}");

        get("/frames/dequeue");

        await().untilAsserted(() ->
                assertThat(get("/frames/status").json().at("/redis/queue_size").asInt()).isZero());
    }

    /** The answer is far longer than what sockets buffer: it cannot be written without a reader. */
    @Test
    void framesOfAClientThatGoesAwayComeAgain() throws IOException {
        String large = "{\"frame_id\":1,\"data\":\"" + "A".repeat(7_000_000) + "\"}";
        for (int i = 0; i < 6; i++) {
            assertThat(enqueue(large).status()).isEqualTo(200);
        }

        try (Socket socket = connect()) {
            ask(socket, 6);
            assertThat(socket.getInputStream().read()).isEqualTo('H');
        }

        await().untilAsserted(() ->
                assertThat(get("/frames/dequeue?count=6").json().path("count").asInt())
                        .isEqualTo(6));
    }

    /** Frames that are leased out to nobody would be missing until their lease ends. */
    @Test
    void aLeaseThatIsGrantedWhenItsTakerIsGoneIsEnded() throws IOException {
        fill(1);
        LeaseId lease = LeaseId.parse("f-1-1-0123456789abcdef").orElseThrow();
        CompletableFuture<FrameBatch> asked = new CompletableFuture<>();
        CompletableFuture<List<LeasedFrame>> granted = new CompletableFuture<>();
        CompletableFuture<List<LeaseId>> ended = new CompletableFuture<>();
        leases.set(
                (FrameLeases)
                        Proxy.newProxyInstance(
                                FrameLeases.class.getClassLoader(),
                                new Class<?>[] {FrameLeases.class},
                                (_, method, arguments) ->
                                        switch (method.getName()) {
                                            case "lease" -> {
                                                asked.complete((FrameBatch) arguments[0]);
                                                yield granted;
                                            }
                                            case "undelivered" ->
                                                    ended.complete(leaseIds(arguments[0]));
                                            default ->
                                                    throw new IllegalStateException(
                                                            method.getName());
                                        }));
        try (Socket socket = connect()) {
            socket.getOutputStream()
                    .write(
                            "GET /frames/dequeue?ack=manual HTTP/1.1\r\nHost: x\r\n\r\n"
                                    .getBytes(UTF_8));
            FrameBatch batch = asked.orTimeout(10, TimeUnit.SECONDS).join();
            socket.shutdownOutput();
            assertThat(socket.getInputStream().read()).as("the server closed, too").isEqualTo(-1);

            granted.complete(List.of(new LeasedFrame(lease, batch.frames().getFirst(), 1)));
        }

        assertThat(ended.orTimeout(10, TimeUnit.SECONDS).join()).containsExactly(lease);
    }

    private static List<LeaseId> leaseIds(Object list) {
        return ((List<?>) list).stream().map(LeaseId.class::cast).toList();
    }

    @Test
    void framesOfAClientThatDoesNotReadComeAgain() throws IOException {
        String large = "{\"frame_id\":1,\"data\":\"" + "A".repeat(7_000_000) + "\"}";
        for (int i = 0; i < 6; i++) {
            assertThat(enqueue(large).status()).isEqualTo(200);
        }

        try (Socket socket = connect()) {
            ask(socket, 6);
            assertThat(socket.getInputStream().read()).isEqualTo('H');
            // the socket stays open: after the write timeout the frames are another's
            await().untilAsserted(() ->
                    assertThat(get("/frames/dequeue?count=6").json().path("count").asInt())
                            .isEqualTo(6));
        }
    }

    private static void ask(Socket socket, int count) throws IOException {
        socket.getOutputStream()
                .write(
                        ("GET /frames/dequeue?count=" + count + " HTTP/1.1\r\nHost: x\r\n\r\n")
                                .getBytes(UTF_8));
    }
}
