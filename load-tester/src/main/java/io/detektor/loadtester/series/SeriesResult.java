package io.detektor.loadtester.series;

import io.detektor.loadtester.report.RunResult;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What several runs came to: what {@code series.json} holds.
 *
 * @param schemaVersion raised when a member changes its meaning or goes
 * @param kind compare, repeat or find-max
 * @param config every option of the runs, as in their own results
 * @param slices the runs, in their order
 * @param sides by target: each figure's median and spread
 * @param changes the second target against the first; empty unless they were compared
 * @param maximum what the search for the highest rate found; null for other kinds
 * @param verdict the whole
 */
public record SeriesResult(
        int schemaVersion,
        String kind,
        Map<String, String> config,
        List<Slice> slices,
        List<Side> sides,
        List<Change> changes,
        @Nullable Maximum maximum,
        RunResult.VerdictText verdict) {

    static final int SCHEMA_VERSION = 1;

    public SeriesResult {
        slices = List.copyOf(slices);
        sides = List.copyOf(sides);
        changes = List.copyOf(changes);
    }

    /**
     * The runs of one target.
     *
     * @param figures by metric
     */
    public record Side(String name, Map<String, Spread> figures) {}

    /**
     * How much worse the second target is.
     *
     * @param metric which figure
     * @param regressionPercent of the medians; negative: it is better
     * @param apart whether every run of one is better than every run of the other
     * @param ok whether that is allowed
     */
    public record Change(String metric, double regressionPercent, boolean apart, boolean ok) {}

    /**
     * The highest rate that was kept.
     *
     * @param perSecond 0: none was
     * @param failedPerSecond the lowest one that was not kept; 0: none failed
     * @param holdSeconds how long a rate has to be kept
     * @param p99LimitMs the most that response times may be at 99 %
     * @param limit what ended it, in words
     * @param steps what was tried, in order
     */
    public record Maximum(
            int perSecond,
            int failedPerSecond,
            double holdSeconds,
            double p99LimitMs,
            String limit,
            List<Step> steps) {}

    /**
     * A rate that was tried.
     *
     * @param why why it was not kept; empty where it was
     */
    public record Step(int perSecond, boolean kept, double p99Ms, long backlog, String why) {}
}
