package io.detektor.loadtester.report;

import io.detektor.loadtester.measure.Measurements;
import java.util.ArrayList;
import java.util.List;

/**
 * What the timeline implies, second by second.
 *
 * @param consumed received by consumers in each second
 * @param backlog confirmed and not yet received, at the end of each second; 0 without consumers
 */
record Series(RunResult result, List<Long> consumed, List<Long> backlog) {

    static Series of(RunResult result) {
        List<Measurements.Second> timeline = result.timeline();
        List<Long> consumed = new ArrayList<>();
        List<Long> backlog = new ArrayList<>();
        boolean consumers = consumers(result);
        long before = 0;
        for (Measurements.Second second : timeline) {
            consumed.add(second.receivedTotal() - before);
            before = second.receivedTotal();
            // a consumer may have what its sender has not yet seen confirmed
            backlog.add(
                    consumers ? Math.max(0, second.confirmedTotal() - second.receivedTotal()) : 0L);
        }
        return new Series(result, consumed, backlog);
    }

    static boolean consumers(RunResult result) {
        return result.latency().endToEnd() != null
                || result.timeline().stream().anyMatch(second -> second.receivedTotal() > 0);
    }

    /** Who was master, in seconds since the start; empty where nobody knew. */
    String masterAt(double seconds) {
        String master = "";
        for (RunResult.Mastership next : result.masters()) {
            if (next.fromMs() <= seconds * 1000) {
                master = next.address();
            }
        }
        return master;
    }
}
