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

    private static Span span(String name) {
        await().atMost(Duration.ofSeconds(10))
                .until(() -> spans.stream().anyMatch(span -> span.name().equals(name)));
        return spans.stream().filter(span -> span.name().equals(name)).findFirst().orElseThrow();
    }

    @Test
    void aTraceGoesFromTheProducerThroughTheBufferToTheConsumer() {
        service.post("/frames/enqueue", "{\"a\":1}", "traceparent", TRACE);
        service.post("/frames/batch", "[{\"a\":2},{\"a\":3}]", "traceparent", TRACE);

        Service.Answer taken = service.get("/frames/dequeue");

        Span request = span("http post /frames/enqueue");
        Span enqueue = span("frame.enqueue");
        Span dequeue = span("frame.dequeue");
        assertThat(request)
                .isEqualTo(new Span(TRACE_ID, request.id(), PRODUCER, request.name(), 2));
        assertThat(enqueue)
                .isEqualTo(new Span(TRACE_ID, enqueue.id(), request.id(), "frame.enqueue", 4));
        assertThat(dequeue)
                .isEqualTo(new Span(TRACE_ID, dequeue.id(), enqueue.id(), "frame.dequeue", 5));
        assertThat(taken.header("traceparent"))
                .isEqualTo("00-" + TRACE_ID + "-" + enqueue.id() + "-01");

        JsonNode batch = service.get("/frames/dequeue?count=2&ack=manual").json();
        Span ofBatch = span("http post /frames/batch");
        String context = batch.at("/traceparents/0").asString();
        assertThat(batch.at("/traceparents/1").asString()).isEqualTo(context);
        assertThat(spans)
                .filteredOn(span -> span.parent().equals(ofBatch.id()))
                .extracting(Span::id)
                .containsExactly(context.substring(36, 52));
    }

    @Test
    void whatIsNotSampledIsNotToldAndStillCarriedOn() {
        String trace = "0af7651916cd43dd8448eb211c80319c";
        service.post(
                "/frames/enqueue", "{}", "traceparent", "00-" + trace + "-" + PRODUCER + "-00");
        Service.Answer taken = service.get("/frames/dequeue");

        assertThat(taken.header("traceparent")).startsWith("00-" + trace + "-").endsWith("-00");
        // a later one has arrived, so this one is not on its way
        service.post("/frames/nack", "", "traceparent", TRACE);
        span("http post /frames/nack");
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
