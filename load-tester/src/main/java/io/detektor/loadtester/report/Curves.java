package io.detektor.loadtester.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Percentile curves on the axis 1/(1-p), on which 90 %, 99 % and 99.9 % are equally far apart; all
 * at the same places, so that they can be told apart and subtracted.
 */
final class Curves {

    private static final int POINTS_PER_DECADE = 20;

    private static final Map<String, String> COLORS =
            Map.of(
                    "response", "orange",
                    "service", "blue",
                    "master-alone", "purple",
                    "end-to-end", "green");

    private Curves() {}

    static Chart of(RunResult result) {
        Map<String, Histogram> histograms = HistogramFiles.of(result);
        double[] x = places(histograms.values());
        List<Chart.Line> lines = new ArrayList<>();
        StringBuilder says = new StringBuilder("Share of messages that took at most so long.");
        histograms.forEach((name, histogram) -> {
            lines.add(
                    Chart.Line.of(
                            name,
                            COLORS.getOrDefault(name, "grey"),
                            at(histogram, x),
                            false,
                            false));
            says.append(
                    String.format(
                            Locale.ROOT,
                            " %s: p50 %.3f, p99 %.3f, max %.3f ms.",
                            name,
                            histogram.getValueAtPercentile(50) / 1e6,
                            histogram.getValueAtPercentile(99) / 1e6,
                            histogram.getMaxValue() / 1e6));
        });
        return Chart.lines(
                "percentiles",
                Chart.Kind.CURVE,
                "Latency by percentile",
                says.toString(),
                "ms",
                true,
                x,
                lines);
    }

    /** From the minimum to where the largest histogram has a single value left. */
    static double[] places(Iterable<Histogram> histograms) {
        long most = 1;
        for (Histogram histogram : histograms) {
            most = Math.max(most, histogram.getTotalCount());
        }
        int points = (int) Math.ceil(Math.log10((double) Math.max(10, most)) * POINTS_PER_DECADE);
        double[] x = new double[points + 1];
        for (int i = 0; i <= points; i++) {
            x[i] = Math.pow(10, i / (double) POINTS_PER_DECADE);
        }
        return x;
    }

    /** Milliseconds at each place; null beyond the last value. */
    static @Nullable Double[] at(Histogram histogram, double[] x) {
        @Nullable Double[] y = new Double[x.length];
        for (int i = 0; i < x.length; i++) {
            // the first place past the count shows the maximum, the next ones are made up
            boolean known = i == 0 || x[i - 1] <= histogram.getTotalCount();
            double percentile = 100 * (1 - 1 / x[i]);
            y[i] = known ? Math.max(0.001, histogram.getValueAtPercentile(percentile) / 1e6) : null;
        }
        return y;
    }
}
