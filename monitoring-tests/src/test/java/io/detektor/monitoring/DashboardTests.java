package io.detektor.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.detektor.monitoring.Dashboard.Panel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/**
 * The rules of Grafana's dashboard-linter, and some more. Two differ: its variables {@code job} and
 * {@code cluster} are for dashboards of many installations; here each selector names its job, and
 * those of nodes take the variables {@code redis_group} and {@code instance}.
 *
 * @see <a href="https://github.com/grafana/dashboard-linter">dashboard-linter</a>
 */
class DashboardTests {

    private static final Dashboard dashboard = Dashboard.read();
    private static final Pattern RANGE = Pattern.compile("(\\w+)\\([^()]*\\[([^]]+)]");
    private static final Pattern SELECTOR = Pattern.compile("([a-zA-Z_:][\\w:]*)\\{([^}]*)}");

    static List<Panel> panels() {
        return dashboard.panels();
    }

    @Test
    void isTheOneThatIsAskedFor() {
        JsonNode json = dashboard.json();
        assertThat(json.path("uid").asString()).isEqualTo("broker-metrics");
        assertThat(json.path("title").asString()).isNotBlank();
        assertThat(json.has("id")).as("id, which belongs to an installation").isFalse();
        assertThat(json.has("__inputs")).isFalse();
        assertThat(json.path("schemaVersion").asInt()).isGreaterThanOrEqualTo(39);
        assertThat(json.path("editable").asBoolean(true)).as("editable").isFalse();
        // jq '.dashboard.panels[] | select(.title | contains("Sentinel"))', which sees no nested
        // ones
        List<String> titles = new ArrayList<>();
        json.path("panels").forEach(panel -> titles.add(panel.path("title").asString()));
        assertThat(titles)
                .filteredOn(title -> title.contains("Sentinel"))
                .hasSizeGreaterThanOrEqualTo(5);
    }

    @Test
    void variablesAreQueriesOnTheChosenDataSource() {
        List<String> names = new ArrayList<>();
        for (JsonNode variable : dashboard.json().at("/templating/list")) {
            String name = variable.path("name").asString();
            names.add(name);
            assertThat(variable.path("label").asString()).as(name).isNotBlank();
            if (name.equals("datasource")) {
                assertThat(variable.path("type").asString()).isEqualTo("datasource");
                assertThat(variable.path("query").asString()).isEqualTo("prometheus");
            } else {
                assertThat(variable.at("/datasource/uid").asString()).isEqualTo("${datasource}");
                assertThat(variable.path("refresh").asInt()).as("refresh of " + name).isEqualTo(2);
            }
        }
        assertThat(names).containsExactly("datasource", "redis_group", "instance");
    }

    @Test
    void failoversAreMarked() {
        assertThat(dashboard.json().at("/annotations/list"))
                .anySatisfy(annotation ->
                        assertThat(annotation.path("expr").asString())
                                .contains("RedisMasterFailover"));
    }

    @Test
    void panelsHaveIdsOfTheirOwnAndDoNotOverlap() {
        Set<Integer> ids = new HashSet<>();
        Set<String> taken = new HashSet<>();
        for (JsonNode panel : dashboard.json().path("panels")) {
            String title = panel.path("title").asString();
            assertThat(ids.add(panel.path("id").asInt())).as("id of " + title).isTrue();
            JsonNode at = panel.path("gridPos");
            assertThat(at.path("x").asInt() + at.path("w").asInt()).isLessThanOrEqualTo(24);
            for (int x = 0; x < at.path("w").asInt(); x++) {
                for (int y = 0; y < at.path("h").asInt(); y++) {
                    String cell = (at.path("x").asInt() + x) + "," + (at.path("y").asInt() + y);
                    assertThat(taken.add(cell)).as("%s at %s is free", title, cell).isTrue();
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("panels")
    void panelSaysWhatItShows(Panel panel) {
        assertThat(panel.title()).isNotBlank();
        assertThat(panel.json().path("description").asString()).isNotBlank();
        assertThat(panel.json().at("/datasource/uid").asString()).isEqualTo("${datasource}");
        assertThat(panel.json().at("/fieldConfig/defaults/unit").asString())
                .as("unit")
                .isNotBlank();
        assertThat(panel.expressions()).isNotEmpty().noneMatch(String::isBlank);
        for (JsonNode target : panel.json().path("targets")) {
            assertThat(target.at("/datasource/uid").asString()).isEqualTo("${datasource}");
        }
    }

    @ParameterizedTest
    @MethodSource("panels")
    void ratesAreTakenOverTheIntervalOfTheScrapes(Panel panel) {
        for (String expression : panel.expressions()) {
            Matcher range = RANGE.matcher(expression.replaceAll("\\{[^}]*}", ""));
            while (range.find()) {
                assertThat(range.group(2))
                        .as(expression)
                        .isEqualTo(
                                range.group(1).equals("changes") ? "$__range" : "$__rate_interval");
            }
        }
    }

    @ParameterizedTest
    @MethodSource("panels")
    void countersAreShownAsRatesOnly(Panel panel) {
        for (String expression : panel.expressions()) {
            String rest = expression.replaceAll("(rate|increase)\\([^()]*\\[[^]]*]\\)", "");
            assertThat(PromQl.metrics(rest))
                    .as(expression)
                    .noneMatch(name -> name.endsWith("_total") || name.endsWith("_bucket"));
        }
    }

    @ParameterizedTest
    @MethodSource("panels")
    void selectorsNameTheirJob(Panel panel) {
        for (String expression : panel.expressions()) {
            Matcher selector = SELECTOR.matcher(expression);
            while (selector.find()) {
                String name = selector.group(1);
                if (name.equals("ALERTS")) {
                    continue;
                }
                if (name.contains(":")) {
                    assertThat(selector.group(2)).as(expression).contains("redis_group=");
                } else {
                    assertThat(selector.group(2)).as(expression).containsPattern("job(=|!=|=~)\"");
                    if (selector.group(2).contains("job=\"redis\"")
                            || selector.group(2).contains("job=\"sentinel\"")) {
                        assertThat(selector.group(2))
                                .as(expression)
                                .contains("redis_group=\"$redis_group\"");
                    }
                }
            }
        }
    }

    @Test
    void promtoolParsesEveryQuery(@TempDir java.nio.file.Path directory) throws Exception {
        StringBuilder rules = new StringBuilder("groups:\n- name: panels\n  rules:\n");
        int number = 0;
        for (Panel panel : dashboard.panels()) {
            for (String expression : panel.expressions()) {
                rules.append("  - record: panel:")
                        .append(number++)
                        .append("\n    expr: |-\n      ")
                        .append(PromQl.resolved(expression, "mymaster", "5m"))
                        .append('\n');
            }
        }
        java.nio.file.Path file = directory.resolve("panels.yml");
        java.nio.file.Files.writeString(file, rules.toString().replace("panel:", "panel:p"));

        Tools.Outcome checked =
                Tools.run(Map.of(), Tools.find("promtool"), "check", "rules", file.toString());

        assertThat(checked.status()).as(checked.text()).isZero();
        assertThat(number).isGreaterThan(60);
    }

    @Test
    void grafanaIsToldWhereItIs() {
        var sources =
                Rules.maps(
                        Rules.yaml(
                                        Tools.project(
                                                "monitoring/grafana/provisioning/datasources/prometheus.yml"))
                                .get("datasources"));
        assertThat(sources)
                .extracting(each -> String.valueOf(each.get("uid")))
                .contains("prometheus");
        // $__rate_interval is made from it, so it must be the longest of the intervals
        assertThat(Rules.map(sources.getFirst().get("jsonData")).get("timeInterval"))
                .isEqualTo("5s");
        assertThat(
                        Rules.map(
                                        Rules.yaml(
                                                        Tools.project(
                                                                "monitoring/prometheus/prometheus.yml"))
                                                .get("global"))
                                .get("scrape_interval"))
                .isEqualTo("5s");
    }
}
