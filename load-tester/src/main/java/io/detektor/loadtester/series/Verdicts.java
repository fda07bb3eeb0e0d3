package io.detektor.loadtester.series;

import io.detektor.loadtester.report.RunResult;
import io.detektor.loadtester.verify.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** The worst of several verdicts. */
final class Verdicts {

    private static final int INTERRUPTED = 130;

    private Verdicts() {}

    /**
     * @param own what the series itself found, beside its runs
     * @param ownReasons why that is no pass
     * @param interrupted whether somebody ended it early
     */
    static RunResult.VerdictText of(
            List<Slice> slices, Verdict.Outcome own, List<String> ownReasons, boolean interrupted) {
        Verdict.Outcome worst = own;
        List<String> reasons = new ArrayList<>(ownReasons);
        for (Slice slice : slices) {
            Verdict.Outcome outcome = outcome(slice.exitCode());
            worst = outcome.compareTo(worst) > 0 ? outcome : worst;
            slice.reasons().forEach(reason -> reasons.add(slice.name() + ": " + reason));
        }
        if (interrupted) {
            reasons.add("interrupted before the last run");
            worst =
                    List.of(worst, Verdict.Outcome.INCONCLUSIVE).stream()
                            .max(Comparator.naturalOrder())
                            .orElseThrow();
        }
        return new RunResult.VerdictText(
                worst.word(), interrupted ? INTERRUPTED : worst.exitCode(), reasons);
    }

    /** What an interrupted run ended with proves nothing. */
    static Verdict.Outcome outcome(int exitCode) {
        return Arrays.stream(Verdict.Outcome.values())
                .filter(each -> each.exitCode() == exitCode)
                .findFirst()
                .orElse(Verdict.Outcome.INCONCLUSIVE);
    }
}
