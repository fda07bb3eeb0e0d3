package io.detektor.loadtester.report;

import io.detektor.loadtester.measure.Measurements;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** {@code diff.html}: two results, one over the other. */
final class HtmlDiff {

    private HtmlDiff() {}

    static String of(Comparison comparison) {
        RunResult a = comparison.a();
        RunResult b = comparison.b();
        boolean ok = comparison.regressions().isEmpty();
        Map<String, Object> model = new LinkedHashMap<>();
        model.put("verdict", ok ? "PASS" : "FAIL");
        model.put("verdictClass", ok ? "good" : "bad");
        model.put("heading", "Two load tests");
        model.put("says", comparison.verdict().replaceAll("\\s+", " ").replaceFirst("^DIFF ", ""));
        model.put("a", a.run().id() + ": " + a.verdict().outcome() + "  ·  " + HtmlReport.line(a));
        model.put("b", b.run().id() + ": " + b.verdict().outcome() + "  ·  " + HtmlReport.line(b));
        model.put("differences", comparison.differences());
        model.put("differ", !comparison.differences().isEmpty());
        model.put("tables", List.of(figures(comparison).model()));
        List<Chart> charts = charts(a, b);
        model.put("charts", charts.stream().map(Chart::model).toList());
        return Page.of(
                "Load tests " + a.run().id() + " and " + b.run().id(),
                "diff",
                model,
                new Page.Data(
                        Math.max(Spans.end(a), Spans.end(b)), Spans.bands(b), List.of(), charts));
    }

    private static Table figures(Comparison comparison) {
        Table table =
                new Table(
                                "Figures",
                                "Not judged: single values, of which another run would have others.",
                                true)
                        .column("", false)
                        .column("A", true)
                        .column("B", true)
                        .column("B is", true)
                        .column("", false);
        for (Comparison.Figure figure : comparison.figures()) {
            table.row(
                    new Table.Cell(
                            figure.name() + (figure.unit().isEmpty() ? "" : ", " + figure.unit()),
                            "bold"),
                    Table.Cell.number(Comparison.value(figure.a())),
                    Table.Cell.number(Comparison.value(figure.b())),
                    Table.Cell.number(Comparison.change(figure)),
                    figure.regressed()
                            ? new Table.Cell("REGRESSED", "bad")
                            : figure.judged()
                                    ? new Table.Cell("ok", "good")
                                    : new Table.Cell("not judged", "key"));
        }
        return table;
    }

    private static List<Chart> charts(RunResult a, RunResult b) {
        List<Chart> charts = new ArrayList<>();
        if (!a.timeline().isEmpty() && !b.timeline().isEmpty()) {
            charts.add(
                    time(
                            "throughput",
                            "Acknowledged per second",
                            "/s",
                            false,
                            a,
                            b,
                            List.of(Map.entry("acked", second -> second.confirmed()))));
            charts.add(
                    time(
                            "latency",
                            "Response times over time",
                            "ms",
                            true,
                            a,
                            b,
                            List.of(
                                    Map.entry("p99", Measurements.Second::p99),
                                    Map.entry("p50", Measurements.Second::p50))));
        }
        Map<String, Histogram> ofA = HistogramFiles.of(a);
        Map<String, Histogram> ofB = HistogramFiles.of(b);
        for (String name : List.of("response", "service", "master-alone", "end-to-end")) {
            Histogram first = ofA.get(name);
            Histogram second = ofB.get(name);
            if (first != null && second != null) {
                double[] x = Curves.places(List.of(first, second));
                charts.add(
                        Chart.lines(
                                "percentiles-" + name,
                                Chart.Kind.CURVE,
                                "Percentiles: " + name,
                                String.format(
                                        Locale.ROOT,
                                        "p99 %.3f ms in A, %.3f ms in B.",
                                        first.getValueAtPercentile(99) / 1e6,
                                        second.getValueAtPercentile(99) / 1e6),
                                "ms",
                                true,
                                x,
                                List.of(
                                        Chart.Line.of(
                                                "A", "blue", Curves.at(first, x), true, false),
                                        Chart.Line.of(
                                                "B",
                                                "orange",
                                                Curves.at(second, x),
                                                false,
                                                false))));
            }
        }
        return charts;
    }

    private static Chart time(
            String id,
            String title,
            String unit,
            boolean log,
            RunResult a,
            RunResult b,
            List<Map.Entry<String, ToDoubleFunction<Measurements.Second>>> values) {
        int length = Math.max(a.timeline().size(), b.timeline().size());
        double[] x = new double[length];
        for (int i = 0; i < length; i++) {
            x[i] = i + 1;
        }
        List<Chart.Line> lines = new ArrayList<>();
        String[] colors = {"orange", "purple"};
        String[] others = {"blue", "green"};
        for (int i = 0; i < values.size(); i++) {
            var value = values.get(i);
            lines.add(
                    Chart.Line.of(
                            "A " + value.getKey(),
                            others[i],
                            column(a, length, log, value.getValue()),
                            true,
                            false));
            lines.add(
                    Chart.Line.of(
                            "B " + value.getKey(),
                            colors[i],
                            column(b, length, log, value.getValue()),
                            false,
                            false));
        }
        return Chart.lines(
                id,
                Chart.Kind.TIME,
                title,
                "A is dashed. Shaded: the faults of B.",
                unit,
                log,
                x,
                lines);
    }

    private static @Nullable Double[] column(
            RunResult result,
            int length,
            boolean log,
            ToDoubleFunction<Measurements.Second> value) {
        @Nullable Double[] column = new Double[length];
        double before = 0;
        for (int i = 0; i < result.timeline().size(); i++) {
            Measurements.Second second = result.timeline().get(i);
            double y = value.applyAsDouble(second);
            // the rest of a second at the end is no second
            boolean whole = second.t() - before >= 0.5;
            column[i] = whole && (!log || (second.confirmed() > 0 && y > 0)) ? y : null;
            before = second.t();
        }
        return column;
    }
}
