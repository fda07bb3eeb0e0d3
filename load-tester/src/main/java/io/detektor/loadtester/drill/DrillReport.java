package io.detektor.loadtester.drill;

import io.detektor.loadtester.report.RunResult;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything about a drill: what {@code drill.json} holds.
 *
 * @param schemaVersion raised when a member changes its meaning or goes
 * @param name smoke, standard, or the numbers that were typed
 * @param started wall time, ISO 8601
 * @param durationMs all in all
 * @param seed repeats the same schedule
 * @param interrupted whether somebody ended it early
 * @param lint what the configuration has against it
 * @param rows in the order of the matrix
 * @param selfTests whether the checker sees what it has to see
 * @param outcome PASS, FAIL or INCONCLUSIVE
 * @param exitCode the worst of all
 * @param reasons why it is not a pass
 */
record DrillReport(
        int schemaVersion,
        String name,
        String started,
        long durationMs,
        long seed,
        boolean interrupted,
        List<Finding> lint,
        List<RowResult> rows,
        List<SelfTest> selfTests,
        String outcome,
        int exitCode,
        List<String> reasons) {

    static final int SCHEMA_VERSION = 1;

    DrillReport {
        lint = List.copyOf(lint);
        rows = List.copyOf(rows);
        selfTests = List.copyOf(selfTests);
        reasons = List.copyOf(reasons);
    }

    /**
     * A row.
     *
     * @param topology how many replicas, and why
     * @param driver processes, or processes in network namespaces
     * @param faults as done, with the seed's shift
     * @param outcome PASS, FAIL, INCONCLUSIVE, or LEFT OUT
     * @param exitCode as of a run; 0 for what was left out
     * @param reasons why it is not a pass
     * @param numbers what was counted; null for what was left out
     * @param gapMs the longest time without a confirmation
     * @param gapExpected for instance {@code 1.5-6.5 s}
     * @param gapSource where that comes from
     * @param moves how often the master changed
     * @param movesExpected for instance {@code 1}
     * @param notes what else was seen
     * @param control what the same fault did to plain acknowledgements; null where there is none
     * @param events Sentinels, faults and client on the clock of the run
     * @param directory of the run's own report, from the drill's; empty where there is none
     */
    record RowResult(
            int number,
            String name,
            String topology,
            String driver,
            List<String> faults,
            String outcome,
            int exitCode,
            List<String> reasons,
            @Nullable Numbers numbers,
            long gapMs,
            String gapExpected,
            String gapSource,
            int moves,
            String movesExpected,
            List<String> notes,
            @Nullable Control control,
            List<RunResult.Event> events,
            String directory) {

        RowResult {
            faults = List.copyOf(faults);
            reasons = List.copyOf(reasons);
            notes = List.copyOf(notes);
            events = List.copyOf(events);
        }

        boolean leftOut() {
            return outcome.equals(LEFT_OUT);
        }

        /** The same with its control, and with more against it. */
        RowResult with(@Nullable Control itsControl, int code, List<String> more) {
            List<String> all = new ArrayList<>(reasons);
            all.addAll(more);
            int worst = worse(exitCode, code);
            return new RowResult(
                    number,
                    name,
                    topology,
                    driver,
                    faults,
                    word(worst),
                    worst,
                    all,
                    numbers,
                    gapMs,
                    gapExpected,
                    gapSource,
                    moves,
                    movesExpected,
                    notes,
                    itsControl,
                    events,
                    directory);
        }
    }

    static final String LEFT_OUT = "LEFT OUT";

    /** What was counted; everything from lost to stuck has to be 0, on each node. */
    record Numbers(
            long attempted,
            long acked,
            double firstTryPercent,
            long lost,
            long duplicated,
            long unexpected,
            long corrupted,
            long resurrected,
            long undelivered,
            long stuck,
            long recovered,
            long redelivered,
            long durationMs) {}

    /**
     * The same fault with acknowledgements by the master alone.
     *
     * @param faults as done
     * @param acked what the master acknowledged
     * @param lost how much of it is gone
     * @param caught whether something is gone, and the run said so
     */
    record Control(List<String> faults, long acked, long lost, boolean caught, String directory) {}

    /**
     * Something that was done to the stream behind the checker's back.
     *
     * @param expected what it has to count
     * @param seen what it said
     */
    record SelfTest(String name, String expected, String seen, boolean caught) {}

    /** Puts a report together, and judges: the worst wins. */
    static DrillReport of(
            DrillPlan plan,
            String started,
            long durationMs,
            boolean interrupted,
            List<Finding> lint,
            List<RowResult> rows,
            List<SelfTest> selfTests) {
        List<String> reasons = new ArrayList<>();
        int worst = 0;
        int done = 0;
        for (RowResult row : rows) {
            if (row.leftOut()) {
                if (plan.asked()) {
                    reasons.add("row " + row.number() + " cannot be done here");
                    worst = worse(worst, 5);
                }
                continue;
            }
            done++;
            worst = worse(worst, row.exitCode());
            row.reasons().forEach(reason -> reasons.add("row " + row.number() + ": " + reason));
        }
        for (SelfTest test : selfTests) {
            if (!test.caught()) {
                reasons.add("self-test '" + test.name() + "' was not caught: " + test.seen());
                worst = worse(worst, 5);
            }
        }
        if (done < plan.rows().size() && interrupted) {
            reasons.add("interrupted after " + done + " of " + plan.rows().size() + " rows");
        }
        if (done == 0 && worst == 0) {
            reasons.add("no row was done");
            worst = 5;
        }
        return new DrillReport(
                SCHEMA_VERSION,
                plan.name(),
                started,
                durationMs,
                plan.seed(),
                interrupted,
                lint,
                rows,
                selfTests,
                word(interrupted ? worse(worst, 5) : worst),
                interrupted ? 130 : worst,
                reasons);
    }

    /** Wrong, then nothing proved, then a figure that was missed. */
    static int worse(int one, int other) {
        List<Integer> order = List.of(0, 1, 5, 4);
        return order.indexOf(one) >= order.indexOf(other) ? one : other;
    }

    static String word(int exitCode) {
        return switch (exitCode) {
            case 0 -> "PASS";
            case 5 -> "INCONCLUSIVE";
            default -> "FAIL";
        };
    }
}
