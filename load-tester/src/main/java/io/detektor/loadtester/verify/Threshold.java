package io.detektor.loadtester.verify;

import io.detektor.loadtester.plan.Metric;
import io.detektor.loadtester.plan.ThresholdSpec;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * A figure that a run has to reach.
 *
 * @param expr what was asked for
 * @param value what it was
 * @param ok whether that is enough
 */
public record Threshold(String expr, String value, boolean ok) {

    /** Compares each with what the run came to; what there is no figure of is missed. */
    public static List<Threshold> judge(List<ThresholdSpec> specs, Figures figures) {
        return specs.stream().map(spec -> judge(spec, figures)).toList();
    }

    private static Threshold judge(ThresholdSpec spec, Figures figures) {
        OptionalDouble value = figures.value(spec.metric());
        // a single message has no rate
        boolean noRate =
                spec.metric().unit() == Metric.Unit.PER_SECOND && figures.counts().attempted() == 1;
        return value.isEmpty()
                ? new Threshold(spec.text(), "not known", false)
                : new Threshold(
                        spec.text(),
                        text(spec.metric(), value.getAsDouble()),
                        noRate || spec.holds(value.getAsDouble()));
    }

    /**
     * Those that a run misses already while it goes on; what can only be known at its end is not
     * among them.
     *
     * @param figures of the messages that have an outcome by now
     */
    public static List<Threshold> missed(List<ThresholdSpec> specs, Figures figures) {
        return specs.stream()
                .filter(spec -> figures.value(spec.metric()).isPresent())
                .map(spec -> judge(spec, figures))
                .filter(threshold -> !threshold.ok())
                .toList();
    }

    /** A figure with its unit. */
    public static String text(Metric metric, double value) {
        return switch (metric.unit()) {
            case MILLIS -> String.format(Locale.ROOT, "%.3f ms", value);
            // rounded down: 99.99999 % is not 100 %
            case PERCENT ->
                    value == 100
                            ? "100 %"
                            : String.format(
                                    Locale.ROOT, "%.4f %%", Math.floor(value * 10_000) / 10_000);
            case PER_SECOND -> String.format(Locale.ROOT, "%.1f/s", value);
            case COUNT -> String.format(Locale.ROOT, "%.0f", value);
        };
    }
}
