package io.detektor.telegramalerts.webhook;

import io.detektor.redisha.connect.ConnectionSettings;
import io.detektor.telegramalerts.incident.Severity;
import io.detektor.telegramalerts.incident.Signal;
import io.detektor.telegramalerts.incident.Signal.Kind;
import io.detektor.telegramalerts.webhook.AlertmanagerMessage.Alert;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** From Alertmanager's words to ours. Takes whatever comes; nothing in an alert is an error. */
@Component
final class AlertTranslator {

    /** Everything about these is one story with what the Sentinels say. */
    private static final Set<String> SET_COMPONENTS = Set.of("redis", "sentinel");

    private final InstantSource clock;
    private final String masterName;

    AlertTranslator(ConnectionSettings settings, InstantSource clock) {
        this.clock = clock;
        this.masterName = settings.masterName();
    }

    /** What is to be told; the watchdog and what is of severity none is not. */
    List<Signal> signals(AlertmanagerMessage message) {
        List<Signal> signals = new ArrayList<>();
        for (Alert alert : message.alerts() == null ? List.<Alert>of() : message.alerts()) {
            if (alert != null
                    && !alert.label("severity").equals("none")
                    && !alert.label("alertname").equals("Watchdog")) {
                signals.add(signal(alert, message.groupKey()));
            }
        }
        return signals;
    }

    private Signal signal(Alert alert, @Nullable String groupKey) {
        boolean resolved = "resolved".equals(alert.status());
        boolean event = alert.label("type").equals("event");
        String name = alert.label("alertname").isEmpty() ? "Alert" : alert.label("alertname");
        Instant startsAt = alert.startsAt();
        String runbook = alert.annotation("runbook_url");
        String dashboard = alert.annotation("dashboard_url");
        return new Signal(
                scope(alert, groupKey),
                "alert:" + fingerprint(alert),
                resolved ? Kind.RESOLVED : event ? Kind.EVENT : Kind.FIRING,
                startsAt == null ? clock.instant() : startsAt,
                Severity.of(alert.label("severity")),
                name,
                // how it reads when it is over is of no interest: its numbers are those of the end
                resolved ? name : summary(alert, name),
                resolved ? "" : alert.annotation("description"),
                runbook.isEmpty() ? null : runbook,
                dashboard.isEmpty() ? null : dashboard);
    }

    private static String summary(Alert alert, String name) {
        if (!alert.annotation("summary").isBlank()) {
            return alert.annotation("summary");
        }
        String where = alert.label("instance");
        return where.isEmpty() ? name : name + " " + where;
    }

    private String scope(Alert alert, @Nullable String groupKey) {
        String component = alert.label("component");
        if (SET_COMPONENTS.contains(component)) {
            String group = alert.label("redis_group");
            String master = group.isEmpty() ? alert.label("master_name") : group;
            return Signal.set(master.isEmpty() ? masterName : master);
        }
        return "alerts:" + (groupKey == null ? component : groupKey);
    }

    private static String fingerprint(Alert alert) {
        String given = alert.fingerprint();
        return given == null || given.isBlank()
                ? new TreeMap<>(alert.labels() == null ? Map.of() : alert.labels()).toString()
                : given;
    }
}
