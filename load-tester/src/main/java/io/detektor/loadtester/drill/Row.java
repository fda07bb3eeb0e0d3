package io.detektor.loadtester.drill;

import io.detektor.loadtester.fault.LocalSetDriver;
import io.detektor.loadtester.plan.FaultAction;
import io.detektor.loadtester.plan.FaultSpec;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A row of the fault matrix.
 *
 * @param number as in the matrix
 * @param name what happens, in a few words
 * @param replicas how many replicas the set has: 1 is what is shipped, 2 the three-node form
 * @param topology why that many
 * @param faults what is done, and when
 * @param load how long messages are sent
 * @param deadline how long the caller waits for one message, retries included
 * @param moves how often the master is expected to change
 * @param gap the longest time without a confirmation
 * @param consumers how many consumers read along
 * @param control what is done in the run that acknowledges on the master alone and has to lose;
 *     empty where there is none
 * @param kind what is loaded
 * @param suites which suites it belongs to
 * @param obstacle why it cannot be done anywhere yet; null where it can
 */
record Row(
        int number,
        String name,
        int replicas,
        String topology,
        List<FaultSpec> faults,
        Duration load,
        Duration deadline,
        Moves moves,
        GapRange gap,
        int consumers,
        List<FaultSpec> control,
        Kind kind,
        Set<Suite> suites,
        @Nullable String obstacle) {

    /** What is loaded. */
    enum Kind {
        /** The stream itself, by the drill's own writer. */
        STREAM,
        /** The same, and by another client on the side of the master that is cut off. */
        TWO_SIDES,
        /** frame-buffer over HTTP. */
        SERVICE
    }

    /** Which set of rows. */
    enum Suite {
        /** In two minutes. */
        SMOKE,
        /** Each row of the standard set. */
        STANDARD
    }

    /**
     * How often the master changes.
     *
     * @param least a row with fewer proves nothing
     * @param most a row with more did something else
     */
    record Moves(int least, int most) {
        boolean holds(int moves) {
            return moves >= least && moves <= most;
        }

        @Override
        public String toString() {
            return least == most ? Integer.toString(least) : least + "-" + most;
        }
    }

    Row {
        faults = List.copyOf(faults);
        control = List.copyOf(control);
        suites = Set.copyOf(suites);
    }

    /** Whether nodes have to be cut off from each other. */
    boolean needsNetwork() {
        return faults.stream()
                .map(FaultSpec::action)
                .anyMatch(LocalSetDriver.OF_THE_NETWORK::contains);
    }

    /** Whether single connections are led over a proxy. */
    boolean needsProxy() {
        return faults.stream()
                .map(FaultSpec::action)
                .anyMatch(action -> action == FaultAction.DELAY || action == FaultAction.RESET);
    }

    /** Whether it reads the stream in a group. */
    boolean needsGroup() {
        return faults.stream()
                .map(FaultSpec::action)
                .anyMatch(action -> action == FaultAction.TAKE || action == FaultAction.UNGROUP);
    }

    /** As it stands in the matrix, for instance {@code 07}. */
    String label() {
        return (number < 10 ? "0" : "") + number;
    }
}
