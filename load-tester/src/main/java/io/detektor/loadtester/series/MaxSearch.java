package io.detektor.loadtester.series;

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
import org.jspecify.annotations.Nullable;

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

    /** Sent less than this share of the rate, and it was another rate. */
    private static final double KEPT = 0.99;

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
        boolean byTester = false;
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
            Judgement judgement = judge(Observed.of(result));
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
                byTester = judgement.tester();
                limit = (byTester ? "this tester, not the target: " : "") + judgement.why();
            }
            next = next(kept, failed);
        }
        return result(
                slices, steps, new Found(kept, failed, limit, byTester), broken, interruption);
    }

    private record Found(int kept, int failed, String limit, boolean byTester) {}

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

    /**
     * What a run at one rate came to.
     *
     * @param asked messages per second
     * @param sent messages per second
     * @param p99Ms response time at 99 %
     * @param backlogs messages without a confirmation, at the end of each second
     * @param saturated by what the tester itself was held up; empty when it was not
     * @param exitCode what the run alone would have ended with
     */
    record Observed(
            double asked,
            double sent,
            long attempted,
            long acked,
            double p99Ms,
            List<Long> backlogs,
            List<String> saturated,
            int exitCode,
            List<String> reasons) {

        static Observed of(RunResult result) {
            return new Observed(
                    result.rates().asked(),
                    result.rates().sent(),
                    result.counts().attempted(),
                    result.counts().acked(),
                    result.latency().ackResponse().p99(),
                    result.timeline().stream()
                            .map(second -> second.sentTotal() - second.confirmedTotal())
                            .toList(),
                    result.generator().saturated() ? result.generator().reasons() : List.of(),
                    result.verdict().exitCode(),
                    result.verdict().reasons());
        }

        boolean testerWasTheLimit() {
            return !saturated.isEmpty();
        }

        /**
         * The smallest backlog of the second half: a short stall is no backlog, one that stays is.
         */
        long backlog() {
            return backlogs.stream()
                    .skip(backlogs.size() / 2)
                    .mapToLong(each -> each)
                    .min()
                    .orElse(0);
        }
    }

    Judgement judge(Observed run) {
        double limit = p99Limit.toNanos() / 1e6;
        long allowed = allowedBacklog(run.asked());
        long backlog = run.backlog();
        String why = "";
        if (run.acked() < run.attempted()) {
            why =
                    String.format(
                            Locale.ROOT,
                            "success %.3f %%",
                            Math.floor(100_000.0 * run.acked() / run.attempted()) / 1000);
        } else if (run.testerWasTheLimit()) {
            // whatever else was missed, it says nothing about the target
            why = String.join(", ", run.saturated());
        } else if (run.sent() < run.asked() * KEPT) {
            why = String.format(Locale.ROOT, "only %.1f/s could be sent", run.sent());
        } else if (run.p99Ms() > limit) {
            why =
                    String.format(
                            Locale.ROOT,
                            "p99 %.3f ms, more than %s",
                            run.p99Ms(),
                            Units.text(p99Limit));
        } else if (backlog > allowed) {
            why = "a backlog of " + backlog + " messages, more than " + allowed;
        } else if (run.exitCode() != 0) {
            why = String.join(", ", run.reasons());
        }
        return new Judgement(why.isEmpty(), backlog, why, run.testerWasTheLimit());
    }

    /** By Little's law there are no more in flight than the rate times the response time. */
    private long allowedBacklog(double perSecond) {
        return Math.max(FEW, Math.round(perSecond * p99Limit.toNanos() / 1e9));
    }

    private SeriesResult result(
            List<Slice> slices,
            List<SeriesResult.Step> steps,
            Found found,
            @Nullable Slice broken,
            Interruption interruption) {
        Map<String, String> config = new LinkedHashMap<>(Configuration.of(plan));
        config.put("rate", "find-max from " + from + "/s");
        config.put("duration", Units.text(hold));
        config.put("maxP99", Units.text(p99Limit));
        config.remove("thresholds");
        List<String> reasons = new ArrayList<>();
        Verdict.Outcome own = Verdict.Outcome.PASS;
        if (found.kept() == 0) {
            own = Verdict.Outcome.THRESHOLD_MISSED;
            reasons.add("no rate was kept");
        }
        if (found.byTester()) {
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
}
