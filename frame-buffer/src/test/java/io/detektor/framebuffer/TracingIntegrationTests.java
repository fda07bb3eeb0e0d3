package io.detektor.framebuffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.detektor.framebuffer.Otlp.Span;
import io.detektor.localset.LocalSet;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** With {@code FRAME_BUFFER_TRACING}: one trace from producer to consumer, told to a collector. */
class TracingIntegrationTests {

    private static final String TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String PRODUCER = "00f067aa0ba902b7";
    private static final String TRACE = "00-" + TRACE_ID + "-" + PRODUCER + "-01";

    private static final List<Span> spans = new CopyOnWriteArrayList<>();

    private static LocalSet set;
    private static HttpServer collector;
    private static Service service;

    @BeforeAll
    static void start() throws Exception {
        collector =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext(
                "/v1/traces",
                exchange -> {
                    spans.addAll(Otlp.spans(exchange.getRequestBody().readAllBytes()));
                    exchange.sendResponseHeaders(200, -1);
                    exchange.close();
                });
        collector.start();
        set = LocalSet.builder().start();
        service =
                Service.start(
                        set,
                        Service.newName(),
                        "--FRAME_BUFFER_TRACING=true",
                        "--OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://127.0.0.1:"
                                + collector.getAddress().getPort()
                                + "/v1/traces",
                        // who begins no trace is not sampled: what is seen here the producer began
                        "--management.tracing.sampling.probability=0",
                        "--management.opentelemetry.tracing.export.schedule-delay=100ms");
    }

    @AfterAll
    static void stop() {
        service.close();
        set.close();
        collector.stop(0);
    }

    private static int post(String path, String body, String traceparent) {
        return service.post(path, body, "traceparent", traceparent).status();
    }

    /** The one span of this name below another; they come in any order. */
    private static Span span(String parent, String name) {
        AtomicReference<Span> found = new AtomicReference<>();
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> {
                    assertThat(spans)
                            .filteredOn(each -> each.parent().equals(parent))
                            .filteredOn(each -> each.name().equals(name))
                            .singleElement()
                            .satisfies(found::set);
                });
        return found.get();
    }

    @Test
    void aTraceGoesFromTheProducerThroughTheBufferToTheConsumer() {
        assertThat(post("/frames/enqueue", "{\"a\":1}", TRACE)).isEqualTo(200);
        Service.Answer taken = service.get("/frames/dequeue");

        assertThat(taken.text()).startsWith("{\"frames\":[{\"a\":1}],");
        Span request = span(PRODUCER, "http post /frames/enqueue");
        Span enqueue = span(request.id(), "frame.enqueue");
        Span dequeue = span(enqueue.id(), "frame.dequeue");
        assertThat(List.of(request, enqueue, dequeue))
                .allSatisfy(span -> assertThat(span.trace()).isEqualTo(TRACE_ID));
        assertThat(request.kind()).isEqualTo(Otlp.SERVER);
        assertThat(enqueue.kind()).isEqualTo(Otlp.PRODUCER);
        assertThat(dequeue.kind()).isEqualTo(Otlp.CONSUMER);
        assertThat(taken.header("traceparent"))
                .isEqualTo("00-" + TRACE_ID + "-" + enqueue.id() + "-01");
    }

    @Test
    void theFramesOfABatchHaveOneContext() {
        assertThat(post("/frames/batch", "[{\"a\":2},{\"a\":3}]", TRACE)).isEqualTo(200);
        JsonNode taken = service.get("/frames/dequeue?count=2").json();

        Span enqueue = span(span(PRODUCER, "http post /frames/batch").id(), "frame.enqueue");
        assertThat(taken.path("traceparents"))
                .extracting(JsonNode::asString)
                .containsExactly(
                        "00-" + TRACE_ID + "-" + enqueue.id() + "-01",
                        "00-" + TRACE_ID + "-" + enqueue.id() + "-01");
    }

    @Test
    void whatIsNotSampledIsNotToldAndStillCarriedOn() {
        String trace = "0af7651916cd43dd8448eb211c80319c";
        assertThat(post("/frames/enqueue", "{}", "00-" + trace + "-" + PRODUCER + "-00"))
                .isEqualTo(200);
        Service.Answer taken = service.get("/frames/dequeue");

        assertThat(taken.header("traceparent")).startsWith("00-" + trace + "-").endsWith("-00");
        // an export has all that ended before it, and the second one here began after the first had
        // come: what was to come before has come
        for (int i = 0; i < 2; i++) {
            String id = "00f067aa0ba902b" + i;
            post("/frames/nack", "", "00-" + TRACE_ID + "-" + id + "-01");
            span(id, "http post /frames/nack");
        }
        assertThat(spans).noneMatch(span -> span.trace().equals(trace));
    }

    @Test
    void eachKindOfRequestHasItsTimesByStatus() {
        service.post("/frames/ack", "");

        assertThat(service.get("/metrics").text())
                .containsPattern(
                        "http_server_requests_seconds_count\\{[^}]*status=\"400\"[^}]*"
                                + "uri=\"/frames/ack\"[^}]*} [1-9]");
    }
}
