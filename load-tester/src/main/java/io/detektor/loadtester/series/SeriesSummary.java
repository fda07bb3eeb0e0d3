package io.detektor.loadtester.series;

import io.detektor.loadtester.report.Console;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The results of several runs on one screen. */
public final class SeriesSummary {

    private SeriesSummary() {}

    /** The summary, lines separated by newlines. */
    public static String text(SeriesResult result, Console console) {
        List<String> lines = new ArrayList<>();
        lines.add("");
        if (result.maximum() == null) {
            for (Slice slice : result.slices()) {
                lines.add(console.label("RUN") + line(slice));
            }
        }
        for (SeriesResult.Side side : result.sides()) {
            side.figures()
                    .forEach((metric, spread) ->
                            lines.add(console.label("MEDIAN") + line(side.name(), metric, spread)));
        }
        for (SeriesResult.Change change : result.changes()) {
            lines.add(console.label("CHANGE") + line(change, console));
        }
        SeriesResult.Maximum maximum = result.maximum();
        if (maximum != null) {
            for (SeriesResult.Step step : maximum.steps()) {
                lines.add(step(step));
            }
            lines.add(console.label("MAXIMUM") + maximum(maximum));
        }
        lines.add(verdictLine(result, console));
        for (String reason : result.verdict().reasons()) {
            lines.add(console.label("") + reason);
        }
        return String.join("\n", lines);
    }

    /** The last line. */
    public static String verdictLine(SeriesResult result, Console console) {
        String word = result.verdict().outcome();
        SeriesResult.Maximum maximum = result.maximum();
        return console.label("VERDICT")
                + console.outcome(word)
                + (maximum == null
                        ? "  " + result.kind()
                        : "  at most " + maximum.perSecond() + "/s");
    }

    /** A step of a search. */
    public static String step(SeriesResult.Step step) {
        return String.format(
                Locale.ROOT,
                "STEP     %7d/s  %-8s  p99 %.3f ms  backlog %d%s",
                step.perSecond(),
                step.kept() ? "kept" : "not kept",
                step.p99Ms(),
                step.backlog(),
                step.why().isEmpty() ? "" : "  " + step.why());
    }

    private static String line(Slice slice) {
        return String.format(
                Locale.ROOT,
                "%-22s %9.1f/s  mean %8.3f  p50 %8.3f  p99 %8.3f ms  %s",
                slice.name(),
                slice.figure(Slice.RATE),
                slice.figure(Slice.MEAN),
                slice.figure(Slice.P50),
                slice.figure(Slice.P99),
                slice.outcome());
    }

    private static String line(String side, String metric, Spread spread) {
        return String.format(
                Locale.ROOT,
                "%-13s %-9s %10.3f %-4s of %d  spread %.3f to %.3f  median in %.3f to %.3f (%.1f %%)",
                side,
                metric,
                spread.median(),
                metric.equals(Slice.RATE) ? "/s" : "ms",
                spread.runs(),
                spread.smallest(),
                spread.largest(),
                spread.low(),
                spread.high(),
                spread.confidencePercent());
    }

    private static String line(SeriesResult.Change change, Console console) {
        double percent = change.regressionPercent();
        String text =
                String.format(
                        Locale.ROOT,
                        "%-9s %.2f %% %s%s",
                        change.metric(),
                        Math.abs(percent),
                        percent > 0 ? "worse" : "better",
                        change.apart() || percent <= 0 ? "" : ", within the spread");
        return change.ok() ? text : console.paint(Console.Paint.RED, text);
    }

    /** What a search found. */
    static String maximum(SeriesResult.Maximum maximum) {
        return String.format(
                Locale.ROOT,
                "%d/s kept for %.0f s with success 100 %%, lost 0, p99 at most %.3f ms; the limit:"
                        + " %s%s",
                maximum.perSecond(),
                maximum.holdSeconds(),
                maximum.p99LimitMs(),
                maximum.failedPerSecond() > 0 ? maximum.failedPerSecond() + "/s, " : "",
                maximum.limit());
    }
}
