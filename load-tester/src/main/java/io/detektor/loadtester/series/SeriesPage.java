package io.detektor.loadtester.series;

import io.detektor.loadtester.report.Overview;
import io.detektor.loadtester.report.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The results of several runs as a page, with links to each one's own. Stateless. */
public final class SeriesPage {

    private static final List<String> FIGURES =
            List.of(Slice.RATE, Slice.MEAN, Slice.P50, Slice.P99);

    private SeriesPage() {}

    /** The page; what it links to is in directories beside it, named like the runs. */
    public static Overview of(SeriesResult result) {
        List<Table> tables = new ArrayList<>();
        if (result.maximum() != null) {
            tables.add(steps(result, result.maximum()));
        } else {
            tables.add(runs(result));
        }
        tables.add(medians(result));
        tables.add(changes(result));
        tables.add(configuration(result));
        return new Overview(
                "Load tests: " + result.kind(),
                result.verdict().outcome(),
                line(result),
                result.verdict().reasons(),
                tables,
                List.of());
    }

    private static String line(SeriesResult result) {
        SeriesResult.Maximum maximum = result.maximum();
        return maximum == null
                ? result.slices().size()
                        + " runs  ·  "
                        + result.sides().stream()
                                .map(SeriesResult.Side::name)
                                .collect(Collectors.joining(" and "))
                : "at most " + SeriesSummary.maximum(maximum);
    }

    private static Table runs(SeriesResult result) {
        Table table =
                new Table("Runs", "In their order. Response times in milliseconds.", true)
                        .column("run", false)
                        .column("target", false)
                        .column("asked/s", true)
                        .column("acked/s", true)
                        .column("mean", true)
                        .column("p50", true)
                        .column("p99", true)
                        .column("success %", true)
                        .column("verdict", false);
        for (Slice slice : result.slices()) {
            List<Table.Cell> cells = new ArrayList<>();
            cells.add(Table.Cell.run(slice.name(), slice.name()));
            cells.add(Table.Cell.key(slice.side()));
            cells.add(slice.asked() > 0 ? number("%,.1f", slice.asked()) : Table.Cell.key("max"));
            for (String metric : FIGURES) {
                cells.add(figure(metric, slice.figure(metric)));
            }
            cells.add(number("%.4f", slice.successPercent()));
            cells.add(Table.Cell.outcome(slice.outcome()));
            table.row(cells.toArray(Table.Cell[]::new));
        }
        return table;
    }

    private static Table steps(SeriesResult result, SeriesResult.Maximum maximum) {
        Table table =
                new Table("Rates that were tried", "In their order.", true)
                        .column("run", false)
                        .column("rate/s", true)
                        .column("", false)
                        .column("p99 ms", true)
                        .column("backlog", true)
                        .column("why", false);
        // a step and its run are noted together
        for (int i = 0; i < maximum.steps().size(); i++) {
            SeriesResult.Step step = maximum.steps().get(i);
            String name = result.slices().get(i).name();
            table.row(
                    Table.Cell.run(name, name),
                    Table.Cell.number(step.perSecond()),
                    Table.Cell.of(step.kept(), "kept", "not kept"),
                    number("%.3f", step.p99Ms()),
                    Table.Cell.number(step.backlog()),
                    Table.Cell.text(step.why()));
        }
        return table;
    }

    private static Table medians(SeriesResult result) {
        Table table =
                new Table("Medians", "The true median is in the range, with that confidence.", true)
                        .column("target", false)
                        .column("figure", false)
                        .column("runs", true)
                        .column("median", true)
                        .column("smallest", true)
                        .column("largest", true)
                        .column("from", true)
                        .column("to", true)
                        .column("confidence %", true);
        for (SeriesResult.Side side : result.sides()) {
            for (Map.Entry<String, Spread> each : side.figures().entrySet()) {
                String metric = each.getKey();
                Spread spread = each.getValue();
                table.row(
                        Table.Cell.bold(side.name()),
                        Table.Cell.key(metric),
                        Table.Cell.number(spread.runs()),
                        figure(metric, spread.median()),
                        figure(metric, spread.smallest()),
                        figure(metric, spread.largest()),
                        figure(metric, spread.low()),
                        figure(metric, spread.high()),
                        number("%.1f", spread.confidencePercent()));
            }
        }
        return table;
    }

    private static Table changes(SeriesResult result) {
        Table table =
                new Table("The second against the first", "Of the medians.", true)
                        .column("figure", false)
                        .column("worse by %", true)
                        .column("every run", false)
                        .column("", false);
        for (SeriesResult.Change change : result.changes()) {
            table.row(
                    Table.Cell.bold(change.metric()),
                    number("%+.2f", change.regressionPercent()),
                    Table.Cell.key(change.apart() ? "yes" : "no"),
                    Table.Cell.of(change.ok(), "ok", "REGRESSED"));
        }
        return table;
    }

    private static Table configuration(SeriesResult result) {
        Table table =
                new Table("Configuration", "", false).column("option", false).column("", false);
        result.config()
                .forEach((option, value) -> {
                    if (!value.isEmpty()) {
                        table.row(Table.Cell.key(option), Table.Cell.text(value));
                    }
                });
        return table;
    }

    private static Table.Cell figure(String metric, double value) {
        return Double.isNaN(value)
                ? Table.Cell.number("–")
                : number(metric.equals(Slice.RATE) ? "%,.1f" : "%.3f", value);
    }

    private static Table.Cell number(String format, double value) {
        return Table.Cell.number(String.format(Locale.ROOT, format, value));
    }
}
