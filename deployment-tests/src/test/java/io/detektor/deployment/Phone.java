package io.detektor.deployment;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A phone behind a Bot API, which containers reach by an address of this host: shows each message
 * as it was last edited. Thread-safe. What the real API refuses is for the tests of
 * telegram-alerts.
 */
final class Phone implements AutoCloseable {

    /**
     * @param text as it was last edited
     * @param changed the moment in which it came, or was last edited
     */
    private record Message(String text, long changed) {}

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Map<Long, Message> messages = new LinkedHashMap<>();
    private long last;
    private long moment;
    private long lastSound;

    /**
     * @param address of this host; a free port is taken
     */
    Phone(String address) {
        try {
            server = HttpServer.create(new InetSocketAddress(address, 0), 0);
        } catch (IOException e) {
            throw new IllegalStateException(address + ": " + e.getMessage(), e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    String url() {
        return "http://"
                + server.getAddress().getHostString()
                + ":"
                + server.getAddress().getPort();
    }

    /** It rises with everything that happens on the phone. */
    synchronized long moment() {
        return moment;
    }

    /** Messages that came or were edited after a moment. */
    synchronized List<String> textsAfter(long since) {
        return messages.values().stream()
                .filter(each -> each.changed() > since)
                .map(Message::text)
                .toList();
    }

    /** Whether there was a sound after a moment; an edit makes none. */
    synchronized boolean soundedAfter(long since) {
        return lastSound > since;
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        byte[] body = exchange.getRequestBody().readAllBytes();
        JsonNode parameters =
                JsonMapper.shared()
                        .readTree(body.length == 0 ? "{}".getBytes(StandardCharsets.UTF_8) : body);
        byte[] answer =
                called(path.substring(path.lastIndexOf('/') + 1), parameters)
                        .getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, answer.length);
        try (exchange) {
            exchange.getResponseBody().write(answer);
        }
    }

    private String called(String method, JsonNode parameters) {
        return switch (method) {
            case "sendMessage" -> done(show(0, parameters));
            case "editMessageText" ->
                    done(show(parameters.path("message_id").asLong(), parameters));
            case "getUpdates" -> {
                nobodyWrites(parameters.path("timeout").asLong(0));
                yield "{\"ok\":true,\"result\":[]}";
            }
            default -> "{\"ok\":true,\"result\":true}";
        };
    }

    private static String done(long id) {
        return "{\"ok\":true,\"result\":{\"message_id\":" + id + "}}";
    }

    private synchronized long show(long id, JsonNode parameters) {
        long shown = id == 0 ? ++last : id;
        String text = parameters.path("text").asString("");
        messages.put(shown, new Message(text, ++moment));
        if (id == 0 && !parameters.path("disable_notification").asBoolean(false)) {
            lastSound = moment;
        }
        return shown;
    }

    private void nobodyWrites(long seconds) {
        try {
            var _ = closed.await(seconds, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.close();
    }
}
