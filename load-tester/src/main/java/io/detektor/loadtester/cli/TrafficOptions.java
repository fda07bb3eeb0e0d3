package io.detektor.loadtester.cli;

import io.detektor.loadtester.plan.HeapRoom;
import io.detektor.loadtester.plan.InvalidValueException;
import io.detektor.loadtester.plan.Payload;
import io.detektor.loadtester.plan.Profile;
import io.detektor.loadtester.plan.Rate;
import io.detektor.loadtester.plan.Schedule;
import io.detektor.loadtester.plan.TargetPlan;
import io.detektor.loadtester.plan.Units;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Option;

/** How fast, for how long, and what messages carry. */
final class TrafficOptions {

    private static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(100);

    /** What redis-ha remembers idempotency keys for. */
    private static final Duration LONGEST_TIMEOUT = Duration.ofMinutes(10);

    /** Messages in flight at most, by default: 40 seconds' worth of 500 a second. */
    private static final int IN_FLIGHT = 20_000;

    /** The same for {@code --rate max}, where it decides the latency. */
    private static final int IN_FLIGHT_AT_MAX = 2048;

    @Option(
            names = "--rate",
            paramLabel = "N|max",
            defaultValue = "100",
            description = "Messages per second, or as many as possible (default: ${DEFAULT-VALUE})")
    private String rate = "";

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            defaultValue = "30",
            description = "How long: 30, 30s, 2m (default: ${DEFAULT-VALUE})")
    private String duration = "";

    @Option(
            names = "--profile",
            paramLabel = "PHASE,...",
            defaultValue = "",
            description =
                    "In place of rate and duration, phases: const:500:60s, ramp:500-5000:60s,"
                            + " step:1000x5:20s, spike:20000:5s, pause:5s")
    private String profile = "";

    @Option(
            names = "--payload",
            paramLabel = "SIZE",
            defaultValue = "",
            description =
                    "What a message carries: 1KiB; 512,1KiB in turn; 256-4KiB any size between;"
                            + " file:PATH; frames:PATH of a motion-JPEG file (default: 1KB)")
    private String payload = "";

    @Option(
            names = "--payload-size",
            paramLabel = "SIZE",
            defaultValue = "",
            description = "The same as --payload for one size")
    private String payloadSize = "";

    @Option(
            names = "--frames",
            paramLabel = "FILE",
            defaultValue = "",
            description = "The same as --payload frames:FILE")
    private String frames = "";

    @Option(
            names = "--payload-random",
            paramLabel = "PERCENT",
            defaultValue = "100",
            description =
                    "How much of a generated message is random; the rest compresses well (default:"
                            + " ${DEFAULT-VALUE})")
    private String random = "";

    @Option(
            names = "--max-in-flight",
            paramLabel = "N",
            defaultValue = "",
            description =
                    "Most messages without an outcome (default: 20000, or 2048 for --rate max; fewer"
                            + " where large messages would not fit the heap)")
    private String maxInFlight = "";

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "15s",
            description =
                    "The caller's deadline for one message, retries included (default:"
                            + " ${DEFAULT-VALUE})")
    private String timeout = "";

    @Option(
            names = "--startup-timeout",
            paramLabel = "TIME",
            defaultValue = "5s",
            description =
                    "How long the target may take to be reachable (default: ${DEFAULT-VALUE})")
    private String startupTimeout = "";

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Decides the content of messages (default: ${DEFAULT-VALUE})")
    private String seed = "";

    /** How fast. What is said in a stronger place goes before: the command line before a file. */
    Rate rate(LoadOptions options) {
        EnvironmentDefaults.Source source = options.source("--profile");
        boolean overruled = false;
        for (String other : List.of("--rate", "--duration")) {
            if (profile.isEmpty() || !options.given(other)) {
                continue;
            }
            if (options.source(other) == source) {
                throw new InvalidValueException(
                        options.name(other),
                        other.equals("--rate") ? rate : duration,
                        "nothing with --profile, which says it");
            }
            overruled |= options.source(other).compareTo(source) > 0;
        }
        return profile.isEmpty() || overruled
                ? Rate.parse(options.name("--rate"), rate)
                : new Rate.Following(Profile.parse(options.name("--profile"), profile));
    }

    /** How long. */
    Duration duration(LoadOptions options, Rate howFast) {
        if (howFast instanceof Rate.Following(Profile phases)) {
            return new Schedule(phases.phases()).duration();
        }
        Duration howLong = Units.duration(options.name("--duration"), duration);
        if (howLong.isZero() || howLong.compareTo(Duration.ofDays(1)) > 0) {
            throw new InvalidValueException(options.name("--duration"), duration, "up to 24h");
        }
        return howLong;
    }

    Payload payload(LoadOptions options) {
        int share = options.integer("--payload-random", random, 0, 100);
        if (!payload.isEmpty() && !frames.isEmpty()) {
            throw new InvalidValueException(
                    options.name("--frames"), frames, "nothing with --payload");
        }
        if (!payload.isEmpty()) {
            return Payload.parse(options.name("--payload"), payload, share);
        }
        if (!frames.isEmpty()) {
            return Payload.parse(options.name("--frames"), "frames:" + frames, share);
        }
        return payloadSize.isEmpty()
                ? Payload.parse("--payload", "1KB", share)
                : new Payload.Sizes(
                        List.of(Units.bytes(options.name("--payload-size"), payloadSize)), share);
    }

    /** How many, wherever the messages go: those that fit the heap, unless somebody says. */
    int maxInFlight(LoadOptions options, Rate howFast, Payload carried, List<TargetPlan> targets) {
        if (maxInFlight.isEmpty()) {
            long heap = Runtime.getRuntime().maxMemory();
            int usual = howFast instanceof Rate.Max ? IN_FLIGHT_AT_MAX : IN_FLIGHT;
            int most =
                    targets.stream()
                            .mapToInt(target -> HeapRoom.most(carried, target, heap))
                            .min()
                            .orElse(usual);
            return Math.clamp(most, 1, usual);
        }
        return options.integer("--max-in-flight", maxInFlight, 1, 1_000_000);
    }

    Duration timeout(LoadOptions options) {
        Duration deadline = Units.duration(options.name("--timeout"), timeout);
        if (deadline.compareTo(SHORTEST_TIMEOUT) < 0 || deadline.compareTo(LONGEST_TIMEOUT) > 0) {
            throw new InvalidValueException(options.name("--timeout"), timeout, "100ms to 10m");
        }
        return deadline;
    }

    Duration startupTimeout(LoadOptions options) {
        return Units.duration(options.name("--startup-timeout"), startupTimeout);
    }

    long seed(LoadOptions options) {
        return options.seed("--seed", seed);
    }
}
