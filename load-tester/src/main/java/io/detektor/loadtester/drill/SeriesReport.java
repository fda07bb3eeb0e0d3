package io.detektor.loadtester.drill;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A soak or a study of gaps: what {@code drill.json} holds then.
 *
 * @param failovers how often another node became master
 * @param lossBoundPercent with no loss in so many failovers, the chance of one with a loss is below
 *     this, with 95 % confidence (the rule of three: 3/n); 100 where something was lost
 * @param gaps the distribution of the write gap for each kind of fault
 * @param samples memory and file descriptors over time
 */
record SeriesReport(
        int schemaVersion,
        String name,
        String started,
        long durationMs,
        long seed,
        boolean interrupted,
        String client,
        long downAfterMs,
        int rate,
        int failovers,
        double lossBoundPercent,
        Totals totals,
        Map<String, Distribution> gaps,
        List<Fault> faults,
        List<Sample> samples,
        String outcome,
        int exitCode,
        List<String> reasons) {

    private static final double RULE_OF_THREE = 300;

    SeriesReport {
        gaps = new TreeMap<>(gaps);
        faults = List.copyOf(faults);
        samples = List.copyOf(samples);
        reasons = List.copyOf(reasons);
    }

    /** One fault and the gap it made. */
    record Fault(
            int run,
            String kind,
            long tInjectMs,
            long gapMs,
            boolean moved,
            List<String> problems) {

        Fault {
            problems = List.copyOf(problems);
        }
    }

    /**
     * What processes hold.
     *
     * @param tSeconds since the start
     */
    record Sample(long tSeconds, Map<String, Held> held) {}

    /** Resident memory and open files. */
    record Held(long residentKb, long descriptors) {}

    /** Milliseconds. */
    record Distribution(int count, long min, long median, long p95, long max) {

        /** The nearest rank. */
        static Distribution of(List<Long> values) {
            List<Long> sorted = values.stream().sorted().toList();
            return new Distribution(
                    sorted.size(),
                    sorted.getFirst(),
                    at(sorted, 0.5),
                    at(sorted, 0.95),
                    sorted.getLast());
        }

        private static long at(List<Long> sorted, double quantile) {
            return sorted.get((int) Math.ceil(quantile * sorted.size()) - 1);
        }
    }

    /** What was counted in all runs. */
    record Totals(
            long attempted,
            long acked,
            long lost,
            long duplicated,
            long unexpected,
            long corrupted,
            long undelivered,
            long stuck) {

        static final Totals NONE = new Totals(0, 0, 0, 0, 0, 0, 0, 0);

        Totals plus(DrillReport.Numbers run) {
            return new Totals(
                    attempted + run.attempted(),
                    acked + run.acked(),
                    lost + run.lost(),
                    duplicated + run.duplicated(),
                    unexpected + run.unexpected(),
                    corrupted + run.corrupted(),
                    undelivered + run.undelivered(),
                    stuck + run.stuck());
        }
    }

    static SeriesReport of(
            SeriesPlan plan,
            String started,
            long durationMs,
            boolean interrupted,
            int failovers,
            Totals totals,
            List<Fault> faults,
            List<Sample> samples,
            int exitCode,
            List<String> reasons) {
        Map<String, List<Long>> byKind = new TreeMap<>();
        for (Fault fault : faults) {
            byKind.computeIfAbsent(fault.kind(), _ -> new ArrayList<>()).add(fault.gapMs());
        }
        Map<String, Distribution> gaps = new TreeMap<>();
        byKind.forEach((kind, values) -> gaps.put(kind, Distribution.of(values)));
        // plain acknowledgements are measured to show what they lose: that is no fault of the study
        int code = exitCode;
        if (plan.client() == SeriesPlan.Client.SPRING && code != 130) {
            code = failovers == 0 ? 5 : 0;
        }
        return new SeriesReport(
                DrillReport.SCHEMA_VERSION,
                plan.name(),
                started,
                durationMs,
                plan.seed(),
                interrupted,
                plan.client().name().toLowerCase(Locale.ROOT),
                plan.downAfter().toMillis(),
                plan.rate(),
                failovers,
                totals.lost() > 0 || failovers == 0
                        ? 100
                        : Math.min(100, RULE_OF_THREE / failovers),
                totals,
                gaps,
                faults,
                samples,
                code == 130 ? "INCONCLUSIVE" : DrillReport.word(code),
                code,
                reasons);
    }

    /** Where the files of a run are, from the drill's own. */
    static String directory(int run) {
        return String.format(Locale.ROOT, "run-%03d", run);
    }

    /** What no loss in so many failovers says; empty where it says nothing. */
    String bound() {
        return totals.lost() > 0 || failovers == 0
                ? ""
                : String.format(
                        Locale.ROOT,
                        "No loss in %d failovers: the chance that one loses something is below"
                                + " %.1f %% (3/n, 95 %% confidence).",
                        failovers,
                        lossBoundPercent);
    }

    /** What each process that lived all the time held at the start and at the end. */
    Map<String, List<Held>> heldFirstAndLast() {
        Map<String, List<Held>> both = new TreeMap<>();
        if (samples.size() > 1) {
            Map<String, Held> last = samples.getLast().held();
            samples.getFirst()
                    .held()
                    .forEach((process, before) -> {
                        Held after = last.get(process);
                        if (after != null) {
                            both.put(process, List.of(before, after));
                        }
                    });
        }
        return both;
    }

    /** For people, and for docs: lines of markdown. */
    String markdown() {
        StringBuilder text = new StringBuilder();
        text.append("# Drill ").append(name).append(": ").append(outcome).append("\n\n");
        text.append(
                String.format(
                        Locale.ROOT,
                        "%d faults, %d failovers, client %s, down-after %d ms, %d/s, seed %d,"
                                + " %d s%s\n\n",
                        faults.size(),
                        failovers,
                        client,
                        downAfterMs,
                        rate,
                        seed,
                        durationMs / 1000,
                        interrupted ? ", interrupted" : ""));
        text.append(
                String.format(
                        Locale.ROOT,
                        "attempted %d, acknowledged %d, lost %d, duplicated %d, unexpected %d,"
                                + " corrupted %d, undelivered %d, stuck %d\n\n",
                        totals.attempted(),
                        totals.acked(),
                        totals.lost(),
                        totals.duplicated(),
                        totals.unexpected(),
                        totals.corrupted(),
                        totals.undelivered(),
                        totals.stuck()));
        if (!bound().isEmpty()) {
            text.append(bound()).append("\n\n");
        }
        text.append(
                "| fault | n | min s | median s | p95 s | max s |\n|---|---|---|---|---|---|\n");
        gaps.forEach((kind, gap) ->
                text.append(
                        String.format(
                                Locale.ROOT,
                                "| %s | %d | %.2f | %.2f | %.2f | %.2f |\n",
                                kind,
                                gap.count(),
                                gap.min() / 1000.0,
                                gap.median() / 1000.0,
                                gap.p95() / 1000.0,
                                gap.max() / 1000.0)));
        Map<String, List<Held>> held = heldFirstAndLast();
        if (!held.isEmpty()) {
            text.append("\n| process | resident MB first, last | descriptors first, last |\n");
            text.append("|---|---|---|\n");
        }
        held.forEach((process, both) ->
                text.append(
                        String.format(
                                Locale.ROOT,
                                "| %s | %d, %d | %d, %d |\n",
                                process,
                                both.getFirst().residentKb() / 1024,
                                both.getLast().residentKb() / 1024,
                                both.getFirst().descriptors(),
                                both.getLast().descriptors())));
        reasons.forEach(reason -> text.append("\n- ").append(reason));
        return text.append('\n').toString();
    }
}
