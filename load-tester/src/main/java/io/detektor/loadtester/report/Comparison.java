package io.detektor.loadtester.report;

import io.detektor.loadtester.measure.Latencies;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Two results side by side.
 *
 * @param a the older one, or the one to hold the other against
 * @param maxRegressionPercent how much worse a judged figure of {@code b} may be
 * @param figures one by one
 */
public record Comparison(
        RunResult a, RunResult b, double maxRegressionPercent, List<Figure> figures) {

    /** Not below this: as a share of nothing, anything is infinitely much. */
    private static final double NOTHING = 1e-9;

    public Comparison {
        figures = List.copyOf(figures);
    }

    /**
     * One figure of both.
     *
     * @param a null where the run has none
     * @param worsePercent how much worse {@code b} is; negative when it is better, null where that
     *     cannot be said
     * @param judged whether a regression counts; single values, such as a maximum, are shown only
     * @param regressed whether it is judged, and worse than allowed
     */
    public record Figure(
            String name,
            String unit,
            @Nullable Double a,
            @Nullable Double b,
            @Nullable Double worsePercent,
            boolean judged,
            boolean regressed) {}

    /** Compares. */
    public static Comparison of(RunResult a, RunResult b, double maxRegressionPercent) {
        List<Figure> figures = new ArrayList<>();
        Maker maker = new Maker(maxRegressionPercent, figures);
        maker.add("acknowledged", "/s", a.rates().acked(), b.rates().acked(), true, true);
        maker.add(
                "success",
                "%",
                a.counts().successPercent(),
                b.counts().successPercent(),
                true,
                true);
        maker.latency("service", a.latency().ackService(), b.latency().ackService());
        maker.latency("response", a.latency().ackResponse(), b.latency().ackResponse());
        maker.latency("end-to-end", a.latency().endToEnd(), b.latency().endToEnd());
        maker.add(
                "longest write gap",
                "ms",
                (double) a.proof().longestWriteGapMs(),
                (double) b.proof().longestWriteGapMs(),
                false,
                false);
        maker.add("failed tries", "", errors(a), errors(b), false, false);
        // one lost message is a regression, whatever the share
        Double lostA = lost(a);
        Double lostB = lost(b);
        figures.add(
                new Figure(
                        "sets that must be empty",
                        "",
                        lostA,
                        lostB,
                        null,
                        true,
                        lostB != null && lostB > (lostA == null ? 0 : lostA)));
        return new Comparison(a, b, maxRegressionPercent, figures);
    }

    private static double errors(RunResult result) {
        return result.counts().errors().values().stream().mapToLong(Long::longValue).sum();
    }

    private static @Nullable Double lost(RunResult result) {
        List<Zero> zeros = Zero.of(result.proof());
        return zeros.isEmpty()
                ? null
                : Double.valueOf((double) zeros.stream().mapToLong(Zero::count).sum());
    }

    /** Those that are worse than allowed. */
    public List<Figure> regressions() {
        return figures.stream().filter(Figure::regressed).toList();
    }

    /** What differs between what was done, in words: other than the results, of course. */
    public List<String> differences() {
        List<String> differences = new ArrayList<>();
        java.util.Set<String> names = new java.util.LinkedHashSet<>(a.config().keySet());
        names.addAll(b.config().keySet());
        for (String name : names) {
            String before = a.config().getOrDefault(name, "");
            String after = b.config().getOrDefault(name, "");
            if (!before.equals(after)) {
                differences.add(name + ": " + none(before) + " and " + none(after));
            }
        }
        if (!a.run().host().equals(b.run().host())) {
            differences.add("machine: " + a.run().host() + " and " + b.run().host());
        }
        return differences;
    }

    private static String none(String value) {
        return value.isEmpty() ? "none" : value;
    }

    /** The comparison as text of at most 100 columns, the last line being the verdict. */
    public String text() {
        StringBuilder text = new StringBuilder();
        text.append("A  ").append(title(a)).append("\nB  ").append(title(b)).append('\n');
        for (String difference : differences()) {
            text.append(Columns.wrap("   differs in " + difference, 6)).append('\n');
        }
        text.append(String.format(Locale.ROOT, "%n%-26s %14s %14s %10s%n", "", "A", "B", "B is"));
        for (Figure figure : figures) {
            text.append(
                            String.format(
                                            Locale.ROOT,
                                            "%-26s %14s %14s %10s  %s",
                                            figure.name()
                                                    + (figure.unit().isEmpty()
                                                            ? ""
                                                            : ", " + figure.unit()),
                                            value(figure.a()),
                                            value(figure.b()),
                                            change(figure),
                                            figure.regressed()
                                                    ? "REGRESSED"
                                                    : figure.judged() ? "ok" : "not judged")
                                    .stripTrailing())
                    .append('\n');
        }
        return text.append('\n').append(verdict()).toString();
    }

    private static String title(RunResult result) {
        return Columns.wrap(
                result.run().id()
                        + "  "
                        + result.run().started()
                        + "  "
                        + result.verdict().outcome()
                        + "  "
                        + result.target().kind()
                        + " via "
                        + result.target().where(),
                3);
    }

    /** Whether anything is worse than allowed, and what. */
    public String verdict() {
        String allowed = String.format(Locale.ROOT, "%s %%", Columns.plain(maxRegressionPercent));
        List<Figure> regressions = regressions();
        return regressions.isEmpty()
                ? "DIFF     PASS  no judged figure is more than " + allowed + " worse"
                : Columns.wrap(
                        "DIFF     FAIL  worse by more than "
                                + allowed
                                + ": "
                                + String.join(
                                        ", ", regressions.stream().map(Figure::name).toList()),
                        9);
    }

    static String value(@Nullable Double value) {
        if (value == null) {
            return "–";
        }
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? String.format(Locale.ROOT, "%,.0f", value)
                : String.format(Locale.ROOT, "%,.3f", value);
    }

    static String change(Figure figure) {
        Double worse = figure.worsePercent();
        if (worse == null) {
            return "";
        }
        if (Math.abs(worse) < 0.05) {
            return "the same";
        }
        return String.format(
                Locale.ROOT, "%.1f %% %s", Math.abs(worse), worse > 0 ? "worse" : "better");
    }

    /** Adds figures. */
    private record Maker(double allowed, List<Figure> figures) {

        void latency(String name, Latencies.@Nullable Summary a, Latencies.@Nullable Summary b) {
            if (count(a) == 0 && count(b) == 0) {
                return;
            }
            one(name + " mean", a, b, Latencies.Summary::mean, true);
            one(name + " p50", a, b, Latencies.Summary::p50, true);
            one(name + " p95", a, b, Latencies.Summary::p95, true);
            one(name + " p99", a, b, Latencies.Summary::p99, true);
            one(name + " p99.9", a, b, Latencies.Summary::p999, false);
            one(name + " max", a, b, Latencies.Summary::max, false);
        }

        private static long count(Latencies.@Nullable Summary summary) {
            return summary == null ? 0 : summary.count();
        }

        private void one(
                String name,
                Latencies.@Nullable Summary a,
                Latencies.@Nullable Summary b,
                ToDoubleFunction<Latencies.Summary> value,
                boolean judged) {
            add(
                    name,
                    "ms",
                    a == null || a.count() == 0 ? null : value.applyAsDouble(a),
                    b == null || b.count() == 0 ? null : value.applyAsDouble(b),
                    false,
                    judged);
        }

        void add(
                String name,
                String unit,
                @Nullable Double a,
                @Nullable Double b,
                boolean moreIsBetter,
                boolean judged) {
            Double worse = null;
            if (a != null && b != null && (a > NOTHING || b <= NOTHING)) {
                worse = a <= NOTHING ? 0 : 100 * (moreIsBetter ? a - b : b - a) / a;
            }
            // what one of them lacks altogether is no regression of a figure: the verdict says it
            boolean regressed = judged && worse != null && worse > allowed;
            figures.add(new Figure(name, unit, a, b, worse, judged, regressed));
        }
    }
}
