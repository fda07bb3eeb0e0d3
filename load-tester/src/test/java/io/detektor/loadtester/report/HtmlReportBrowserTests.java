package io.detektor.loadtester.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The pages as a browser shows them. */
class HtmlReportBrowserTests {

    /** How much of a chart has been drawn on: pixels that are not transparent. */
    private static final String DRAWN =
            """
            return [...document.querySelectorAll('.chart')].map(chart => {
              const canvas = chart.querySelector('canvas');
              if (!canvas) return 0;
              const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
              let drawn = 0;
              for (let i = 3; i < pixels.length; i += 4) if (pixels[i] > 0) drawn++;
              return drawn;
            })\
            """;

    @TempDir private static Path directory = Path.of("");

    @SuppressWarnings("NullAway.Init") // by the first test
    private static Browser browser;

    @BeforeAll
    static void start() {
        browser = Browser.start(directory.resolve("profile"));
    }

    @AfterAll
    static void end() {
        browser.close();
    }

    @ParameterizedTest
    @CsvSource({"1280, false", "1280, true", "390, false", "390, true"})
    void drawsEveryChartInBothSchemesOnAnyScreenAndAsksForNothing(int width, boolean dark)
            throws IOException {
        Path page = page("fault", Results.withAFault());

        browser.open(page, width, 900, dark);

        assertThat(browser.requests()).containsExactly(page.toUri().toString());
        assertThat(browser.complaints()).isEmpty();
        assertThat(ids())
                .containsExactly(
                        "chart-throughput",
                        "chart-latency",
                        "chart-percentiles",
                        "chart-errors",
                        "chart-inflight",
                        "chart-gaps",
                        "chart-lanes");
        assertThat((List<?>) browser.script(DRAWN))
                .allSatisfy(drawn -> assertThat(((Number) drawn).longValue()).isGreaterThan(500));
        assertThat(browser.number("document.documentElement.scrollWidth"))
                .isLessThanOrEqualTo(width);
        keep("report-" + width + (dark ? "-dark" : "-light"));
    }

    @Test
    void theMastersOwnAnswerIsDrawnBesideResponseAndService() throws IOException {
        browser.open(page("fault", Results.withAFault()), 1280, 900, false);

        assertThat(string("return document.querySelector('#chart-latency .u-legend').textContent"))
                .contains("response p50", "service p50", "master alone p50");
        assertThat(
                        string(
                                "return document.querySelector('#chart-percentiles .u-legend')"
                                        + ".textContent"))
                .contains("response", "service", "master-alone");
    }

    @ParameterizedTest
    @CsvSource({"1280, false", "390, true"})
    void aPageAboutSeveralRunsLeadsToEachAndAsksForNothing(int width, boolean dark)
            throws IOException {
        Table table =
                new Table("Runs", Results.HOSTILE, true)
                        .column("run", false)
                        .column("lost", true)
                        .row(Table.Cell.run("run-01", "run-01"), Table.Cell.zero(3));
        Path page =
                ReportFiles.write(
                        new Overview(
                                "Load tests",
                                "FAIL",
                                Results.HOSTILE,
                                List.of(Results.HOSTILE),
                                List.of(table),
                                List.of(
                                        new Overview.Section(
                                                "row-1",
                                                Results.HOSTILE,
                                                "PASS",
                                                List.of(Results.HOSTILE),
                                                table))),
                        directory.resolve("overview"));

        browser.open(page, width, 900, dark);

        assertThat(browser.requests()).containsExactly(page.toUri().toString());
        assertThat(browser.complaints()).isEmpty();
        assertThat(string("return document.querySelector('td a').href"))
                .isEqualTo(page.resolveSibling("run-01/report.html").toUri().toString());
        assertThat(browser.number("document.documentElement.scrollWidth"))
                .isLessThanOrEqualTo(width);
        keep("overview-" + width + (dark ? "-dark" : "-light"));
        String before = background();
        browser.script("document.getElementById('theme').click()");
        assertThat(background()).isNotEqualTo(before);
    }

    @Test
    void theSchemeCanBeSwitched() throws IOException {
        browser.open(page("fault", Results.withAFault()), 1280, 900, false);
        String light = background();

        browser.script("document.getElementById('theme').click()");

        assertThat(background()).isNotEqualTo(light);
        assertThat((List<?>) browser.script(DRAWN))
                .allSatisfy(drawn -> assertThat(((Number) drawn).longValue()).isGreaterThan(500));
        browser.script("document.getElementById('theme').click()");
        assertThat(background()).isEqualTo(light);
    }

    @Test
    void faultsAreShadedInEveryChartOverTime() throws IOException {
        browser.open(page("fault", Results.withAFault()), 1280, 900, false);
        String broken = string(SHADED.formatted(9.5));
        String whole = string(SHADED.formatted(4.5));

        assertThat(broken).isNotEqualTo(whole);
    }

    /** The color of the latency chart's background at a second. */
    private static final String SHADED =
            """
            const canvas = document.querySelector('#chart-latency canvas');
            const x = 62 + (canvas.width - 62 - 12) * %s / 20;
            return [...canvas.getContext('2d').getImageData(Math.round(x), 40, 1, 1).data].join()\
            """;

    @Test
    void textFromOutsideIsTextOnly() throws IOException {
        Path page = page("hostile", Results.hostile());

        browser.open(page, 1280, 900, false);

        assertThat(browser.complaints()).isEmpty();
        assertThat(browser.requests()).containsExactly(page.toUri().toString());
        assertThat(browser.number("document.scripts.length")).isEqualTo(3);
        assertThat(browser.number("document.images.length")).isZero();
        assertThat(string("return document.body.innerText")).contains(Results.HOSTILE);
        // in the legend of the errors, too
        assertThat(
                        (String)
                                browser.script(
                                        "return document.getElementById('chart-errors').innerText"))
                .contains(Results.HOSTILE);
    }

    @Test
    void whatTheChartsShowCanBeReadAsTablesAndHeard() throws IOException {
        browser.open(page("fault", Results.withAFault()), 1280, 900, false);

        assertThat(
                        browser.number(
                                "[...document.querySelectorAll('.chart')].filter(chart =>"
                                        + " chart.getAttribute('role') === 'img' &&"
                                        + " chart.getAttribute('aria-label').length > 40).length"))
                .isEqualTo(7);
        String text = string("return document.body.textContent");
        assertThat(text)
                .contains("Figures of the charts over time", "Figures of the percentile curves")
                .contains("Write gaps (2)", "Events (2)");
        assertThat(browser.number("document.querySelectorAll('.scroll th:not([scope])').length"))
                .isZero();
    }

    @Test
    void aRunWithoutFaultsAndConsumersHasChartsOfWhatThereIs() throws IOException {
        browser.open(page("quiet", Results.quiet()), 1280, 900, false);

        assertThat(browser.complaints()).isEmpty();
        assertThat(ids())
                .containsExactly(
                        "chart-throughput",
                        "chart-latency",
                        "chart-percentiles",
                        "chart-inflight",
                        "chart-lanes");
        assertThat(string("return document.body.innerText"))
                .contains("no faults")
                .doesNotContain("consumed:");
    }

    @Test
    void aRunThatWasInterruptedAtOnceSaysSo() throws IOException {
        browser.open(page("interrupted", Results.interrupted()), 390, 900, true);

        assertThat(browser.complaints()).isEmpty();
        assertThat(ids()).containsExactly("");
        assertThat(string("return document.body.innerText"))
                .contains("INCONCLUSIVE", "Interrupted", "There is no timeline", "read back");
        assertThat(browser.number("document.documentElement.scrollWidth")).isLessThanOrEqualTo(390);
    }

    @ParameterizedTest
    @CsvSource({"1280, false", "390, true"})
    void twoRunsLieOneOverTheOther(int width, boolean dark) throws IOException {
        Path page =
                ReportFiles.write(
                        Comparison.of(Results.withAFault(), Results.slower(), 10),
                        directory.resolve("diff"));

        browser.open(page, width, 900, dark);

        assertThat(browser.complaints()).isEmpty();
        assertThat(ids())
                .containsExactly(
                        "chart-throughput",
                        "chart-latency",
                        "chart-percentiles-response",
                        "chart-percentiles-service",
                        "chart-percentiles-master-alone",
                        "chart-percentiles-end-to-end");
        assertThat((List<?>) browser.script(DRAWN))
                .allSatisfy(drawn -> assertThat(((Number) drawn).longValue()).isGreaterThan(500));
        assertThat(string("return document.body.innerText")).contains("REGRESSED");
        assertThat(browser.number("document.documentElement.scrollWidth"))
                .isLessThanOrEqualTo(width);
        keep("diff-" + width);
    }

    private static Path page(String name, RunResult result) throws IOException {
        return ReportFiles.write(result, directory.resolve(name)).report();
    }

    private static List<String> ids() {
        return List.of(
                string(
                                "return [...document.querySelectorAll('.chart')].map(each => each.id).join()")
                        .split(",", -1));
    }

    private static String string(String script) {
        return String.valueOf(browser.script(script));
    }

    private static String background() {
        return string("return getComputedStyle(document.body).backgroundColor");
    }

    /** For people to look at. */
    private static void keep(String name) throws IOException {
        Path screenshots = Files.createDirectories(Path.of("target", "screenshots"));
        Files.write(screenshots.resolve(name + ".png"), browser.screenshot());
    }
}
