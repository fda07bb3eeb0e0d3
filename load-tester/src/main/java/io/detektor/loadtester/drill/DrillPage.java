package io.detektor.loadtester.drill;

import io.detektor.loadtester.report.Overview;
import io.detektor.loadtester.report.RunResult;
import io.detektor.loadtester.report.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The drill as a page. Stateless. */
final class DrillPage {

    private DrillPage() {}

    static Overview of(DrillReport report) {
        return new Overview(
                "Drill " + report.name(),
                report.outcome(),
                line(report.started(), report.durationMs(), report.seed(), report.interrupted()),
                report.reasons(),
                List.of(matrix(report), selfTests(report), lint(report)),
                report.rows().stream().map(DrillPage::section).toList());
    }

    /** When it was, for how long, and how to do it again. */
    static String line(String started, long durationMs, long seed, boolean interrupted) {
        return "started "
                + started.replaceFirst("\\.\\d+", "")
                + "  ·  "
                + durationMs / 1000
                + " s  ·  seed "
                + seed
                + (interrupted ? "  ·  interrupted" : "");
    }

    private static Table matrix(DrillReport report) {
        Table table =
                new Table("Matrix", "Lost, duplicated, unexpected, corrupted, stuck: 0.", true)
                        .column("#", true)
                        .column("fault", false)
                        .column("verdict", false);
        for (String count :
                new String[] {
                    "acked", "lost", "duplicated", "unexpected", "corrupted", "stuck", "gap s"
                }) {
            table.column(count, true);
        }
        table.column("expected", false)
                .column("with ack=master", false)
                .column("run", false)
                .column("control", false);
        for (DrillReport.RowResult row : report.rows()) {
            DrillReport.Numbers numbers = row.numbers();
            Table.Cell number = Table.Cell.number(row.number());
            Table.Cell fault = Table.Cell.section(row.name(), id(row));
            Table.Cell verdict = Table.Cell.outcome(row.outcome());
            if (numbers == null) {
                table.row(number, fault, verdict);
                table.line(String.join("; ", row.reasons()), "text doubt");
                continue;
            }
            DrillReport.Control control = row.control();
            table.row(
                    number,
                    fault,
                    verdict,
                    Table.Cell.number(numbers.acked()),
                    Table.Cell.zero(numbers.lost()),
                    Table.Cell.zero(numbers.duplicated()),
                    Table.Cell.zero(numbers.unexpected()),
                    Table.Cell.zero(numbers.corrupted()),
                    Table.Cell.zero(numbers.stuck()),
                    Table.Cell.number(DrillTable.seconds(row.gapMs())),
                    Table.Cell.key(row.gapExpected()),
                    Table.Cell.text(DrillTable.control(row)),
                    Table.Cell.run("run", row.directory()),
                    Table.Cell.run("control", control == null ? "" : control.directory()));
        }
        return table;
    }

    private static Table selfTests(DrillReport report) {
        Table table =
                new Table("Self-tests of the checker", "", true)
                        .column("what was done behind its back", false)
                        .column("expected", false)
                        .column("seen", false)
                        .column("", false);
        for (DrillReport.SelfTest test : report.selfTests()) {
            table.row(
                    Table.Cell.text(test.name()),
                    Table.Cell.text(test.expected()),
                    Table.Cell.text(test.seen()),
                    Table.Cell.of(test.caught(), "caught", "not caught"));
        }
        return table;
    }

    private static Table lint(DrillReport report) {
        Table table = new Table("Configuration", "", true).column("what is against it", false);
        report.lint().forEach(finding -> table.row(Table.Cell.text(finding.toString())));
        return table;
    }

    private static Overview.Section section(DrillReport.RowResult row) {
        List<String> lines = new ArrayList<>();
        lines.add(
                row.topology()
                        + "; "
                        + row.driver()
                        + "; master changed "
                        + row.moves()
                        + " times (expected: "
                        + row.movesExpected()
                        + "); gap expected "
                        + row.gapExpected()
                        + ": "
                        + row.gapSource());
        lines.addAll(row.reasons());
        lines.addAll(row.notes());
        lines.addAll(row.faults());
        Table timeline =
                new Table("Timeline", "", true)
                        .column("s", true)
                        .column("who", false)
                        .column("what", false);
        for (RunResult.Event event : row.events()) {
            timeline.row(
                    Table.Cell.number(String.format(Locale.ROOT, "%.3f", event.tMs() / 1000.0)),
                    Table.Cell.key(event.kind()),
                    Table.Cell.text(event.text()));
        }
        return new Overview.Section(
                id(row), row.number() + " " + row.name(), row.outcome(), lines, timeline);
    }

    private static String id(DrillReport.RowResult row) {
        return "row-" + row.number();
    }
}
