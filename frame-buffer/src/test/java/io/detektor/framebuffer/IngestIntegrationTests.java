package io.detektor.framebuffer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.detektor.localset.LocalSet;
import io.detektor.redisha.durability.WriterStatistics;
import java.time.Duration;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Images, batches, idempotency and trace context, on a real set. */
class IngestIntegrationTests {

    private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    private static LocalSet set;

    private static final String name = Service.newName();
    private static Service service;

    /** Keys are remembered beyond a test. */
    private final String key = Service.newName();

    @BeforeAll
    static void start() {
        set = LocalSet.builder().start();
        service = Service.start(set, name, "--frame-buffer.enqueue.max-batch-frames=500");
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

    private static byte[] image(int size) {
        byte[] image = new byte[size];
        new Random(size).nextBytes(image);
        return image;
    }

    private static void assertProblem(Service.Answer answer, int status, String type) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.json().path("type").asString()).isEqualTo("/problems/" + type);
    }

    @Test
    void anImageComesBackAsItWasSent() {
        byte[] image = image(40_000);

        Service.Answer sent =
                service.post(
                        "/frames",
                        image,
                        "Content-Type",
                        "image/jpeg",
                        "X-Frame-Id",
                        "cam \"1\"-7",
                        "X-Camera-Id",
                        "cam 1",
                        "X-Frame-Timestamp",
                        "2026-11-23T10:00:00Z",
                        "traceparent",
                        TRACE);
        assertThat(sent.status()).as(sent.text()).isEqualTo(200);
        assertThat(sent.json().path("frame_id").asString()).isEqualTo("cam \"1\"-7");

        Service.Answer got = service.get("/frames/dequeue?ack=manual", "Accept", "image/jpeg");
        assertThat(got.bytes()).isEqualTo(image);
        assertThat(got.header("Content-Type")).isEqualTo("image/jpeg");
        assertThat(got.header("X-Frame-Id")).isEqualTo("cam \"1\"-7");
        assertThat(got.header("X-Camera-Id")).isEqualTo("cam 1");
        assertThat(got.header("X-Frame-Timestamp")).isEqualTo("2026-11-23T10:00:00Z");
        assertThat(got.header("X-Message-Id")).isEqualTo(sent.json().path("message_id").asString());
        assertThat(got.header("traceparent")).isEqualTo(TRACE);
        assertThat(
                        service.post(
                                        "/frames/ack",
                                        "{\"ids\":[\"" + got.header("X-Lease-Id") + "\"]}")
                                .json()
                                .path("acknowledged")
                                .asInt())
                .isEqualTo(1);
        assertThat(service.get("/frames/dequeue", "Accept", "image/jpeg").status()).isEqualTo(204);
    }

    @Test
    void whoAsksForJsonGetsAnImageAsBase64() throws Exception {
        byte[] image = image(1000);
        service.post("/frames", image, "Content-Type", "application/octet-stream");

        JsonNode frame = service.get("/frames/dequeue").json().at("/frames/0");

        assertThat(frame.path("frame_id").asString()).isEqualTo("unknown");
        assertThat(frame.path("format").asString()).isEqualTo("raw");
        assertThat(frame.path("size_bytes").asInt()).isEqualTo(1000);
        assertThat(frame.path("data").binaryValue()).isEqualTo(image);
    }

    @Test
    void severalComeAsMultipart() {
        byte[] image = image(500);
        service.post("/frames", image, "Content-Type", "image/png", "X-Frame-Id", "a");
        service.enqueue("{\"frame_id\":\"b\"}", null);

        Service.Answer got = service.get("/frames/dequeue?count=5", "Accept", "multipart/mixed");

        String type = got.header("Content-Type");
        assertThat(type).startsWith("multipart/mixed;boundary=");
        String boundary = "--" + type.substring(type.indexOf('=') + 1).replace("\"", "");
        String text = new String(got.bytes(), ISO_8859_1);
        String[] parts = text.split("(\r\n)?" + boundary, -1);
        assertThat(parts).hasSize(4);
        assertThat(parts[1])
                .contains("Content-Type: image/png", "Content-Length: 500", "X-Frame-Id: a")
                .endsWith("\r\n\r\n" + new String(image, ISO_8859_1));
        assertThat(parts[2]).endsWith("\r\n\r\n{\"frame_id\":\"b\"}");
        assertThat(parts[3]).isEqualTo("--\r\n");
    }

    @ParameterizedTest
    @CsvSource({
        "text/plain, x, 415, unsupported-media-type",
        "image/*, x, 415, unsupported-media-type",
        "nonsense, x, 415, unsupported-media-type",
        "image/jpeg, '', 400, malformed-frame"
    })
    void whatIsNoImageIsRefused(String type, String body, int status, String problem) {
        assertProblem(service.post("/frames", body, "Content-Type", type), status, problem);
    }

    @Test
    void aHeaderThatIsGivenTwiceIsRefused() {
        assertProblem(
                service.post(
                        "/frames",
                        "x",
                        "Content-Type",
                        "image/jpeg",
                        "X-Frame-Id",
                        "a",
                        "X-Frame-Id",
                        "b"),
                400,
                "invalid-header");
    }

    @ParameterizedTest
    @CsvSource({"application/json, '[', ',', ']'", "application/x-ndjson, '', '\n', '\n'"})
    void aBatchIsStoredInItsOrderWithOneConfirmation(
            String type, String begin, String separator, String end) {
        String body =
                IntStream.range(0, 500)
                        .mapToObj(i -> "{ \"frame_id\":" + i + ",\"x\":1.0 }")
                        .collect(Collectors.joining(separator, begin, end));
        long before = service.bean(WriterStatistics.class).batches();

        Service.Answer answer = service.post("/frames/batch", body, "Content-Type", type);

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(service.bean(WriterStatistics.class).batches() - before).isEqualTo(1);
        assertThat(answer.json().path("enqueued").asInt()).isEqualTo(500);
        assertThat(answer.json().at("/results/7/frame_id").asInt()).isEqualTo(7);
        assertThat(answer.json().at("/results/499/queue_size").asInt()).isEqualTo(500);
        assertThat(service.get("/frames/dequeue?count=2").text())
                .startsWith(
                        "{\"frames\":[{ \"frame_id\":0,\"x\":1.0 },{ \"frame_id\":1,\"x\":1.0 }],");
        assertThat(service.dequeueAll())
                .extracting(frame -> frame.path("frame_id").asInt())
                .isEqualTo(IntStream.range(2, 500).boxed().toList());
    }

    @Test
    void eachPlaceOfABatchHasItsAnswer() {
        Service.Answer answer =
                service.post("/frames/batch", "[{\"frame_id\":1}, 7, {\"frame_id\":3}]");

        assertThat(answer.status()).isEqualTo(207);
        JsonNode json = answer.json();
        assertThat(json.path("enqueued").asInt()).isEqualTo(2);
        assertThat(json.path("failed").asInt()).isEqualTo(1);
        assertThat(json.at("/results/0/status").asString()).isEqualTo("enqueued");
        assertThat(json.at("/results/1/type").asString()).isEqualTo("/problems/malformed-frame");
        assertThat(json.at("/results/2/frame_id").asInt()).isEqualTo(3);
        assertThat(service.dequeueAll()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/json|{}|400|malformed-request",
                "application/json|[]|400|malformed-request",
                "application/json|[{}|400|malformed-request",
                "application/json|[{}] x|400|malformed-request",
                "application/json|[1,2]|400|malformed-frame",
                "application/x-ndjson|''|400|malformed-request",
                "text/plain|{}|415|unsupported-media-type"
            })
    void whatIsNoBatchIsRefused(String type, String body, int status, String problem) {
        assertProblem(service.post("/frames/batch", body, "Content-Type", type), status, problem);
    }

    @Test
    void aBatchOfTooManyIsRefusedWhole() {
        assertProblem(
                service.post("/frames/batch", "[" + "{},".repeat(500) + "{}]"),
                400,
                "malformed-request");
        assertThat(service.dequeueAll()).isEmpty();
    }

    @Test
    void aRepeatedKeyGivesTheFirstAnswer() {
        Service.Answer first = service.enqueue("{\"frame_id\":1}", key);
        service.enqueue("{\"frame_id\":2}", null);
        Service.Answer again = service.enqueue("{\"frame_id\":1}", key);

        assertThat(again.text()).isEqualTo(first.text());
        assertThat(again.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(first.header("Idempotency-Replayed")).isEmpty();
        assertThat(service.dequeueAll()).hasSize(2);
    }

    @Test
    void aKeyWithAnotherBodyIsRefused() {
        service.enqueue("{\"frame_id\":1}", key);

        Service.Answer other = service.enqueue("{\"frame_id\":2}", key);

        assertProblem(other, 422, "idempotency-key-reused");
        assertThat(other.json().path("outcome").asString()).isEqualTo("not-stored");
        assertThat(service.dequeueAll()).hasSize(1);
    }

    @Test
    void theKeyOfABatchCountsForEachPlace() {
        Service.Answer first =
                service.post("/frames/batch", "[{\"a\":1},{\"a\":2}]", "Idempotency-Key", key);
        Service.Answer again =
                service.post("/frames/batch", "[{\"a\":1},{\"a\":2}]", "Idempotency-Key", key);
        Service.Answer other =
                service.post("/frames/batch", "[{\"a\":1},{\"a\":3}]", "Idempotency-Key", key);

        assertThat(again.text()).isEqualTo(first.text());
        assertThat(other.json().at("/results/1/type").asString())
                .isEqualTo("/problems/idempotency-key-reused");
        assertThat(service.dequeueAll()).hasSize(2);
    }

    @Test
    void aKeyOutlivesTheMaster() {
        Service.Answer first = service.enqueue("{\"frame_id\":1}", key);
        set.switchMaster();

        Service.Answer again =
                service.enqueueUntilConfirmed("{\"frame_id\":1}", key, Duration.ofSeconds(30));

        assertThat(again.text()).isEqualTo(first.text());
        assertThat(service.enqueue("{\"frame_id\":2}", key).status()).isEqualTo(422);
        set.awaitReplicas(Duration.ofSeconds(30));
    }

    @Test
    void byASettingTheFrameIdIsTheKey() {
        try (Service other =
                Service.start(
                        set, Service.newName(), "--frame-buffer.enqueue.frame-id-is-key=true")) {
            Service.Answer first = other.enqueue("{\"frame_id\":\"a\"}", null);
            assertThat(other.enqueue("{\"frame_id\":\"a\"}", null).text()).isEqualTo(first.text());
            assertProblem(
                    other.enqueue("{\"frame_id\":\"a\",\"x\":1}", null),
                    422,
                    "idempotency-key-reused");
            other.enqueue("{}", null);
            other.enqueue("{}", null);
            assertThat(other.dequeueAll()).as("frames without id are all new ones").hasSize(3);
        }
    }

    @Test
    void theTraceOfTheProducerReachesTheConsumer() {
        service.post("/frames/enqueue", "{\"a\":1}", "traceparent", TRACE);
        service.post("/frames/enqueue", "{\"a\":2}", "traceparent", "nonsense");
        service.post("/frames/enqueue", "{\"a\":3}", "traceparent", TRACE);

        Service.Answer first = service.get("/frames/dequeue");
        assertThat(first.header("traceparent")).isEqualTo(TRACE);
        assertThat(first.text()).startsWith("{\"frames\":[{\"a\":1}],");
        assertThat(service.get("/frames/dequeue?count=2").json().path("traceparents").toString())
                .isEqualTo("[null,\"" + TRACE + "\"]");
    }

    @Test
    void aBufferWithTooManyBytesIsRefusedForAWhileAndNothingIsTrimmed() {
        try (Service small =
                Service.start(
                        set,
                        Service.newName(),
                        "--frame-buffer.streams.max-size=1MB",
                        "--CONSUMER_BLOCK_MS=100")) {
            byte[] image = image(100_000);
            int stored = 0;
            Service.Answer answer = small.post("/frames", image, "Content-Type", "image/jpeg");
            while (answer.status() == 200 && stored < 50) {
                stored++;
                answer = small.post("/frames", image, "Content-Type", "image/jpeg");
            }

            assertProblem(answer, 429, "buffer-bytes-full");
            assertThat(answer.json().path("outcome").asString()).isEqualTo("not-stored");
            assertThat(Integer.parseInt(answer.header("Retry-After"))).isBetween(1, 30);
            assertThat(stored).isBetween(5, 11);
            assertThat(small.dequeueAll()).as("all that was confirmed").hasSize(stored);
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() ->
                            assertThat(
                                            small.post(
                                                            "/frames",
                                                            image,
                                                            "Content-Type",
                                                            "image/jpeg")
                                                    .status())
                                    .isEqualTo(200));
        }
    }

    @Test
    void theTokenGuardsWhatChangesOrShowsTheBuffer() {
        try (Service guarded =
                Service.start(set, Service.newName(), "--FRAME_BUFFER_TOKEN=open sesame")) {
            for (String path :
                    new String[] {
                        "/frames/enqueue",
                        "/frames",
                        "/frames/batch",
                        "/frames/ack",
                        "/frames/nack",
                        "/frames/f-1-1-0123456789abcdef/extend",
                        "/buffer/clear",
                        "/dlq/reprocess",
                        "/frames/dlq/clear"
                    }) {
                Service.Answer refused = guarded.post(path, "{}");
                assertProblem(refused, 401, "unauthorized");
                assertThat(refused.header("WWW-Authenticate")).isEqualTo("Bearer");
                assertThat(refused.text()).doesNotContain("sesame");
                assertThat(guarded.post(path, "{}", "Authorization", "Bearer open").status())
                        .isEqualTo(401);
            }
            assertProblem(guarded.get("/frames/dequeue"), 401, "unauthorized");
            assertProblem(guarded.get("/dlq/frames"), 401, "unauthorized");
            assertThat(
                            guarded.post(
                                            "/frames/enqueue",
                                            "{}",
                                            "Authorization",
                                            "Bearer open sesame")
                                    .status())
                    .isEqualTo(200);
            assertThat(guarded.get("/frames/status").status()).isEqualTo(200);
            assertThat(guarded.get("/health").status()).isEqualTo(200);
            assertThat(guarded.get("/metrics").status()).isEqualTo(200);
            assertThat(guarded.get("/buffer/backpressure").status()).isEqualTo(200);
        }
    }
}
