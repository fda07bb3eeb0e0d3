package io.detektor.loadtester.session;

import io.detektor.loadtester.plan.FaultSpec;
import io.detektor.loadtester.plan.LoadPlan;
import io.detektor.loadtester.plan.TargetPlan;
import io.detektor.loadtester.plan.ThresholdSpec;
import io.detektor.loadtester.plan.Units;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** The effective configuration, as it is printed and saved. */
public final class Configuration {

    private Configuration() {}

    /** Every option with its value, in the order in which people think of them. */
    public static Map<String, String> of(LoadPlan plan) {
        Map<String, String> config = new LinkedHashMap<>();
        config.put("target", plan.target().word());
        switch (plan.target()) {
            case TargetPlan.Redis redis -> {
                config.put("redis", redis.redis().toString());
                config.put("stream", redis.stream());
                config.put(
                        "ack",
                        switch (redis.ack()) {
                            case IN_SYNC -> "in-sync";
                            case MASTER -> "master";
                        });
            }
            case TargetPlan.Http http -> {
                config.put("url", http.url().toString());
                config.put("connections", Integer.toString(http.connections()));
                config.put("redis", http.redis().toString());
                config.put("stream", http.stream());
                config.put("ack", "in-sync");
                config.put("drain", Boolean.toString(http.drain()));
            }
        }
        config.put("rate", plan.rate().toString());
        config.put("warmup", Units.text(plan.warmup()));
        config.put("duration", Units.text(plan.duration()));
        config.put("consumers", Integer.toString(plan.consumers()));
        if (plan.consumers() > 0) {
            config.put("consumerDelay", Units.text(plan.consumerDelay()));
        }
        config.put("payload", plan.payload().toString());
        config.put("maxInFlight", Integer.toString(plan.maxInFlight()));
        config.put("timeout", Units.text(plan.timeout()));
        config.put(
                "faults",
                plan.faults().stream().map(FaultSpec::toString).collect(Collectors.joining("; ")));
        config.put(
                "thresholds",
                plan.thresholds().stream()
                        .map(ThresholdSpec::text)
                        .collect(Collectors.joining(", ")));
        config.put("abortOnFail", plan.goals().abortAfter().map(Units::text).orElse(""));
        config.put("journal", Boolean.toString(plan.journal() != null));
        config.put("seed", Long.toString(plan.seed()));
        return config;
    }
}
