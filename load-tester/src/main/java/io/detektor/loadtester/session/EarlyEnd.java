package io.detektor.loadtester.session;

import io.detektor.loadtester.measure.Gaps;
import io.detektor.loadtester.measure.Ledger;
import io.detektor.loadtester.measure.Measurements;
import io.detektor.loadtester.plan.LoadPlan;
import io.detektor.loadtester.plan.ThresholdSpec;
import io.detektor.loadtester.verify.Figures;
import io.detektor.loadtester.verify.Threshold;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Looks each second whether a run misses its figures already, where it shall end then. The thread
 * that ticks calls {@link #missed}; any may read the rest.
 */
final class EarlyEnd {

    private final LoadPlan plan;
    private volatile List<Threshold> thresholds = List.of();

    EarlyEnd(LoadPlan plan) {
        this.plan = plan;
    }

    /**
     * Whether the run has to end now: true once.
     *
     * @param errors tries that have failed, repeated ones included
     */
    boolean missed(Measurements measurements, long errors, Duration now) {
        if (plan.goals().abortAfter().filter(grace -> now.compareTo(grace) >= 0).isEmpty()
                || !thresholds.isEmpty()) {
            return false;
        }
        thresholds =
                Threshold.missed(
                        plan.thresholds().stream().filter(EarlyEnd::knownEarly).toList(),
                        soFar(measurements, errors, now));
        return !thresholds.isEmpty();
    }

    /** What was missed, with its value at that time. */
    List<Threshold> thresholds() {
        return thresholds;
    }

    /** For the timeline. */
    String text() {
        return "ended early: "
                + thresholds.stream()
                        .map(each -> each.expr() + " was " + each.value())
                        .collect(Collectors.joining(", "));
    }

    /** Rates over a part of a profile say nothing about the whole; the rest takes a full count. */
    private static boolean knownEarly(ThresholdSpec spec) {
        return switch (spec.metric()) {
            case SENT, CONSUMED, FIRST_TRY -> false;
            default -> true;
        };
    }

    private static Figures soFar(Measurements measurements, long errorsBefore, Duration now) {
        Measurements.Totals totals = measurements.totals();
        // the ledger counts a message without an outcome as unknown: it may still be confirmed.
        // Retries go on while this is read, so that failures are too few rather than too many
        Ledger.Counts all = totals.counts();
        long failed = Math.max(0, errorsBefore - totals.retries());
        Ledger.Counts counts =
                new Ledger.Counts(
                        all.confirmed() + failed,
                        all.confirmed(),
                        Math.min(all.refused(), failed),
                        Math.max(0, failed - all.refused()),
                        all.retried());
        double seconds = now.toNanos() / 1e9;
        return new Figures(
                counts,
                0,
                totals,
                new Figures.Rates(all.attempted() / seconds, all.confirmed() / seconds, 0, false),
                measurements
                        .gaps()
                        .longest(Duration.ZERO, now)
                        .map(Gaps.Gap::length)
                        .orElse(Duration.ZERO),
                null,
                List.of());
    }
}
