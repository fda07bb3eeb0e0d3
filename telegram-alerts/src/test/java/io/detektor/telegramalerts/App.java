package io.detektor.telegramalerts;

import io.detektor.telegramalerts.bot.FakeBotApi;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** The service in this process, with whatever is around it. */
public final class App implements AutoCloseable {

    /** A group, for which Telegram's limits are the strictest. */
    public static final String CHAT = "-1001234567890";

    private final ConfigurableApplicationContext context;
    private final HttpClient client = HttpClient.newHttpClient();

    private App(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /**
     * Starts it, with all of Redis and the Sentinels down unless told otherwise.
     *
     * @param api null for no token
     */
    public static App start(@Nullable FakeBotApi api, Path outbox, String... settings) {
        return new App(
                SpringApplication.run(
                        TelegramAlertsApplication.class, arguments(api, outbox, settings)));
    }

    /** The command line of a service, for one that runs elsewhere. */
    public static String[] arguments(@Nullable FakeBotApi api, Path outbox, String... settings) {
        List<String> all = new ArrayList<>();
        all.add("--server.port=0");
        all.add("--telegram-alerts.outbox.directory=" + outbox);
        all.add("--spring.data.redis.host=127.0.0.1");
        all.add("--spring.data.redis.port=1");
        all.add("--spring.data.redis.sentinel.nodes=127.0.0.1:2,127.0.0.1:3,127.0.0.1:4");
        all.add("--telegram-alerts.watch.watchdog-timeout=0");
        all.add("--telegram-alerts.watch.sentinel-majority-timeout=1h");
        all.add("--telegram-alerts.watch.disk-threshold=100");
        all.add("--telegram-alerts.links.frame-buffer=");
        if (api != null) {
            all.add("--telegram-alerts.telegram.api-url=" + api.url());
            all.add("--telegram-alerts.telegram.token=" + FakeBotApi.TOKEN);
            all.add("--telegram-alerts.telegram.chat-ids=" + CHAT);
            all.add("--telegram-alerts.telegram.poll-timeout=1s");
            all.add("--telegram-alerts.telegram.backoff-min=50ms");
            all.add("--telegram-alerts.telegram.backoff-max=300ms");
        }
        all.addAll(Arrays.asList(settings));
        // of two with the same name Spring would take both
        Map<String, String> last = new LinkedHashMap<>();
        all.forEach(each -> last.put(each.replaceFirst("=.*", ""), each));
        return last.values().toArray(String[]::new);
    }

    public URI uri(String path) {
        int port = context.getEnvironment().getProperty("local.server.port", Integer.class, 0);
        return URI.create("http://127.0.0.1:" + port + path);
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    public HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** As Alertmanager does it. */
    public HttpResponse<String> post(String path, String json)
            throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(uri(path))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(json))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** The value of one series of {@code /metrics}. */
    public double metric(String series) throws IOException, InterruptedException {
        Matcher line =
                Pattern.compile("(?m)^" + Pattern.quote(series) + " (\\S+)$")
                        .matcher(get("/metrics").body());
        if (!line.find()) {
            throw new IllegalStateException("no " + series);
        }
        return Double.parseDouble(line.group(1));
    }

    @Override
    public void close() {
        client.shutdownNow();
        context.close();
    }
}
