package io.detektor.loadtester.plan;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a run has to reach, beside losing nothing.
 *
 * @param thresholds figures, in the order typed
 * @param grace how long after the start missed figures end the run; null: they never do
 */
public record Goals(List<ThresholdSpec> thresholds, @Nullable Duration grace) {

    /** Nothing of its own. */
    public static final Goals NONE = new Goals(List.of(), null);

    private static final String SUCCESS = "success==100%";

    public Goals {
        thresholds = List.copyOf(thresholds);
    }

    /** How long after the start missed figures end the run; empty: they never do. */
    public Optional<Duration> abortAfter() {
        return Optional.ofNullable(grace);
    }

    /** The thresholds, and the two that every run has. */
    List<ThresholdSpec> withAlways(double leastSent) {
        List<ThresholdSpec> all = new ArrayList<>(thresholds);
        if (thresholds.stream().map(ThresholdSpec::text).noneMatch(Predicate.isEqual(SUCCESS))) {
            all.addAll(ThresholdSpec.parse("success", SUCCESS));
        }
        if (leastSent > 0) {
            all.addAll(
                    ThresholdSpec.parse(
                            "sent", String.format(Locale.ROOT, "sent>=%.1f/s", leastSent)));
        }
        return all;
    }
}
