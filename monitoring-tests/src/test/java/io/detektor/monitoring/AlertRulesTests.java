package io.detektor.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.detektor.monitoring.Rules.Rule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The alert rules, as far as they can be judged without anything that runs but promtool. */
class AlertRulesTests {

    private static final Pattern NAME =
            Pattern.compile(
                    "(RedisMaster|RedisSlave|Sentinel|FrameBuffer|Monitoring)[A-Z]\\w+|Watchdog");
    private static final Pattern PANEL = Pattern.compile("/d/broker-metrics\\?viewPanel=([0-9]+)");
    private static final List<String> PARTS =
            List.of("## What it means", "## Look at", "## Do", "## How to know that it worked");
    private static final Map<String, Set<String>> COMPONENTS =
            Map.of(
                    "RedisMaster", Set.of("redis"),
                    "RedisSlave", Set.of("redis"),
                    "Sentinel", Set.of("sentinel"),
                    "FrameBuffer", Set.of("frame-buffer"),
                    "Monitoring", Set.of("monitoring"),
                    "Watchdog", Set.of("monitoring"));

    static List<Rule> alerts() {
        return Rules.alerts();
    }

    @Test
    void promtoolTakesThem() {
        List<String> command = new ArrayList<>(List.of(Tools.find("promtool"), "check", "rules"));
        Rules.files(Rules.DIRECTORY).forEach(file -> command.add(file.toString()));

        Tools.Outcome checked = Tools.run(Map.of(), command.toArray(String[]::new));

        assertThat(checked.status()).as(checked.text()).isZero();
    }

    @Test
    void promtoolsUnitTestsPass() {
        List<String> command = new ArrayList<>(List.of(Tools.find("promtool"), "test", "rules"));
        Rules.files(Rules.TESTS).forEach(file -> command.add(file.toString()));

        Tools.Outcome tested = Tools.run(Map.of(), command.toArray(String[]::new));

        assertThat(tested.status()).as(tested.text()).isZero();
    }

    @ParameterizedTest
    @MethodSource("alerts")
    void hasAUnitTestInWhichItFiresAndOneInWhichItDoesNot(Rule alert) {
        String named = "alertname=\"" + alert.name() + "\"";
        List<Rules.Expectation> about =
                Rules.expectations().stream()
                        .filter(each -> each.expression().contains(named))
                        .toList();

        assertThat(about)
                .as("it fires")
                .anyMatch(each ->
                        !each.none() && each.expression().contains("alertstate=\"firing\""));
        if (!alert.name().equals("Watchdog")) {
            assertThat(about).as("it does not").anyMatch(Rules.Expectation::none);
        }
    }

    @ParameterizedTest
    @MethodSource("alerts")
    void saysWhatItIsAbout(Rule alert) {
        assertThat(alert.name()).matches(NAME);
        assertThat(alert.labels().get("severity"))
                .isIn(
                        alert.name().equals("Watchdog")
                                ? List.of("none")
                                : List.of("critical", "warning", "info"));
        String kind =
                COMPONENTS.keySet().stream()
                        .filter(alert.name()::startsWith)
                        .findFirst()
                        .orElse("");
        assertThat(COMPONENTS.get(kind)).contains(alert.labels().get("component"));
        assertThat(alert.annotations())
                .containsOnlyKeys("summary", "description", "runbook_url", "dashboard_url");
        assertThat(alert.annotations().get("summary")).hasSizeBetween(15, 120);
    }

    @ParameterizedTest
    @MethodSource("alerts")
    void hasARunbookPage(Rule alert) {
        String url = String.valueOf(alert.annotations().get("runbook_url"));
        assertThat(url).isEqualTo("docs/deployment/alerts/" + alert.name() + ".md");
        Path page = Tools.project(url);
        assertThat(page).exists();
        assertThat(Tools.read(page)).startsWith("# " + alert.name() + "\n").contains(PARTS);
    }

    @Test
    void everyRunbookPageIsOfAnAlert() throws Exception {
        try (var pages = Files.list(Tools.project("docs/deployment/alerts"))) {
            assertThat(pages.map(page -> String.valueOf(page.getFileName())))
                    .containsExactlyInAnyOrderElementsOf(
                            Rules.alerts().stream().map(rule -> rule.name() + ".md").toList());
        }
    }

    @ParameterizedTest
    @MethodSource("alerts")
    void leadsToAPanel(Rule alert) {
        Matcher url = PANEL.matcher(String.valueOf(alert.annotations().get("dashboard_url")));
        assertThat(url.matches()).as(alert.annotations().get("dashboard_url")).isTrue();
        assertThat(Dashboard.read().panels())
                .anyMatch(panel -> panel.id() == Integer.parseInt(url.group(1)));
    }

    @Test
    void noRuleKnowsTheNameOfAContainer() {
        for (Rule rule : Rules.all()) {
            assertThat(rule.expression())
                    .as(rule.name())
                    .doesNotContainPattern("redis-(master|slave)|sentinel-[0-9]|172\\.");
        }
    }

    @Test
    void namesAreUnique() {
        assertThat(Rules.all()).extracting(Rule::name).doesNotHaveDuplicates();
    }
}
