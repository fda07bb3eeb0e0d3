package io.detektor.telegramalerts.http;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Asks and tells by HTTP. Thread-safe; a call blocks its thread. Exceptions never name the address,
 * which may hold a secret.
 */
public final class JsonClient implements AutoCloseable {

    private static final Duration CONNECT = Duration.ofSeconds(5);

    /** No answer that is waited for here is nearly as long. */
    private static final long MOST_BYTES = 16L << 20;

    private static final JsonMapper JSON = JsonMapper.shared();

    private final HttpClient client =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(CONNECT)
                    .build();

    /**
     * An answer, of whatever status.
     *
     * @param status of HTTP
     * @param body as JSON; missing if it is none
     */
    public record Answer(int status, JsonNode body) {

        public boolean ok() {
            return status / 100 == 2;
        }
    }

    /** Nobody was reached: whatever was to be done was certainly not done. */
    public static final class UnreachableException extends IOException {
        UnreachableException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * Asks.
     *
     * @throws UnreachableException if there was no connection
     * @throws IOException if there was one and no answer came of it
     */
    public Answer get(URI uri, Duration timeout) throws IOException, InterruptedException {
        return exchange(HttpRequest.newBuilder(uri).timeout(timeout).GET().build());
    }

    /**
     * Tells.
     *
     * @param json becomes the body
     * @throws UnreachableException if there was no connection
     * @throws IOException if there was one and no answer came of it: it may have been done
     */
    public Answer post(URI uri, Object json, Duration timeout)
            throws IOException, InterruptedException {
        return exchange(
                HttpRequest.newBuilder(uri)
                        .timeout(timeout)
                        .header("Content-Type", "application/json")
                        .POST(
                                HttpRequest.BodyPublishers.ofString(
                                        JSON.writeValueAsString(json), StandardCharsets.UTF_8))
                        .build());
    }

    private Answer exchange(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<String> response;
        try {
            response =
                    client.send(
                            request,
                            BodyHandlers.limiting(
                                    BodyHandlers.ofString(StandardCharsets.UTF_8), MOST_BYTES));
        } catch (ConnectException | HttpConnectTimeoutException e) {
            throw new UnreachableException("no connection: " + nameOf(e), e);
        } catch (IOException e) {
            throw new IOException("no answer: " + nameOf(e), e);
        }
        return new Answer(response.statusCode(), json(response.body()));
    }

    /** The kind of failure only: messages of the HTTP client may hold the address. */
    private static String nameOf(IOException e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getClass().getSimpleName();
    }

    private static JsonNode json(String body) {
        try {
            return body.isBlank() ? JsonNodeFactory.instance.missingNode() : JSON.readTree(body);
        } catch (JacksonException e) {
            return JsonNodeFactory.instance.missingNode();
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
