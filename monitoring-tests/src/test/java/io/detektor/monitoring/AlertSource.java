package io.detektor.monitoring;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tells Alertmanager of alerts as Prometheus does: all that fire, and those that have ended, again
 * and again, so that one that it could not tell is told the next time. Thread-safe.
 */
final class AlertSource implements AutoCloseable {

    private static final Duration EVERY = Duration.ofSeconds(3);

    /** Four times its interval: as Prometheus, so that what it no longer says ends. */
    private static final Duration HOLDS = Duration.ofMinutes(4);

    private final URI alertmanager;
    private final Map<String, Map<String, Object>> alerts = new ConcurrentHashMap<>();
    private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(1);

    AlertSource(URI alertmanager) {
        this.alertmanager = alertmanager.resolve("/api/v2/alerts");
        var _ =
                clock.scheduleWithFixedDelay(
                        this::tell, 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** From now on it is so. */
    void fire(String name, String severity, String group) {
        Map<String, Object> alert = new LinkedHashMap<>();
        alert.put(
                "labels",
                Map.of(
                        "alertname", name,
                        "severity", severity,
                        "component", "host",
                        "redis_group", group,
                        "instance", group));
        alert.put(
                "annotations",
                Map.of("summary", name + " on " + group, "description", "Measured."));
        alert.put("startsAt", Instant.now().toString());
        alerts.put(name, alert);
        clock.execute(this::tell);
    }

    /** It is no longer so. */
    void resolve(String name) {
        alerts.computeIfPresent(
                name,
                (_, alert) -> {
                    Map<String, Object> ended = new LinkedHashMap<>(alert);
                    ended.put("endsAt", Instant.now().toString());
                    return ended;
                });
        clock.execute(this::tell);
    }

    private void tell() {
        String until = Instant.now().plus(HOLDS).toString();
        var all =
                alerts.values().stream()
                        .map(alert -> {
                            Map<String, Object> told = new LinkedHashMap<>(alert);
                            told.putIfAbsent("endsAt", until);
                            return told;
                        })
                        .toList();
        // one that is away is told the next time
        var _ =
                Http.post(
                        alertmanager,
                        JsonMapper.shared()
                                .writeValueAsString(all)
                                .getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
