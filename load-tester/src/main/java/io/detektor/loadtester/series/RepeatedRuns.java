package io.detektor.loadtester.series;

import io.detektor.loadtester.plan.LoadPlan;
import io.detektor.loadtester.plan.TargetPlan;
import io.detektor.loadtester.run.Interruption;
import io.detektor.loadtester.session.Configuration;
import io.detektor.loadtester.verify.Verdict;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs the same plan several times, against one target, or against two in turn. Two are interleaved
 * A-B-B-A, so that a machine that gets slower or faster meanwhile does so for both. Blocks.
 *
 * @param plan of each run
 * @param targets one, or the first and the one that is compared with it
 * @param rounds runs of one target; or rounds of A-B-B-A
 * @param maxRegressionPercent how much worse the second may be
 */
public record RepeatedRuns(
        LoadPlan plan, List<TargetPlan> targets, int rounds, double maxRegressionPercent) {

    private static final List<String> METRICS =
            List.of(Slice.RATE, Slice.MEAN, Slice.P50, Slice.P99);

    public RepeatedRuns {
        targets = List.copyOf(targets);
    }

    /** Runs everything; ends early when interrupted. */
    public SeriesResult run(Runner runner, Interruption interruption) {
        List<Slice> slices = new ArrayList<>();
        for (int i = 0; i < order().size() && !interruption.requested(); i++) {
            TargetPlan target = order().get(i);
            String name =
                    String.format(Locale.ROOT, "run-%02d", i + 1)
                            + (targets.size() > 1 ? "-" + target.word() : "");
            slices.add(Slice.of(name, target.word(), runner.run(name, plan.to(target))));
        }
        return result(slices, interruption.requested());
    }

    private List<TargetPlan> order() {
        List<TargetPlan> round =
                targets.size() == 1
                        ? targets
                        : List.of(targets.get(0), targets.get(1), targets.get(1), targets.get(0));
        return Collections.nCopies(rounds, round).stream().flatMap(List::stream).toList();
    }

    SeriesResult result(List<Slice> slices, boolean interrupted) {
        List<SeriesResult.Side> sides =
                targets.stream()
                        .map(TargetPlan::word)
                        .map(name -> new SeriesResult.Side(name, figures(of(name, slices))))
                        .toList();
        List<SeriesResult.Change> changes =
                targets.size() == 1 || interrupted
                        ? List.of()
                        : METRICS.stream()
                                .map(metric -> change(metric, sides.get(0), sides.get(1)))
                                .flatMap(Stream::ofNullable)
                                .toList();
        List<String> reasons = new ArrayList<>();
        Verdict.Outcome outcome = Verdict.Outcome.PASS;
        for (SeriesResult.Change change : changes) {
            if (change.ok()) {
                continue;
            }
            Verdict.Outcome found =
                    change.apart()
                            ? Verdict.Outcome.THRESHOLD_MISSED
                            : Verdict.Outcome.INCONCLUSIVE;
            outcome = found.compareTo(outcome) > 0 ? found : outcome;
            reasons.add(
                    String.format(
                            Locale.ROOT,
                            "%s is %.1f %% worse, more than %s %%%s",
                            change.metric(),
                            change.regressionPercent(),
                            plain(maxRegressionPercent),
                            change.apart()
                                    ? ""
                                    : ", but the runs of both overlap: more of them would tell"
                                            + " (--repeat)"));
        }
        Map<String, String> config = new LinkedHashMap<>(Configuration.of(plan));
        if (targets.size() > 1) {
            config.put(
                    "compare",
                    targets.stream().map(TargetPlan::word).collect(Collectors.joining(",")));
            config.put("maxRegression", plain(maxRegressionPercent) + " %");
        }
        config.put("repeat", Integer.toString(rounds));
        return new SeriesResult(
                SeriesResult.SCHEMA_VERSION,
                targets.size() > 1 ? "compare" : "repeat",
                config,
                slices,
                sides,
                changes,
                null,
                Verdicts.of(slices, outcome, reasons, interrupted));
    }

    private static List<Slice> of(String side, List<Slice> slices) {
        return slices.stream().filter(slice -> slice.side().equals(side)).toList();
    }

    private static Map<String, Spread> figures(Collection<Slice> slices) {
        Map<String, Spread> figures = new LinkedHashMap<>();
        for (String metric : METRICS) {
            List<Double> values =
                    slices.stream()
                            .map(slice -> slice.figure(metric))
                            .filter(value -> !value.isNaN())
                            .toList();
            if (!values.isEmpty()) {
                figures.put(metric, Spread.of(values));
            }
        }
        return figures;
    }

    private SeriesResult.@Nullable Change change(
            String metric, SeriesResult.Side first, SeriesResult.Side second) {
        Spread before = first.figures().get(metric);
        Spread after = second.figures().get(metric);
        if (before == null || after == null || before.median() <= 0) {
            return null;
        }
        double worse = after.median() - before.median();
        boolean rate = metric.equals(Slice.RATE);
        double percent = 100 * (rate ? -worse : worse) / before.median();
        boolean apart =
                rate ? after.largest() < before.smallest() : after.smallest() > before.largest();
        return new SeriesResult.Change(
                metric, Math.round(percent * 100) / 100.0, apart, percent <= maxRegressionPercent);
    }

    private static String plain(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }
}
