package io.detektor.loadtester.drill;

import io.detektor.loadtester.report.Overview;
import io.detektor.loadtester.report.Table;
import java.util.List;
import java.util.Locale;

/** A soak or a study of gaps as a page. Stateless. */
final class SeriesPage {

    private SeriesPage() {}

    static Overview of(SeriesReport report) {
        return new Overview(
                "Drill " + report.name(),
                report.outcome(),
                report.faults().size()
                        + " faults, "
                        + report.failovers()
                        + " failovers  ·  client "
                        + report.client()
                        + "  ·  down-after "
                        + report.downAfterMs()
                        + " ms  ·  "
                        + report.rate()
                        + "/s  ·  "
                        + DrillPage.line(
                                report.started(),
                                report.durationMs(),
                                report.seed(),
                                report.interrupted()),
                report.reasons(),
                List.of(totals(report), gaps(report), faults(report), processes(report)),
                List.of());
    }

    private static Table totals(SeriesReport report) {
        SeriesReport.Totals totals = report.totals();
        Table table =
                new Table(
                        "Messages of all runs",
                        report.bound().isEmpty()
                                ? "Everything but the first two must be 0."
                                : report.bound(),
                        true);
        for (String column :
                new String[] {
                    "attempted",
                    "acked",
                    "lost",
                    "duplicated",
                    "unexpected",
                    "corrupted",
                    "undelivered",
                    "stuck"
                }) {
            table.column(column, true);
        }
        return table.row(
                Table.Cell.number(totals.attempted()),
                Table.Cell.number(totals.acked()),
                Table.Cell.zero(totals.lost()),
                Table.Cell.zero(totals.duplicated()),
                Table.Cell.zero(totals.unexpected()),
                Table.Cell.zero(totals.corrupted()),
                Table.Cell.zero(totals.undelivered()),
                Table.Cell.zero(totals.stuck()));
    }

    private static Table gaps(SeriesReport report) {
        Table table =
                new Table("Write gap, by fault", "In seconds.", false)
                        .column("fault", false)
                        .column("n", true)
                        .column("min", true)
                        .column("median", true)
                        .column("p95", true)
                        .column("max", true);
        report.gaps()
                .forEach((kind, gap) ->
                        table.row(
                                Table.Cell.bold(kind),
                                Table.Cell.number(gap.count()),
                                seconds(gap.min()),
                                seconds(gap.median()),
                                seconds(gap.p95()),
                                seconds(gap.max())));
        return table;
    }

    private static Table faults(SeriesReport report) {
        Table table =
                new Table("Faults", "In their order.", true)
                        .column("run", false)
                        .column("fault", false)
                        .column("at s", true)
                        .column("write gap s", true)
                        .column("master changed", false)
                        .column("problems", false);
        for (SeriesReport.Fault fault : report.faults()) {
            table.row(
                    Table.Cell.run(
                            Integer.toString(fault.run()), SeriesReport.directory(fault.run())),
                    Table.Cell.bold(fault.kind()),
                    seconds(fault.tInjectMs()),
                    seconds(fault.gapMs()),
                    Table.Cell.key(fault.moved() ? "yes" : "no"),
                    Table.Cell.text(String.join("; ", fault.problems())));
        }
        return table;
    }

    private static Table processes(SeriesReport report) {
        Table table =
                new Table("What processes hold", "First and last.", false)
                        .column("process", false)
                        .column("resident MB", true)
                        .column("", true)
                        .column("descriptors", true)
                        .column("", true);
        report.heldFirstAndLast()
                .forEach((process, held) ->
                        table.row(
                                Table.Cell.text(process),
                                Table.Cell.number(held.getFirst().residentKb() / 1024),
                                Table.Cell.number(held.getLast().residentKb() / 1024),
                                Table.Cell.number(held.getFirst().descriptors()),
                                Table.Cell.number(held.getLast().descriptors())));
        return table;
    }

    private static Table.Cell seconds(long millis) {
        return Table.Cell.number(String.format(Locale.ROOT, "%.2f", millis / 1000.0));
    }
}
