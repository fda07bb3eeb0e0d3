package io.detektor.loadtester.session;

import io.detektor.loadtester.fault.FaultReport;
import io.detektor.loadtester.measure.Measurements;
import java.util.ArrayList;
import java.util.List;

/** What keeps a fault from proving anything: it went wrong, or hardly a message was around it. */
final class FaultDoubts {

    /** With fewer confirmations on one side of a fault, the run says nothing about it. */
    private static final long ENOUGH = 100;

    private FaultDoubts() {}

    /**
     * In words; empty where there is none.
     *
     * @param confirmed messages in all
     */
    static List<String> of(
            List<FaultReport> faults, List<Measurements.Second> seconds, long confirmed) {
        List<String> doubts = new ArrayList<>();
        for (FaultReport fault : faults) {
            for (String problem : fault.problems()) {
                doubts.add("fault '" + fault.fault() + "' " + problem);
            }
            Long injected = fault.tInjectMs();
            if (injected == null) {
                continue;
            }
            long before = confirmedBy(seconds, injected, false);
            if (before < ENOUGH) {
                doubts.add(
                        "fault '"
                                + fault.fault()
                                + "' came after only "
                                + before
                                + " confirmations");
            }
            Long resumed = fault.tFirstAckNewMs();
            if (resumed != null) {
                long afterwards = confirmed - confirmedBy(seconds, resumed, true);
                if (afterwards < ENOUGH) {
                    doubts.add(
                            "only "
                                    + afterwards
                                    + " confirmations came after fault '"
                                    + fault.fault()
                                    + "'");
                }
            }
        }
        return doubts;
    }

    /** Confirmations up to a moment, to the second. */
    private static long confirmedBy(
            List<Measurements.Second> seconds, long millis, boolean roundUp) {
        long count = 0;
        for (Measurements.Second second : seconds) {
            if (second.t() * 1000 <= millis) {
                count = second.confirmedTotal();
            } else {
                return roundUp ? count : Math.max(count, 0);
            }
        }
        return count;
    }
}
