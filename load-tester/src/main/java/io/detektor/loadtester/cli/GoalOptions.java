package io.detektor.loadtester.cli;

import io.detektor.loadtester.plan.FaultSpec;
import io.detektor.loadtester.plan.Goals;
import io.detektor.loadtester.plan.Rate;
import io.detektor.loadtester.plan.Slo;
import io.detektor.loadtester.plan.TargetPlan;
import io.detektor.loadtester.plan.ThresholdSpec;
import io.detektor.loadtester.plan.Units;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a run has to reach. */
final class GoalOptions {

    @Option(
            names = "--threshold",
            paramLabel = "EXPR",
            description =
                    "A figure to reach, for instance 'ack.p99<5ms' or 'lost==0'; repeatable, or"
                            + " several with commas. A missed one ends with 1")
    private List<String> thresholds = new ArrayList<>();

    @Option(
            names = "--slo",
            paramLabel = "detektr|none",
            defaultValue = "",
            description =
                    "Thresholds that have a name: detektr is rate>=400, mean<1ms, success==100%%,"
                            + " lost==0 (default: detektr where it applies: messages to Redis,"
                            + " confirmed in sync, at a constant rate of 400/s or more, without"
                            + " --threshold and --fault; otherwise none)")
    private String slo = "";

    @Option(
            names = "--abort-on-fail",
            paramLabel = "TIME",
            arity = "0..1",
            defaultValue = "",
            fallbackValue = "10s",
            description =
                    "End the run as soon as a threshold is missed, but not before this time"
                            + " (without a time: ${FALLBACK-VALUE})")
    private String abortOnFail = "";

    Goals goals(LoadOptions options, TargetPlan target, Rate rate, List<FaultSpec> faults) {
        List<ThresholdSpec> wanted = new ArrayList<>();
        for (String each : thresholds) {
            wanted.addAll(ThresholdSpec.parse(options.name("--threshold"), each));
        }
        Slo named =
                slo.isEmpty()
                        ? byDefault(wanted, target, rate, faults)
                        : Slo.parse(options.name("--slo"), slo);
        List<ThresholdSpec> all = new ArrayList<>(named.thresholds());
        wanted.stream().filter(each -> !all.contains(each)).forEach(all::add);
        return new Goals(all, grace(options));
    }

    /**
     * The agreed figures are for a healthy set under its load: a run that asks for less than 400/s
     * cannot reach them, and one that breaks the master has seconds in which nothing is confirmed.
     */
    private static Slo byDefault(
            List<ThresholdSpec> wanted, TargetPlan target, Rate rate, List<FaultSpec> faults) {
        boolean applies =
                wanted.isEmpty()
                        && faults.isEmpty()
                        && target instanceof TargetPlan.Redis redis
                        && redis.ack() == TargetPlan.Ack.IN_SYNC
                        && rate instanceof Rate.PerSecond(int perSecond)
                        && perSecond >= Slo.RATE;
        return applies ? Slo.DETEKTR : Slo.NONE;
    }

    private @Nullable Duration grace(LoadOptions options) {
        return switch (abortOnFail.trim().toLowerCase(Locale.ROOT)) {
            case "", "false" -> null;
            // as a file or a variable has it
            case "true" -> Duration.ofSeconds(10);
            default -> Units.duration(options.name("--abort-on-fail"), abortOnFail);
        };
    }
}
