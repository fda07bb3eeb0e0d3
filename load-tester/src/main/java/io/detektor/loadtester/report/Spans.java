package io.detektor.loadtester.report;

import io.detektor.loadtester.fault.FaultReport;
import io.detektor.loadtester.measure.Measurements;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Times: how long something took, and when something was broken. */
final class Spans {

    private Spans() {}

    /** The end of the load, in seconds. */
    static double end(RunResult result) {
        double last = result.run().durationMs() / 1000.0;
        for (Measurements.Second second : result.timeline()) {
            last = Math.max(last, second.t());
        }
        return last;
    }

    /** Times in which a node was broken, to be shaded in every chart over time. */
    static List<Chart.Span> bands(RunResult result) {
        List<Chart.Span> bands = new ArrayList<>();
        int number = 1;
        for (FaultReport fault : result.faults()) {
            Long from = fault.tInjectMs();
            if (from != null) {
                Long healed = fault.tHealMs();
                double to = healed == null ? end(result) : healed / 1000.0;
                bands.add(new Chart.Span(from / 1000.0, to, "fault", number + " " + action(fault)));
            }
            number++;
        }
        return bands;
    }

    /** {@code kill redis-1}, from {@code at=8s kill master for=5s}. */
    static String action(FaultReport fault) {
        return verb(fault) + " " + fault.node();
    }

    /** What was done, in a word. */
    static String verb(FaultReport fault) {
        return fault.fault().trim().replaceFirst("^at=\\S+\\s+", "").replaceFirst("\\s.*", "");
    }

    static String length(long millis) {
        return length((double) millis);
    }

    static String length(double millis) {
        return millis >= 1000
                ? String.format(Locale.ROOT, "%.2f s", millis / 1000)
                : String.format(Locale.ROOT, millis >= 10 ? "%.0f ms" : "%.1f ms", millis);
    }
}
