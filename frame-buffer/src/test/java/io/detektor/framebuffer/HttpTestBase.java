package io.detektor.framebuffer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.detektor.framebuffer.frame.JsonFrame;
import io.detektor.framebuffer.stream.DeadLetters;
import io.detektor.framebuffer.stream.FrameAppend;
import io.detektor.framebuffer.stream.FrameLeases;
import io.detektor.framebuffer.stream.FrameLog;
import io.detektor.framebuffer.stream.InMemoryFrameLog;
import io.detektor.redisha.sentinel.SentinelMonitor;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.bean.override.convention.TestBean;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The whole service over real HTTP, with the frame log in memory and without Redis. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "frame-buffer.streams.max-frames=" + HttpTestBase.MAX_FRAMES,
            "frame-buffer.consumer.poll-interval=50ms",
            "frame-buffer.enqueue.max-body-size=" + HttpTestBase.MAX_BODY + "B",
            "frame-buffer.http.request-timeout=2s",
            "frame-buffer.dequeue.write-timeout=1s",
            "spring.autoconfigure.exclude="
                    + "io.detektor.redisha.autoconfigure.RedisHaAutoConfiguration,"
                    + "io.detektor.redisha.autoconfigure.RedisHaHealthAutoConfiguration,"
                    + "io.detektor.redisha.autoconfigure.RedisHaMetricsAutoConfiguration",
            "management.health.redis.enabled=false"
        })
abstract class HttpTestBase {

    static final int MAX_FRAMES = 1000;
    static final int MAX_BODY = 8 * 1024 * 1024;

    static final InMemoryFrameLog log =
            new InMemoryFrameLog(new InMemoryFrameLog.Store(), "test", MAX_FRAMES);
    static final StubSentinelMonitor sentinels = new StubSentinelMonitor();

    static final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(5))
                    .build();
    static final JsonMapper mapper = JsonMapper.builder().build();

    @LocalServerPort int port;

    @SuppressWarnings("NullAway.Init")
    @TestBean
    FrameLog frameLog;

    @SuppressWarnings("NullAway.Init")
    @TestBean
    SentinelMonitor sentinelMonitor;

    /** What needs Redis is tested with Redis: these are not for use here. */
    @SuppressWarnings("NullAway.Init")
    @TestBean
    FrameLeases frameLeases;

    @SuppressWarnings("NullAway.Init")
    @TestBean
    DeadLetters deadLetters;

    /** Takes the place of {@link #frameLeases} for one test. */
    static final AtomicReference<@Nullable FrameLeases> leases = new AtomicReference<>();

    static FrameLeases frameLeases() {
        FrameLeases unreachable = unreachable(FrameLeases.class);
        return (FrameLeases)
                Proxy.newProxyInstance(
                        FrameLeases.class.getClassLoader(),
                        new Class<?>[] {FrameLeases.class},
                        (_, method, arguments) ->
                                method.invoke(
                                        Objects.requireNonNullElse(leases.get(), unreachable),
                                        arguments));
    }

    static DeadLetters deadLetters() {
        return unreachable(DeadLetters.class);
    }

    /** Each call fails, as it does without Redis. */
    private static <T> T unreachable(Class<T> port) {
        return port.cast(
                Proxy.newProxyInstance(
                        port.getClassLoader(),
                        new Class<?>[] {port},
                        (_, _, _) ->
                                CompletableFuture.failedFuture(
                                        new IllegalStateException("no Redis in this test"))));
    }

    static FrameLog frameLog() {
        return log;
    }

    static SentinelMonitor sentinelMonitor() {
        return sentinels;
    }

    @BeforeEach
    void reset() {
        log.reset();
        leases.set(null);
        sentinels.show(StubSentinelMonitor.whole());
    }

    /** Puts frames into the log, past HTTP. */
    static void fill(int count) {
        byte[] frame = "{}".getBytes(UTF_8);
        for (int i = 0; i < count; i++) {
            log.append(new FrameAppend(JsonFrame.parse(frame), null, null, null)).join();
        }
    }

    record Answer(int status, String text, HttpResponse<byte[]> raw) {

        JsonNode json() {
            return mapper.readTree(text);
        }

        String header(String name) {
            return raw.headers().firstValue(name).orElse("");
        }
    }

    Answer get(String path) {
        return send(request(path).GET());
    }

    Answer enqueue(String body, String... headers) {
        return enqueue(body.getBytes(UTF_8), headers);
    }

    Answer enqueue(byte[] body, String... headers) {
        HttpRequest.Builder request =
                request("/frames/enqueue").POST(BodyPublishers.ofByteArray(body));
        if (headers.length == 0) {
            request.header("Content-Type", "application/json");
        } else {
            request.headers(headers);
        }
        return send(request);
    }

    /** A bare connection, for what an HTTP client does not do. */
    Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(10_000);
        return socket;
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(20));
    }

    Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<byte[]> response = http.send(request.build(), BodyHandlers.ofByteArray());
            return new Answer(response.statusCode(), new String(response.body(), UTF_8), response);
        } catch (IOException e) {
            throw new AssertionError("no answer: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** What every answer that is no success has. */
    static void assertProblem(Answer answer, int status, String type) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.json().path("type").asString()).isEqualTo("/problems/" + type);
        assertThat(answer.json().path("status").asInt()).isEqualTo(status);
        assertThat(answer.json().path("detail").asString()).isNotBlank();
        assertThat(answer.text()).doesNotContain("\tat ", "Exception", "tools.jackson");
    }
}
