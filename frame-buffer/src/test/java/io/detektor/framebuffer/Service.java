package io.detektor.framebuffer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.detektor.localset.LocalSet;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The service as it is started, on a real set, with streams of its own; and a client of it. */
final class Service implements AutoCloseable {

    private static final JsonMapper mapper = JsonMapper.builder().build();

    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(5))
                    .build();
    private final ConfigurableApplicationContext context;
    private final URI base;

    private Service(ConfigurableApplicationContext context) {
        this.context = context;
        String port = context.getEnvironment().getRequiredProperty("local.server.port");
        this.base = URI.create("http://127.0.0.1:" + port);
    }

    /** A new name for the streams of a test. */
    static String newName() {
        return UUID.randomUUID().toString().substring(0, 8);
    }

    static Service start(LocalSet set, String name, String... settings) {
        return start(set.masterName(), set.sentinels(), name, settings);
    }

    static Service start(
            String masterName, List<String> sentinels, String name, String... settings) {
        List<String> arguments = new ArrayList<>();
        arguments.add("--server.port=0");
        arguments.add("--REDIS_MASTER_NAME=" + masterName);
        arguments.add("--REDIS_SENTINEL_HOSTS=" + String.join(",", sentinels));
        arguments.add("--REDIS_HOST=127.0.0.1");
        arguments.add("--REDIS_PORT=1");
        arguments.add("--FRAME_QUEUE_NAME=frames-" + name);
        arguments.add("--REDIS_STREAM_KEY=metadata-" + name);
        arguments.add("--DLQ_NAME=dlq-" + name);
        arguments.add("--MAX_BUFFER_SIZE=1000000");
        arguments.add("--CONSUMER_NAME=test");
        arguments.addAll(List.of(settings));
        return new Service(
                new SpringApplicationBuilder(FrameBufferApplication.class)
                        .web(WebApplicationType.REACTIVE)
                        .run(arguments.toArray(String[]::new)));
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    record Answer(int status, String text) {

        JsonNode json() {
            return mapper.readTree(text);
        }
    }

    Answer get(String path) {
        return send(HttpRequest.newBuilder(base.resolve(path)).GET());
    }

    Answer enqueue(String body, @Nullable String key) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(base.resolve("/frames/enqueue"))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body, UTF_8));
        if (key != null) {
            request.header("Idempotency-Key", key);
        }
        return send(request);
    }

    /** Repeats the same request until it is confirmed, as a client should. */
    Answer enqueueUntilConfirmed(String body, String key, Duration within) {
        long until = System.nanoTime() + within.toNanos();
        while (true) {
            Answer answer = enqueue(body, key);
            if (answer.status() == 200 || System.nanoTime() - until > 0) {
                return answer;
            }
        }
    }

    /** All frames that wait, each as its text was enqueued. */
    List<JsonNode> dequeueAll() {
        List<JsonNode> frames = new ArrayList<>();
        while (true) {
            JsonNode answer = get("/frames/dequeue?count=100").json();
            answer.path("frames").forEach(frames::add);
            if (answer.path("count").asInt() == 0) {
                return frames;
            }
        }
    }

    /** Status 0 when there was no answer. */
    private Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<byte[]> response =
                    http.send(
                            request.timeout(Duration.ofSeconds(20)).build(),
                            BodyHandlers.ofByteArray());
            return new Answer(response.statusCode(), new String(response.body(), UTF_8));
        } catch (IOException e) {
            return new Answer(0, e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer(0, e.toString());
        }
    }

    @Override
    public void close() {
        context.close();
        http.close();
    }
}
