package io.detektor.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.detektor.localset.LocalSet;
import io.detektor.telegramalerts.bot.FakeBotApi;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Everything, as processes on loopback, by the files and entry points that are shipped: a real set,
 * frame-buffer with frames, redis_exporter, Prometheus, Alertmanager, telegram-alerts, and a fake
 * of Telegram. Not thread-safe.
 */
final class Stack implements AutoCloseable {

    static final String GROUP = "mymaster";

    final LocalSet set;
    final FakeBotApi telegram;
    final Relay relay;
    final Camera camera;
    final Program exporter;
    final Program frameBuffer;
    final Program telegramAlerts;
    final Program alertmanager;
    Program prometheus;

    private final Path directory;
    private final Programs programs;
    private final Set<String> series = new TreeSet<>();
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final Thread atExit = new Thread(this::end, "stack-close");

    Stack() {
        boolean whole = false;
        // a JVM that is told to end leaves nothing behind, either
        Runtime.getRuntime().addShutdownHook(atExit);
        try {
            directory = Programs.fresh("stack");
            // cut nodes off, where this machine can do that
            set = opened(LocalSet.builder().isolated(LocalSet.canIsolate().isEmpty()).start());
            telegram = opened(FakeBotApi.start());
            programs = new Programs(directory, telegram);
            Map<String, String> redis = Programs.redis(set);
            exporter = opened(programs.exporter());
            exporter.start();
            frameBuffer = opened(programs.frameBuffer(redis));
            frameBuffer.start();
            telegramAlerts = opened(programs.telegramAlerts(redis));
            telegramAlerts.start();
            relay = opened(new Relay(programs.port("relay"), url("telegram-alerts")));
            alertmanager = opened(programs.alertmanager("relay"));
            alertmanager.start();
            frameBuffer.awaitReady();
            telegramAlerts.awaitReady();
            alertmanager.awaitReady();
            exporter.awaitReady();
            camera = opened(new Camera(url("frame-buffer")));
            prometheus = prometheus(directory.resolve("prometheus-data-1"));
            prometheus.start().awaitReady();
            whole = true;
        } finally {
            if (!whole) {
                close();
            }
        }
    }

    private <T extends AutoCloseable> T opened(T what) {
        open.push(what);
        return what;
    }

    private Program prometheus(Path data) {
        return opened(programs.prometheus(data, GROUP, set.redisNodes(), set.sentinelNodes()));
    }

    URI url(String name) {
        return programs.url(name);
    }

    /** The names of all series that were there at any time. */
    Set<String> series() {
        Http.Answer answer = Http.get(url("prometheus").resolve("/api/v1/label/__name__/values"));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        JsonMapper.shared()
                .readTree(answer.text())
                .path("data")
                .forEach(name -> series.add(name.asString()));
        return series;
    }

    /** Prometheus without what it has seen: failovers of other tests are none of this one. */
    void forget() {
        series();
        prometheus.stop();
        Path data = directory.resolve("prometheus-data-" + System.nanoTime());
        prometheus = prometheus(data);
        prometheus.start().awaitReady();
    }

    // ---------------------------------------------------------------- what it says

    /** The samples of an expression at this moment. */
    JsonNode query(String expression) {
        Http.Answer answer =
                Http.get(
                        url("prometheus")
                                .resolve("/api/v1/query?query=" + Http.encoded(expression)));
        assertThat(answer.status()).as("%s: %s", expression, answer.text()).isEqualTo(200);
        return JsonMapper.shared().readTree(answer.text()).at("/data/result");
    }

    /** The samples of an expression over a time. */
    JsonNode range(String expression, Duration time) {
        long now = System.currentTimeMillis() / 1000;
        Http.Answer answer =
                Http.get(
                        url("prometheus")
                                .resolve(
                                        "/api/v1/query_range?step=5&start=%d&end=%d&query=%s"
                                                .formatted(
                                                        now - time.toSeconds(),
                                                        now,
                                                        Http.encoded(expression))));
        assertThat(answer.status()).as("%s: %s", expression, answer.text()).isEqualTo(200);
        return JsonMapper.shared().readTree(answer.text()).at("/data/result");
    }

    /**
     * Alerts that are more than a fact for the record. Not the series ALERTS: what it last said
     * before a restart of Prometheus is there for five minutes.
     */
    private Set<String> alerts(String states) {
        Http.Answer answer = Http.get(url("prometheus").resolve("/api/v1/alerts"));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        Set<String> names = new TreeSet<>();
        for (JsonNode each : JsonMapper.shared().readTree(answer.text()).at("/data/alerts")) {
            boolean needsAPerson = !each.at("/labels/severity").asString().matches("none|info");
            if (needsAPerson && each.path("state").asString().matches(states)) {
                names.add(each.at("/labels/alertname").asString());
            }
        }
        return names;
    }

    /** Until everything is up, is watched, and no alert fires. */
    void awaitQuiet() {
        awaitQuiet("firing");
    }

    /** The same, and none is about to. */
    void awaitSilence() {
        awaitQuiet("firing|pending");
    }

    private void awaitQuiet(String states) {
        set.awaitReplicas(Duration.ofMinutes(1));
        await("all is well")
                .atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(() -> {
                    assertThat(query("up == 0")).as("targets down").isEmpty();
                    assertThat(query("up")).as("targets").hasSize(10);
                    assertThat(query("redis:instance_up == 1")).hasSize(2);
                    assertThat(query("sentinel:instance_up == 1")).hasSize(3);
                    // what was recorded just before a restart of Prometheus is there for 5 min more
                    assertThat(
                                    query(
                                            "redis:master_replicas_usable == 1 and time() - timestamp(redis:master_replicas_usable) < 15"))
                            .hasSize(1);
                    assertThat(alerts(states)).isEmpty();
                });
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(atExit);
        end();
    }

    private synchronized void end() {
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                System.err.println("closing the stack: " + e);
            }
        }
    }
}
