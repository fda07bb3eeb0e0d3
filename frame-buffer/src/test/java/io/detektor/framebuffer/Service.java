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
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.http.client.ReactorResourceFactory;
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
        arguments.add("--frame-buffer.consumer.name=test");
        arguments.addAll(List.of(settings));
        return new Service(
                new SpringApplicationBuilder(FrameBufferApplication.class)
                        .web(WebApplicationType.REACTIVE)
                        .initializers(Service::ownResources)
                        .run(arguments.toArray(String[]::new)));
    }

    /** Otherwise the end of one service ends the event loops of all others in this process. */
    private static void ownResources(ConfigurableApplicationContext context) {
        ((GenericApplicationContext) context)
                .registerBean(
                        ReactorResourceFactory.class,
                        () -> {
                            ReactorResourceFactory factory = new ReactorResourceFactory();
                            factory.setUseGlobalResources(false);
                            return factory;
                        });
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    /**
     * An answer.
     *
     * @param raw null when there was none, and then the status is 0
     */
    record Answer(int status, String text, @Nullable HttpResponse<byte[]> raw) {

        JsonNode json() {
            return mapper.readTree(text);
        }

        byte[] bytes() {
            return Objects.requireNonNull(raw).body();
        }

        String header(String name) {
            return Objects.requireNonNull(raw).headers().firstValue(name).orElse("");
        }
    }

    URI base() {
        return base;
    }

    Answer get(String path, String... headers) {
        return send(request(path, headers).GET());
    }

    Answer post(String path, byte[] body, String... headers) {
        return send(request(path, headers).POST(BodyPublishers.ofByteArray(body)));
    }

    Answer post(String path, String body, String... headers) {
        return post(path, body.getBytes(UTF_8), headers);
    }

    Answer delete(String path, String... headers) {
        return send(request(path, headers).DELETE());
    }

    HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path));
        return headers.length == 0 ? request : request.headers(headers);
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
    Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<byte[]> response =
                    http.send(
                            request.timeout(Duration.ofSeconds(20)).build(),
                            BodyHandlers.ofByteArray());
            return new Answer(response.statusCode(), new String(response.body(), UTF_8), response);
        } catch (IOException e) {
            return new Answer(0, e.toString(), null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer(0, e.toString(), null);
        }
    }

    @Override
    public void close() {
        context.close();
        http.close();
    }
}
