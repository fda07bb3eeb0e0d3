package io.detektor.loadtester.series;

import io.detektor.loadtester.measure.Measurements;
import io.detektor.loadtester.plan.Goals;
import io.detektor.loadtester.plan.LoadPlan;
import io.detektor.loadtester.plan.Rate;
import io.detektor.loadtester.plan.Units;
import io.detektor.loadtester.report.RunResult;
import io.detektor.loadtester.run.Interruption;
import io.detektor.loadtester.session.Configuration;
import io.detektor.loadtester.verify.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Looks for the highest rate that is kept: doubles it until one is not, then halves the distance
 * between the highest that was and the lowest that was not. A rate is kept when for the whole time
 * every message was confirmed and none lost, the schedule was kept, response times stayed under the
 * limit at 99 %, and no backlog built up. Blocks.
 *
 * @param plan of each run, but for rate and time
 * @param from the rate to begin with, in messages per second
 * @param hold how long a rate has to be kept
 * @param p99Limit the most that response times may be at 99 %
 */
public record MaxSearch(LoadPlan plan, int from, Duration hold, Duration p99Limit) {

    /** The search ends when the two are this close. */
    private static final double CLOSE = 0.05;

    /** A backlog of so few messages is none, whatever the rate. */
    private static final long FEW = 100;

    /** How a rate did. */
    record Judgement(boolean kept, long backlog, String why, boolean tester) {}

    /**
     * Searches; ends early when interrupted.
     *
     * @param step told each rate that was tried
     */
    public SeriesResult run(
            Runner runner, Interruption interruption, Consumer<SeriesResult.Step> step) {
        List<Slice> slices = new ArrayList<>();
        List<SeriesResult.Step> steps = new ArrayList<>();
        int kept = 0;
        int failed = 0;
        String limit = "the highest rate that can be asked for, " + Rate.HIGHEST + "/s";
        Slice broken = null;
        int next = from;
        while (next > 0 && broken == null && !interruption.requested()) {
            String name = String.format(Locale.ROOT, "run-%02d-%d", steps.size() + 1, next);
            RunResult result =
                    runner.run(name, plan.at(new Rate.PerSecond(next), hold, Goals.NONE));
            if (result.run().interrupted()) {
                break;
            }
            Judgement judgement = judge(result);
            Slice slice = Slice.of(name, plan.target().word(), result);
            SeriesResult.Step tried =
                    new SeriesResult.Step(
                            next,
                            judgement.kept(),
                            result.latency().ackResponse().p99(),
                            judgement.backlog(),
                            judgement.why());
            steps.add(tried);
            slices.add(slice);
            step.accept(tried);
            if (Verdicts.outcome(slice.exitCode()) == Verdict.Outcome.INTEGRITY_FAILED) {
                // what loses messages has no highest rate
                broken = slice;
            }
            if (judgement.kept()) {
                kept = next;
            } else {
                failed = next;
                limit =
                        (judgement.tester() ? "this tester, not the target: " : "")
                                + judgement.why();
            }
            next = next(kept, failed);
        }
        return result(slices, steps, new Found(kept, failed, limit), broken, interruption);
    }

    private record Found(int kept, int failed, String limit) {}

    /** The rate to try next; 0 when it is found. */
    static int next(int kept, int failed) {
        if (failed == 0) {
            return kept == Rate.HIGHEST ? 0 : Math.min(Rate.HIGHEST, 2 * kept);
        }
        if (kept == 0) {
            return failed / 2;
        }
        int middle = kept + (failed - kept) / 2;
        return failed - kept <= CLOSE * kept || middle == kept ? 0 : middle;
    }

    Judgement judge(RunResult result) {
        double limit = p99Limit.toNanos() / 1e6;
        double p99 = result.latency().ackResponse().p99();
        long allowed = allowedBacklog(result.rates().asked());
        long backlog = backlog(result.timeline());
        double sent = result.rates().sent();
        // it was the tester's turn, and it was late without waiting for the target
        boolean late = sent < result.rates().asked() * 0.99 && backlog < plan.maxInFlight() / 2;
        String why = "";
        if (result.counts().acked() < result.counts().attempted()) {
            why = "success " + Math.floor(result.counts().successPercent() * 1000) / 1000 + " %";
        } else if (late) {
            why = String.format(Locale.ROOT, "only %.1f/s could be sent", sent);
        } else if (p99 > limit) {
            why = String.format(Locale.ROOT, "p99 %.3f ms, more than %s ms", p99, plain(limit));
        } else if (backlog > allowed) {
            why = "a backlog of " + backlog + " messages, more than " + allowed;
        } else if (result.verdict().exitCode() != 0) {
            why = String.join(", ", result.verdict().reasons());
        }
        return new Judgement(why.isEmpty(), backlog, why, late);
    }

    /** By Little's law there are no more in flight than the rate times the response time. */
    private long allowedBacklog(double perSecond) {
        return Math.max(FEW, Math.round(perSecond * p99Limit.toNanos() / 1e9));
    }

    /**
     * The smallest number of messages without a confirmation in the second half: a short stall is
     * no backlog, one that stays is.
     */
    private static long backlog(List<Measurements.Second> seconds) {
        return seconds.stream()
                .skip(seconds.size() / 2)
                .mapToLong(second -> second.sentTotal() - second.confirmedTotal())
                .min()
                .orElse(0);
    }

    private SeriesResult result(
            List<Slice> slices,
            List<SeriesResult.Step> steps,
            Found found,
            @org.jspecify.annotations.Nullable Slice broken,
            Interruption interruption) {
        Map<String, String> config = new LinkedHashMap<>(Configuration.of(plan));
        config.put("rate", "find-max from " + from + "/s");
        config.put("duration", Units.text(hold));
        config.put("maxP99", Units.text(p99Limit));
        config.remove("thresholds");
        boolean testerIsTheLimit = found.limit().startsWith("this tester");
        List<String> reasons = new ArrayList<>();
        Verdict.Outcome own = Verdict.Outcome.PASS;
        if (found.kept() == 0) {
            own = Verdict.Outcome.THRESHOLD_MISSED;
            reasons.add("no rate was kept");
        } else if (testerIsTheLimit) {
            own = Verdict.Outcome.INCONCLUSIVE;
            reasons.add("the limit is " + found.limit());
        }
        return new SeriesResult(
                SeriesResult.SCHEMA_VERSION,
                "find-max",
                config,
                slices,
                List.of(),
                List.of(),
                new SeriesResult.Maximum(
                        found.kept(),
                        found.failed(),
                        hold.toMillis() / 1000.0,
                        p99Limit.toNanos() / 1e6,
                        found.limit(),
                        steps),
                // a rate that was too high is no failure of the search; a loss is
                Verdicts.of(
                        broken == null ? List.of() : List.of(broken),
                        own,
                        reasons,
                        interruption.requested()));
    }

    private static String plain(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }
}
