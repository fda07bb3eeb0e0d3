package io.detektor.loadtester.drill;

import io.detektor.loadtester.plan.FaultAction;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Many faults one after the other: a soak, or a study of the write gap.
 *
 * @param name soak or gaps
 * @param kinds which faults of the master; a soak takes one at random each time
 * @param count how many in all, or of each kind for a study
 * @param downAfter of the Sentinels
 * @param client whose writes are measured
 * @param rate messages per second
 * @param seed decides order and times
 * @param out where reports go
 */
record SeriesPlan(
        String name,
        List<FaultAction> kinds,
        int count,
        Duration downAfter,
        Client client,
        int rate,
        long seed,
        Path out) {

    /** Who writes. */
    enum Client {
        /** redis-ha, confirmed on every node that may become master. */
        OURS,
        /** Spring's connection factory with its defaults, and a loop around XADD. */
        SPRING
    }

    /** From the promotion on until a node serves again, on a busy host. */
    private static final Duration FAILOVER = Duration.ofSeconds(5);

    /** Load before and after each fault. */
    private static final Duration AROUND = Duration.ofSeconds(5);

    SeriesPlan {
        kinds = List.copyOf(kinds);
    }

    /**
     * How long a node stays broken: for long enough that the Sentinels replace it. In proportion,
     * since at 60 s four seconds more were too few for frozen nodes.
     */
    Duration hold() {
        return downAfter.plus(downAfter.dividedBy(10)).plus(FAILOVER).minusSeconds(1);
    }

    /** From one fault to the next. */
    Duration interval() {
        return hold().plus(FAILOVER).plus(AROUND);
    }

    /** The caller's, for one message: longer than any gap that is to be measured. */
    Duration deadline() {
        return downAfter.plusSeconds(90);
    }
}
