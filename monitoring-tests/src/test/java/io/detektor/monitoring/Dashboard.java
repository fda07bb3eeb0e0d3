package io.detektor.monitoring;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The dashboard of Grafana.
 *
 * @param json all of it
 * @param panels without the rows
 */
record Dashboard(JsonNode json, List<Panel> panels) {

    /**
     * A panel.
     *
     * @param json all of it
     * @param expressions of its targets
     */
    record Panel(int id, String type, String title, JsonNode json, List<String> expressions) {

        @Override
        public String toString() {
            return title;
        }
    }

    static Dashboard read() {
        JsonNode json =
                JsonMapper.shared()
                        .readTree(
                                Tools.read(
                                        Tools.project(
                                                "monitoring/grafana/dashboards/broker-metrics.json")));
        List<Panel> panels = new ArrayList<>();
        for (JsonNode panel : json.path("panels")) {
            if (!panel.path("type").asString().equals("row")) {
                List<String> expressions = new ArrayList<>();
                panel.path("targets")
                        .forEach(target -> expressions.add(target.path("expr").asString()));
                panels.add(
                        new Panel(
                                panel.path("id").asInt(),
                                panel.path("type").asString(),
                                panel.path("title").asString(),
                                panel,
                                expressions));
            }
        }
        return new Dashboard(json, panels);
    }
}
