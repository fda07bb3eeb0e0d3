package io.detektor.loadtester.drill;

import static org.assertj.core.api.Assertions.assertThat;

import io.detektor.loadtester.report.Console;
import java.io.ByteArrayInputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

class DrillReportTests {

    @TempDir private Path out = Path.of("");

    @Test
    void theWorstWins() {
        assertThat(report(true, row(1, 0), row(2, 1)).exitCode()).isEqualTo(1);
        assertThat(report(true, row(1, 1), row(2, 5)).exitCode()).isEqualTo(5);
        assertThat(report(true, row(1, 5), row(2, 4)).exitCode()).isEqualTo(4);
        assertThat(report(true, row(1, 0)).outcome()).isEqualTo("PASS");
    }

    @Test
    void whatWasAskedForAndCannotBeDoneProvesNothing() {
        assertThat(report(true, row(1, 0), leftOut(24)).exitCode()).isEqualTo(5);
        assertThat(report(false, row(1, 0), leftOut(24)).exitCode()).isZero();
        // and nothing done at all is never a pass
        assertThat(report(false, leftOut(24)).exitCode()).isEqualTo(5);
    }

    @Test
    void aSelfTestThatIsNotCaughtSpoilsEverything() {
        DrillReport report =
                DrillReport.of(
                        plan(false),
                        "2026-01-01T00:00:00Z",
                        1000,
                        false,
                        List.of(),
                        List.of(row(1, 0)),
                        List.of(new DrillReport.SelfTest("x", "1 lost", "0 lost", false)));

        assertThat(report.exitCode()).isEqualTo(5);
        assertThat(report.reasons()).containsExactly("self-test 'x' was not caught: 0 lost");
    }

    @Test
    void anInterruptedDrillIsNoPass() {
        DrillReport report =
                DrillReport.of(
                        plan(false), "", 1000, true, List.of(), List.of(row(1, 0)), List.of());

        assertThat(report.exitCode()).isEqualTo(130);
        assertThat(report.outcome()).isEqualTo("INCONCLUSIVE");
    }

    @Test
    void everyFileNamesEachRow() throws Exception {
        DrillReport report = report(true, row(1, 0), row(5, 4), leftOut(24));

        DrillFiles.write(report, out);

        Element suite =
                DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(
                                new ByteArrayInputStream(
                                        Files.readAllBytes(out.resolve("junit.xml"))))
                        .getDocumentElement();
        assertThat(suite.getAttribute("tests")).isEqualTo("3");
        assertThat(suite.getAttribute("failures")).isEqualTo("1");
        assertThat(suite.getAttribute("skipped")).isEqualTo("1");
        assertThat(suite.getElementsByTagName("failure").getLength()).isEqualTo(1);
        String markdown = Files.readString(out.resolve("summary.md"));
        assertThat(markdown).contains("| 5 | a <b> & \"c\" | FAIL |").contains("LEFT OUT");
        String page = Files.readString(out.resolve("report.html"));
        assertThat(page).contains("a &lt;b&gt; &amp; &quot;c&quot;").doesNotContain("<b>");
        assertThat(page).contains("<a href=\"row/report.html\">run</a>").contains("id=\"row-5\"");
        assertThat(page).doesNotContain("http://").doesNotContain("https://");
        assertThat(Files.readString(out.resolve("drill.json"))).contains("\"exitCode\" : 4");
    }

    @Test
    void theScreenSaysHowManyWereLeftOut() {
        Console console =
                new Console(
                        new PrintStream(System.out, false, StandardCharsets.UTF_8),
                        true,
                        false,
                        false);
        String text = DrillTable.text(report(false, row(1, 0), leftOut(24)), console);

        assertThat(text).contains("PASS  1 of 1 rows passed, 1 left out");
    }

    private static DrillReport report(boolean asked, DrillReport.RowResult... rows) {
        return DrillReport.of(plan(asked), "", 1000, false, List.of(), List.of(rows), List.of());
    }

    private static DrillPlan plan(boolean asked) {
        return new DrillPlan(
                "x", Rows.numbered("1"), asked, 500, 1, false, true, Path.of("."), null, null);
    }

    private static DrillReport.RowResult row(int number, int exitCode) {
        return row(
                number,
                DrillReport.word(exitCode),
                exitCode,
                new DrillReport.Numbers(10, 10, 100, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1000));
    }

    private static DrillReport.RowResult leftOut(int number) {
        return row(number, DrillReport.LEFT_OUT, 0, null);
    }

    private static DrillReport.RowResult row(
            int number, String outcome, int exitCode, DrillReport.@Nullable Numbers numbers) {
        return new DrillReport.RowResult(
                number,
                "a <b> & \"c\"",
                "1+1",
                "processes",
                List.of(),
                outcome,
                exitCode,
                exitCode == 0 ? List.of() : List.of("because"),
                numbers,
                0,
                "0-1 s",
                "",
                0,
                "0",
                List.of(),
                null,
                List.of(),
                "row");
    }
}
