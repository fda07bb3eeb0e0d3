package io.detektor.telegramalerts;

import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** An alert as Alertmanager tells it. */
public record Alert(
        String name,
        String severity,
        String instance,
        String status,
        String component,
        String text) {

    private static final Instant START = Instant.parse("2026-01-02T03:04:05.678Z");

    public static Alert firing(String name, String severity, String instance) {
        return new Alert(name, severity, instance, "firing", "host", name + " on " + instance);
    }

    public Alert resolved() {
        return new Alert(name, severity, instance, "resolved", component, text);
    }

    public Alert of(String newComponent) {
        return new Alert(name, severity, instance, status, newComponent, text);
    }

    public Alert saying(String newText) {
        return new Alert(name, severity, instance, status, component, newText);
    }

    /** The message for a group. */
    public static String message(String group, Alert... alerts) {
        return message(group, Arrays.asList(alerts));
    }

    public static String message(String group, List<Alert> alerts) {
        return JsonMapper.shared()
                .writeValueAsString(
                        Map.of(
                                "version",
                                "4",
                                "groupKey",
                                group,
                                "truncatedAlerts",
                                0,
                                "status",
                                "firing",
                                "receiver",
                                "telegram-alerts",
                                "externalURL",
                                "http://alertmanager:9093",
                                "alerts",
                                alerts.stream().map(Alert::json).toList()));
    }

    private Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("status", status);
        json.put(
                "labels",
                Map.of(
                        "alertname",
                        name,
                        "severity",
                        severity,
                        "instance",
                        instance,
                        "component",
                        component));
        json.put(
                "annotations",
                Map.of(
                        "summary",
                        text,
                        "description",
                        "Look at " + instance,
                        "runbook_url",
                        "docs/deployment/alerts/" + name + ".md",
                        "dashboard_url",
                        "/d/broker-metrics?viewPanel=1"));
        json.put("startsAt", START.toString());
        json.put(
                "endsAt", status.equals("firing") ? "0001-01-01T00:00:00Z" : START.plusSeconds(60));
        json.put("generatorURL", "http://prometheus:9090/graph");
        json.put("fingerprint", Integer.toHexString((name + "/" + instance).hashCode()));
        return json;
    }
}
