package io.detektor.telegramalerts;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Plays whoever is asked by HTTP; 404 for what it does not know. Thread-safe. */
final class SmallServer implements AutoCloseable {

    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final Map<String, Queue<String>> before = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final int port;
    private volatile HttpServer server;

    SmallServer() {
        server = start(0);
        port = server.getAddress().getPort();
    }

    private HttpServer start(int at) {
        try {
            HttpServer made =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), at), 0);
            made.createContext("/", this::handle);
            made.start();
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    /** From now on. */
    void answer(String path, String json) {
        answers.put(path, json);
    }

    /** The next times, one after the other, before what {@link #answer} says. */
    void next(String path, String... json) {
        Queue<String> queue = before.computeIfAbsent(path, _ -> new ArrayDeque<>());
        synchronized (queue) {
            queue.addAll(Arrays.asList(json));
        }
    }

    void forget(String path) {
        answers.remove(path);
    }

    /** Each request: method, path, body. */
    List<String> asked() {
        return asked;
    }

    /** Nobody listens any more. */
    void down() {
        server.stop(0);
    }

    void up() {
        server = start(port);
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().toString();
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        String text = answers.getOrDefault(path, "");
        Queue<String> first = before.get(path);
        if (first != null) {
            synchronized (first) {
                text = first.isEmpty() ? text : first.remove();
            }
        }
        asked.add(exchange.getRequestMethod() + " " + path + " " + body);
        byte[] answer = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.length == 0 ? 404 : 200, answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
