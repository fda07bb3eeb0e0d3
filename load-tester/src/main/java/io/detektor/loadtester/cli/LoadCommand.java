package io.detektor.loadtester.cli;

import io.detektor.loadtester.fault.FaultDriver;
import io.detektor.loadtester.fault.LocalSetDriver;
import io.detektor.loadtester.plan.FaultSpec;
import io.detektor.loadtester.plan.InvalidValueException;
import io.detektor.loadtester.plan.LoadPlan;
import io.detektor.loadtester.plan.Payload;
import io.detektor.loadtester.plan.Rate;
import io.detektor.loadtester.plan.TargetPlan;
import io.detektor.loadtester.plan.Units;
import io.detektor.loadtester.report.Console;
import io.detektor.loadtester.run.Interruption;
import io.detektor.loadtester.session.LoadSession;
import io.detektor.localset.LocalSet;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The default command. Values are kept as text by the parser, and read here, so that each wrong one
 * is told the same way wherever it came from.
 */
@Command(
        name = "load-tester",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Sends messages at fixed times, keeps account of every acknowledgement, reads the stream"
                    + " back, and says whether anything was lost.",
            "Every option can also be given as an environment variable: --rate as LOADTEST_RATE,"
                    + " --max-in-flight as LOADTEST_MAX_IN_FLIGHT; and in a --workload file."
        },
        footer = {
            "",
            "Faults: at=TIME ACTION [NODE] [for=TIME]",
            "  ACTION  kill, stop, freeze, cut, unplug, hold (a replica back), switch, failover, busy, ...",
            "  NODE    master, replica, redis-1, sentinel-2, ...",
            "  for=    heal after this time; without it, when the load is over",
            "",
            "Exit codes: 0 pass, 1 a figure was missed, 2 bad options, 3 not reachable,",
            "  4 something was lost or wrong, 5 nothing was proved, 130 interrupted"
        })
final class LoadCommand implements Callable<Integer> {

    /** Enough for the first messages to be no slower than the rest at a few hundred a second. */
    private static final Duration WARMUP = Duration.ofMillis(300);

    private static final Duration LONGEST_WARMUP = Duration.ofMinutes(1);
    private static final Duration LONGEST_DELAY = Duration.ofMinutes(1);

    private final Map<String, String> environment;
    private final Shutdown shutdown;

    @Spec private CommandLine.Model.@Nullable CommandSpec spec;

    @Mixin private TrafficOptions traffic = new TrafficOptions();

    @Option(
            names = "--warmup",
            paramLabel = "TIME",
            defaultValue = "",
            description =
                    "Load before the run that counts for nothing, on a stream of its own, so that"
                            + " the run measures Redis and not this program's start (default:"
                            + " 300ms; none with --target http)")
    private String warmup = "";

    @Option(
            names = "--consumers",
            paramLabel = "N",
            defaultValue = "0",
            description = "Consumers that read along in group load-test-group (default: none)")
    private String consumers = "";

    @Option(
            names = "--consumer-delay",
            paramLabel = "TIME",
            defaultValue = "",
            description =
                    "How long a consumer takes for each message, to see what a backlog does; not any"
                            + " more once the load is over (default: none)")
    private String consumerDelay = "";

    @Mixin private TargetOptions target = new TargetOptions();

    @Mixin private GoalOptions goals = new GoalOptions();

    @Mixin private SeriesOptions series = new SeriesOptions();

    @Option(
            names = "--fault",
            paramLabel = "SPEC",
            description =
                    "Break something in the run, for instance 'at=8s kill master for=5s';"
                            + " repeatable; needs --set")
    private List<String> faults = new ArrayList<>();

    @Option(
            names = "--journal",
            defaultValue = "false",
            description =
                    "Also write acks.jsonl.gz into --out: a line for each message with its outcome")
    private boolean journal;

    @Mixin private OutputOptions output = new OutputOptions();

    LoadCommand(Map<String, String> environment, Shutdown shutdown) {
        this.environment = environment;
        this.shutdown = shutdown;
    }

    @Override
    public Integer call() throws Exception {
        LoadOptions options = new LoadOptions(spec, environment);
        LocalSet local = target.redis().localSet();
        TargetPlan single = target.plan(options, environment, local);
        List<TargetPlan> targets =
                series.targets(
                        options,
                        single,
                        name -> target.plan(options, "--compare", name, environment, local));
        LoadPlan plan = plan(options, local, single, targets);
        SeriesOptions.Several several = series.several(options, plan, targets);
        Console console = output.console();
        Output results = Output.of(options, output.out(""), output.machine(), console);
        Interruption interruption = shutdown.interruption();
        return shutdown.guard(() -> {
            if (several != null) {
                results.configuration(several.plan());
                return several.run(
                        new SeriesOutput(results.directory(), output.machine(), console),
                        slice -> new LoadSession(slice, driver(local), console, interruption).run(),
                        interruption);
            }
            results.configuration(plan);
            return results.finish(
                    new LoadSession(plan, driver(local), console, interruption).run());
        });
    }

    private static @Nullable FaultDriver driver(@Nullable LocalSet local) {
        return local == null ? null : new LocalSetDriver(local);
    }

    private LoadPlan plan(
            LoadOptions options,
            @Nullable LocalSet local,
            TargetPlan where,
            List<TargetPlan> targets) {
        Rate rate = traffic.rate(options);
        Payload payload = traffic.payload(options);
        List<FaultSpec> what = options.faults(faults);
        if (!what.isEmpty() && local == null) {
            throw new InvalidValueException(
                    options.name("--fault"),
                    what.getFirst().toString(),
                    "--set with the directory of the local set to break");
        }
        int readers = options.integer("--consumers", consumers, 0, 1000);
        if (readers > 0 && where instanceof TargetPlan.Http) {
            throw new InvalidValueException(
                    options.name("--consumers"), consumers, "0 with --target http; use --drain");
        }
        return new LoadPlan(
                where,
                rate,
                warmup(options, where),
                traffic.duration(options, rate),
                readers,
                consumerDelay(options, readers),
                payload,
                traffic.maxInFlight(options, rate, payload, targets),
                traffic.timeout(options),
                traffic.startupTimeout(options),
                what,
                traffic.seed(options),
                series.withBaseline(options, goals.goals(options, where, rate, what)),
                journal(options));
    }

    private Duration consumerDelay(LoadOptions options, int readers) {
        if (consumerDelay.isEmpty()) {
            return Duration.ZERO;
        }
        if (readers == 0) {
            throw new InvalidValueException(
                    options.name("--consumer-delay"), consumerDelay, "with --consumers only");
        }
        Duration delay = Units.duration(options.name("--consumer-delay"), consumerDelay);
        if (delay.compareTo(LONGEST_DELAY) > 0) {
            throw new InvalidValueException(
                    options.name("--consumer-delay"), consumerDelay, "up to 1m");
        }
        return delay;
    }

    private @Nullable Path journal(LoadOptions options) {
        String out = output.out("");
        if (journal && out.isEmpty()) {
            throw new InvalidValueException(
                    options.name("--journal"), "true", "with --out, where it is written");
        }
        return journal ? Path.of(out).toAbsolutePath() : null;
    }

    private Duration warmup(LoadOptions options, TargetPlan where) {
        if (where instanceof TargetPlan.Http) {
            if (!warmup.isEmpty()) {
                throw new InvalidValueException(
                        options.name("--warmup"), warmup, "nothing with --target http");
            }
            return Duration.ZERO;
        }
        if (warmup.isEmpty()) {
            return WARMUP;
        }
        Duration howLong = Units.duration(options.name("--warmup"), warmup);
        if (howLong.compareTo(LONGEST_WARMUP) > 0) {
            throw new InvalidValueException(options.name("--warmup"), warmup, "0 to 1m");
        }
        return howLong;
    }
}
