package io.detektor.loadtester.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.detektor.loadtester.measure.Deliveries;
import io.detektor.loadtester.measure.Ledger;
import io.detektor.loadtester.message.Content;
import io.detektor.loadtester.message.FrameFormat;
import io.detektor.loadtester.message.RunId;
import io.detektor.loadtester.plan.Payload;
import io.detektor.loadtester.run.LoadTarget;
import io.detektor.loadtester.run.OutcomeListener;
import io.detektor.loadtester.run.SendOutcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a server that answers as frame-buffer may, and as a network may. */
class HttpTargetTests {

    private static final String STORED =
            "{\"status\":\"enqueued\",\"frame_id\":\"f\",\"message_id\":\"17-3\",\"queue_size\":1}";

    private final List<String> keys = Collections.synchronizedList(new ArrayList<>());
    private final List<byte[]> bodies = Collections.synchronizedList(new ArrayList<>());
    private final RunId runId = RunId.random();
    private final FrameFormat format = new FrameFormat(runId);
    private final Content content = new Content(Payload.fixed(3000), 1);
    private HttpServer server = Servers.none();
    private volatile Handler handler = (_, _) -> new Reply(200, STORED);

    private record Reply(int status, String body) {}

    private interface Handler {
        Reply answer(HttpExchange exchange, int number) throws IOException, InterruptedException;
    }

    private static final class Servers {
        static HttpServer none() {
            try {
                return HttpServer.create(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    @BeforeEach
    void start() {
        AtomicInteger number = new AtomicInteger();
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext(
                "/frames/enqueue",
                exchange -> {
                    keys.add(exchange.getRequestHeaders().getFirst("Idempotency-Key"));
                    bodies.add(exchange.getRequestBody().readAllBytes());
                    try {
                        Reply reply = handler.answer(exchange, number.getAndIncrement());
                        byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
                        exchange.sendResponseHeaders(reply.status(), body.length);
                        exchange.getResponseBody().write(body);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } finally {
                        exchange.close();
                    }
                });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void sendsTheFrameAndTakesTheEntrysId() throws Exception {
        Told told = send(Duration.ofSeconds(5), 4);

        assertThat(told.outcome()).isEqualTo(new SendOutcome.Confirmed("17-3", -1, false));
        assertThat(keys).containsExactly(runId.text(0));
        assertThat(format.read(bodies.getFirst(), 0, bodies.getFirst().length))
                .satisfies(seen -> assertThat(seen.seq()).isZero())
                .satisfies(seen -> assertThat(seen.intact()).isTrue())
                .satisfies(seen -> assertThat(seen.checksum()).isEqualTo(told.checksum()));
    }

    @Test
    void repeatsWhatWasRefusedForAWhileWithTheSameKey() throws Exception {
        handler =
                (_, number) ->
                        number < 2
                                ? new Reply(
                                        503,
                                        "{\"outcome\":\"not-stored\",\"reason\":\"no-master\"}")
                                : new Reply(200, STORED);

        Told told = send(Duration.ofSeconds(5), 4);

        assertThat(told.outcome()).isEqualTo(new SendOutcome.Confirmed("17-3", -1, true));
        assertThat(told.retries()).containsExactly("http-503-no-master", "http-503-no-master");
        assertThat(keys).hasSize(3).containsOnly(runId.text(0));
        assertThat(bodies.get(2)).isEqualTo(bodies.getFirst());
    }

    @Test
    void isRefusedWhenItNeverWasAnythingElse() throws Exception {
        handler = (_, _) -> new Reply(503, "{\"outcome\":\"not-stored\"}");

        assertThat(send(Duration.ofMillis(800), 4).outcome())
                .isEqualTo(new SendOutcome.Refused("http-503", true));
    }

    @Test
    void staysUnknownOnceItMayHaveBeenStored() throws Exception {
        handler =
                (_, number) ->
                        number == 0
                                ? new Reply(504, "{\"outcome\":\"unknown\"}")
                                : new Reply(503, "{\"outcome\":\"not-stored\"}");

        assertThat(send(Duration.ofMillis(800), 4).outcome())
                .isEqualTo(new SendOutcome.Unknown("http-503", true));
    }

    @Test
    void aBrokenConnectionIsUnknownAndRepeated() throws Exception {
        handler =
                (exchange, number) -> {
                    if (number == 0) {
                        exchange.close();
                    }
                    return new Reply(200, STORED);
                };

        Told told = send(Duration.ofSeconds(5), 4);

        assertThat(told.outcome()).isInstanceOf(SendOutcome.Confirmed.class);
        assertThat(keys).containsOnly(runId.text(0));
    }

    @Test
    void givesUpAtOnceOnWhatWillNeverBeTaken() throws Exception {
        handler = (_, _) -> new Reply(400, "{\"detail\":\"no\"}");

        assertThat(send(Duration.ofSeconds(5), 4).outcome())
                .isEqualTo(new SendOutcome.Refused("http-400", false));
        assertThat(keys).hasSize(1);
    }

    @Test
    void nobodyListeningIsARefusal() throws Exception {
        server.stop(0);

        assertThat(send(Duration.ofMillis(300), 4).outcome())
                .isEqualTo(new SendOutcome.Refused("connection-refused", true));
    }

    @Test
    void neverHasMoreRequestsUnderWayThanConnections() throws Exception {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch gate = new CountDownLatch(1);
        handler =
                (_, number) -> {
                    most.accumulateAndGet(now.incrementAndGet(), Math::max);
                    if (number == 2) {
                        gate.countDown();
                    }
                    assertThat(gate.await(5, TimeUnit.SECONDS)).isTrue();
                    now.decrementAndGet();
                    return new Reply(200, STORED);
                };
        try (LoadTarget target = target(3)) {
            List<CompletableFuture<SendOutcome>> outcomes = new ArrayList<>();
            for (int seq = 0; seq < 30; seq++) {
                CompletableFuture<SendOutcome> outcome = new CompletableFuture<>();
                outcomes.add(outcome);
                target.prepare(seq, 1)
                        .send(Duration.ofSeconds(10), listener(outcome, new ArrayList<>()));
            }
            for (CompletableFuture<SendOutcome> outcome : outcomes) {
                assertThat(outcome.get(10, TimeUnit.SECONDS))
                        .isInstanceOf(SendOutcome.Confirmed.class);
            }
        }
        assertThat(most).hasValue(3);
    }

    @Test
    void aDrainComparesEachFrameByteForByte() {
        Ledger ledger = new Ledger();
        StringBuilder frames = new StringBuilder("{\"count\":4,\"frames\":[ ");
        for (int i = 0; i < 4; i++) {
            long seq = ledger.attempt();
            FrameFormat.Frame frame = format.frame(seq, 1000, content);
            ledger.checksum(seq, frame.checksum());
            ledger.outcome(seq, Ledger.State.CONFIRMED, false, 1, 0);
            StringBuilder json = new StringBuilder();
            frame.parts().forEach(part -> json.append(new String(part, StandardCharsets.US_ASCII)));
            // the third is written anew, with the same content
            frames.append(i == 2 ? json.toString().replace(",\"width\"", ", \"width\"") : json)
                    .append(i == 3 ? "" : ",\n");
        }
        frames.append("],\"remaining\":0}");
        Deliveries deliveries = new Deliveries();

        try (FrameBufferClient client = new FrameBufferClient(URI.create("http://127.0.0.1:1"))) {
            int taken =
                    client.take(
                            frames.toString().getBytes(StandardCharsets.US_ASCII),
                            ledger,
                            format,
                            deliveries);

            assertThat(taken).isEqualTo(4);
        }
        assertThat(deliveries.total()).isEqualTo(4);
        assertThat(deliveries.damagedTotal()).isEqualTo(1);
        assertThat(deliveries.foreignTotal()).isZero();
    }

    private record Told(SendOutcome outcome, List<String> retries, int checksum) {}

    private Told send(Duration timeout, int connections) throws Exception {
        try (LoadTarget target = target(connections)) {
            CompletableFuture<SendOutcome> outcome = new CompletableFuture<>();
            List<String> retries = Collections.synchronizedList(new ArrayList<>());
            LoadTarget.Prepared message = target.prepare(0, 1_700_000_000_000_000L);
            message.send(timeout, listener(outcome, retries));
            return new Told(outcome.get(20, TimeUnit.SECONDS), retries, message.checksum());
        }
    }

    private LoadTarget target(int connections) {
        URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        return new HttpTarget(url, connections, format, content);
    }

    private static OutcomeListener listener(
            CompletableFuture<SendOutcome> outcome, List<String> retries) {
        return new OutcomeListener() {
            @Override
            public void retried(String reason) {
                retries.add(reason);
            }

            @Override
            public void done(SendOutcome result) {
                outcome.complete(result);
            }
        };
    }
}
