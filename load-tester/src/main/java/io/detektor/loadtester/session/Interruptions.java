package io.detektor.loadtester.session;

import io.detektor.loadtester.fault.SetWatch;
import io.detektor.loadtester.measure.Gaps;
import io.detektor.loadtester.measure.Measurements;
import io.detektor.loadtester.report.RunResult;
import io.detektor.loadtester.stream.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** When nothing was confirmed, and who was master then. */
final class Interruptions {

    private static final int INTERVALS = 3;
    private static final int MOST_GAPS = 1000;

    private Interruptions() {}

    /**
     * The gaps of a run.
     *
     * @param perSecond messages per second, as asked or as reached; 0 when there were none
     */
    static RunResult.WriteGaps writeGaps(
            Measurements measurements, Measurements.Totals totals, double perSecond) {
        Duration longerThan = Gaps.SHORTEST;
        if (perSecond > 0) {
            Duration intervals = Duration.ofNanos((long) (INTERVALS * 1e9 / perSecond));
            longerThan = intervals.compareTo(longerThan) > 0 ? intervals : longerThan;
        }
        List<Gaps.Gap> gaps = new ArrayList<>();
        Duration first = measurements.gaps().first().orElse(null);
        Duration end =
                measurements.seconds().isEmpty()
                        ? totals.lastSent()
                        : Duration.ofMillis(
                                Math.round(measurements.seconds().getLast().t() * 1000));
        if (first == null) {
            // nothing was confirmed at all
            gaps.add(new Gaps.Gap(Duration.ZERO, end));
        } else {
            gaps.add(new Gaps.Gap(Duration.ZERO, first));
            gaps.addAll(measurements.gaps().longerThan(longerThan, MOST_GAPS));
            if (totals.counts().confirmed() < totals.counts().attempted()) {
                gaps.add(new Gaps.Gap(totals.lastConfirmed(), end));
            }
        }
        Duration atLeast = longerThan;
        return new RunResult.WriteGaps(
                atLeast.toNanos() / 1e6,
                gaps.stream()
                        .filter(gap -> gap.length().compareTo(atLeast) > 0)
                        .sorted(Comparator.comparing(Gaps.Gap::length).reversed())
                        .limit(MOST_GAPS)
                        .sorted(Comparator.comparing(Gaps.Gap::from))
                        .map(gap ->
                                new RunResult.WriteGap(millis(gap.from()), millis(gap.length())))
                        .toList());
    }

    private static double millis(Duration duration) {
        return Math.round(duration.toNanos() / 1e3) / 1e3;
    }

    /** Who was master when. */
    static List<RunResult.Mastership> masters(
            @Nullable Topology before, List<SetWatch.MasterChange> changes) {
        List<RunResult.Mastership> masters = new ArrayList<>();
        if (before != null && !before.master().isEmpty()) {
            masters.add(new RunResult.Mastership(0, before.master()));
        } else if (!changes.isEmpty()) {
            masters.add(new RunResult.Mastership(0, changes.getFirst().from().toString()));
        }
        for (SetWatch.MasterChange change : changes) {
            masters.add(
                    new RunResult.Mastership(
                            Math.max(0, change.at().toMillis()), change.to().toString()));
        }
        return masters;
    }
}
