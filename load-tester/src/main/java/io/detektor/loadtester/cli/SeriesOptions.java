package io.detektor.loadtester.cli;

import io.detektor.loadtester.plan.Goals;
import io.detektor.loadtester.plan.InvalidValueException;
import io.detektor.loadtester.plan.LoadPlan;
import io.detektor.loadtester.plan.Rate;
import io.detektor.loadtester.plan.TargetPlan;
import io.detektor.loadtester.plan.ThresholdSpec;
import io.detektor.loadtester.plan.Units;
import io.detektor.loadtester.report.RunResult;
import io.detektor.loadtester.run.Interruption;
import io.detektor.loadtester.series.MaxSearch;
import io.detektor.loadtester.series.RepeatedRuns;
import io.detektor.loadtester.series.SeriesResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Several runs in one command, and earlier runs to compare with. */
final class SeriesOptions {

    /** Doubling from here to a million takes ten steps. */
    private static final int FIRST_RATE = 1000;

    @Option(
            names = "--compare",
            paramLabel = "TARGET,TARGET",
            defaultValue = "",
            description =
                    "Run the same against two targets, interleaved A-B-B-A, for instance"
                            + " redis-direct,redis; the second must not be worse than the first by"
                            + " more than --max-regression")
    private String compare = "";

    @Option(
            names = "--repeat",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Run it N times (with --compare: N rounds of A-B-B-A), and say median, spread"
                            + " and how certain the median is (default: ${DEFAULT-VALUE})")
    private String repeat = "";

    @Option(
            names = "--baseline",
            paramLabel = "FILE",
            defaultValue = "",
            description =
                    "result.json of an earlier run: rate, mean, p50 and p99 must not be worse than"
                            + " there by more than --max-regression")
    private String baseline = "";

    @Option(
            names = "--max-regression",
            paramLabel = "PERCENT",
            defaultValue = "10%",
            description =
                    "How much worse --compare and --baseline allow (default: ${DEFAULT-VALUE})")
    private String maxRegression = "";

    @Option(
            names = "--find-max",
            defaultValue = "false",
            description =
                    "Look for the highest rate that is kept: double it, then halve the distance;"
                            + " from --rate on, or from 1000/s")
    private boolean findMax;

    @Option(
            names = "--max-p99",
            paramLabel = "TIME",
            defaultValue = "50ms",
            description =
                    "With --find-max: the most that response times may be at 99 %% (default:"
                            + " ${DEFAULT-VALUE})")
    private String maxP99 = "";

    @Option(
            names = "--hold",
            paramLabel = "TIME",
            defaultValue = "10s",
            description =
                    "With --find-max: how long a rate has to be kept (default: ${DEFAULT-VALUE})")
    private String hold = "";

    /** Runs several times. */
    interface Several {

        /** What each run does. */
        LoadPlan plan();

        /** Runs, prints and keeps; what the process ends with. */
        int run(SeriesOutput output, Function<LoadPlan, RunResult> load, Interruption interruption);
    }

    /**
     * What to run, if it is more than one run; otherwise null.
     *
     * @param all where the runs go, as {@link #targets} says
     */
    @Nullable Several several(LoadOptions options, LoadPlan plan, List<TargetPlan> all) {
        int rounds = options.integer("--repeat", repeat, 1, 1000);
        if (findMax) {
            if (rounds > 1 || !compare.isEmpty() || !plan.faults().isEmpty()) {
                throw new InvalidValueException(
                        options.name("--find-max"), "true", "no --repeat, --compare or --fault");
            }
            return maximum(options, plan);
        }
        for (String other : List.of("--max-p99", "--hold")) {
            if (options.given(other)) {
                throw new InvalidValueException(
                        options.name(other), "given", "with --find-max only");
            }
        }
        if (compare.isEmpty() && rounds == 1) {
            return null;
        }
        if (!compare.isEmpty()) {
            checkComparable(options, plan, all);
        }
        RepeatedRuns runs = new RepeatedRuns(plan, all, rounds, percent(options));
        return new Several() {
            @Override
            public LoadPlan plan() {
                return plan;
            }

            @Override
            public int run(
                    SeriesOutput output,
                    Function<LoadPlan, RunResult> load,
                    Interruption interruption) {
                return output.finish(runs.run(output.keeping(load), interruption));
            }
        };
    }

    /**
     * Where the runs go.
     *
     * @param single where a single one goes
     * @param named makes a target from its name
     */
    List<TargetPlan> targets(
            LoadOptions options, TargetPlan single, Function<String, TargetPlan> named) {
        if (compare.isEmpty()) {
            return List.of(single);
        }
        List<TargetPlan> all = Arrays.stream(compare.split(",", -1)).map(named).toList();
        if (all.size() != 2 || all.get(0).word().equals(all.get(1).word())) {
            throw new InvalidValueException(
                    options.name("--compare"),
                    compare,
                    "two different targets, for instance redis-direct,redis");
        }
        return all;
    }

    private void checkComparable(LoadOptions options, LoadPlan plan, List<TargetPlan> all) {
        if (options.given("--target")) {
            throw new InvalidValueException(
                    options.name("--compare"), compare, "no --target, which it replaces");
        }
        boolean http = all.stream().anyMatch(TargetPlan.Http.class::isInstance);
        if (http && (plan.consumers() > 0 || plan.warmup().isPositive())) {
            throw new InvalidValueException(
                    options.name("--compare"),
                    compare,
                    "--warmup 0 and no --consumers where http is compared");
        }
    }

    private Several maximum(LoadOptions options, LoadPlan plan) {
        Duration howLong = Units.duration(options.name("--hold"), hold);
        if (howLong.compareTo(Duration.ofSeconds(1)) < 0
                || howLong.compareTo(Duration.ofHours(1)) > 0) {
            throw new InvalidValueException(options.name("--hold"), hold, "1s to 1h");
        }
        Duration limit = Units.duration(options.name("--max-p99"), maxP99);
        if (!limit.isPositive()) {
            throw new InvalidValueException(options.name("--max-p99"), maxP99, "1ms or more");
        }
        boolean given = options.given("--rate");
        if (plan.rate() instanceof Rate.Following || (given && plan.rate() instanceof Rate.Max)) {
            throw new InvalidValueException(
                    options.name("--find-max"), "true", "a --rate to begin with, or none");
        }
        int from = given && plan.rate() instanceof Rate.PerSecond(int asked) ? asked : FIRST_RATE;
        MaxSearch search = new MaxSearch(plan, from, howLong, limit);
        return new Several() {
            @Override
            public LoadPlan plan() {
                return plan.at(new Rate.PerSecond(from), howLong, Goals.NONE);
            }

            @Override
            public int run(
                    SeriesOutput output,
                    Function<LoadPlan, RunResult> load,
                    Interruption interruption) {
                SeriesResult result = search.run(output.keeping(load), interruption, output::step);
                return output.finish(result);
            }
        };
    }

    /** The goals, and those that an earlier run sets. */
    Goals withBaseline(LoadOptions options, Goals goals) {
        if (baseline.isEmpty()) {
            if (options.given("--max-regression") && compare.isEmpty()) {
                throw new InvalidValueException(
                        options.name("--max-regression"),
                        maxRegression,
                        "with --compare or --baseline only");
            }
            return goals;
        }
        List<ThresholdSpec> all = new ArrayList<>(goals.thresholds());
        all.addAll(Baseline.read(options.name("--baseline"), baseline, percent(options)));
        return new Goals(all, goals.grace());
    }

    private double percent(LoadOptions options) {
        String text = maxRegression.trim();
        String number = text.endsWith("%") ? text.substring(0, text.length() - 1).trim() : text;
        if (number.matches("\\d{1,4}(\\.\\d{1,3})?")) {
            return Double.parseDouble(number);
        }
        throw new InvalidValueException(
                options.name("--max-regression"), maxRegression, "percent, for instance 10%");
    }
}
