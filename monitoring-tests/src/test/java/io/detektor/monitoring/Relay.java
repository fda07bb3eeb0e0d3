package io.detektor.monitoring;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Stands between Alertmanager and telegram-alerts, hands everything on, and remembers it: what
 * Alertmanager told, and when, told apart from what telegram-alerts made of it. Thread-safe.
 */
final class Relay implements AutoCloseable {

    /**
     * An alert as Alertmanager told it.
     *
     * @param atNanos {@link System#nanoTime()} at which it came
     */
    record Told(
            long atNanos,
            boolean firing,
            Map<String, String> labels,
            String summary,
            String description) {

        String name() {
            return labels.getOrDefault("alertname", "");
        }

        /** Whether somebody has to look at it: a fact that is for the record only is none. */
        boolean needsAPerson() {
            return List.of("critical", "warning").contains(labels.get("severity"));
        }
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final URI target;
    private final List<Told> told = new CopyOnWriteArrayList<>();

    Relay(int port, URI target) {
        this.target = target;
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /** Everything but the watchdog, oldest first. */
    List<Told> told() {
        return told.stream().filter(each -> !each.name().equals("Watchdog")).toList();
    }

    private void handle(HttpExchange exchange) throws IOException {
        long at = System.nanoTime();
        byte[] body = exchange.getRequestBody().readAllBytes();
        Http.Answer answer = Http.post(target.resolve(exchange.getRequestURI().getPath()), body);
        if (answer.status() / 100 == 2) {
            for (JsonNode alert : JsonMapper.shared().readTree(body).path("alerts")) {
                Map<String, String> labels = new TreeMap<>();
                alert.path("labels")
                        .properties()
                        .forEach(label -> labels.put(label.getKey(), label.getValue().asString()));
                told.add(
                        new Told(
                                at,
                                alert.path("status").asString().equals("firing"),
                                labels,
                                alert.at("/annotations/summary").asString(),
                                alert.at("/annotations/description").asString()));
            }
        }
        byte[] text = answer.text().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status() == 0 ? 502 : answer.status(), text.length);
        exchange.getResponseBody().write(text);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
