package io.detektor.loadtester.cli;

import io.detektor.loadtester.drill.Drills;
import io.detektor.loadtester.plan.InvalidValueException;
import io.detektor.loadtester.plan.Units;
import io.detektor.loadtester.report.Console;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Breaks a set in every way of the fault matrix, under load, and judges each. */
@Command(
        name = "drill",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Starts Sentinel sets of its own on this machine, breaks them in the ways of the fault"
                    + " matrix under load, and says for each whether a confirmed message was lost"
                    + " and how long writes waited. docs/reference/drill.md has the rows."
        },
        footer = {
            "",
            "Examples: drill smoke; drill standard; drill 1,5,19; drill 0-12 --seed 7;",
            "  drill soak --failovers 100 --rate 300;",
            "  drill gaps --faults kill,freeze --count 30 --down-after 5s --client spring",
            "",
            "Exit codes: the worst of all rows: 0 pass, 1 a figure was missed, 2 bad options or an",
            "  error in the configuration, 3 no set could be started, 4 something was lost or",
            "  wrong, 5 nothing was proved, 130 interrupted (everything healed, partial report)"
        })
final class DrillCommand implements Callable<Integer> {

    private static final int DEFAULT_RATE = 500;
    private static final Duration LONGEST_DOWN = Duration.ofMinutes(2);

    private final Map<String, String> environment;
    private final Shutdown shutdown;

    @Spec private CommandLine.Model.@Nullable CommandSpec spec;

    @Parameters(
            paramLabel = "smoke|standard|soak|gaps|ROWS",
            description = "What to do; ROWS are numbers of the matrix: 1,5,19 or 0-5")
    private String what = "";

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "",
            description = "Messages per second (default: 500; soak 300, gaps 200)")
    private String rate = "";

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "",
            description = "Repeats the schedule of the drill that printed it (default: random)")
    private String seed = "";

    @Option(
            names = "--with-controls",
            negatable = true,
            description =
                    "Also run the controls that have to lose, and the self-tests of the checker"
                            + " (default: with smoke and standard)")
    private @Nullable Boolean controls;

    @Option(
            names = "--lint",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Stop at an error in the configuration of the set (default)")
    private boolean lint = true;

    @Option(
            names = "--failovers",
            paramLabel = "N",
            defaultValue = "100",
            description = "soak: how many (default: ${DEFAULT-VALUE})")
    private String failovers = "";

    @Option(
            names = "--faults",
            paramLabel = "KIND,...",
            defaultValue = "",
            description =
                    "soak, gaps: kill, freeze, cut, switch (default: all that can be done here for"
                            + " soak; kill,freeze for gaps)")
    private String faults = "";

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "30",
            description = "gaps: how many of each (default: ${DEFAULT-VALUE})")
    private String count = "";

    @Option(
            names = "--down-after",
            paramLabel = "TIME",
            defaultValue = "2s",
            description =
                    "soak, gaps: down-after-milliseconds of the Sentinels (default:"
                            + " ${DEFAULT-VALUE}, as shipped)")
    private String downAfter = "";

    @Option(
            names = "--client",
            paramLabel = "ours|spring",
            defaultValue = "ours",
            description =
                    "gaps: who writes: redis-ha, or Spring's connection factory with its defaults"
                            + " (default: ${DEFAULT-VALUE})")
    private String client = "";

    @Option(
            names = "--docker",
            paramLabel = "PROJECT",
            arity = "0..1",
            fallbackValue = "detektor",
            description =
                    "Break the containers of docker compose up instead (default project: detektor)")
    private @Nullable String docker;

    @Option(
            names = "--i-own-this",
            defaultValue = "false",
            description = "Also where the Docker engine is on another host")
    private boolean own;

    @Mixin private OutputOptions output = new OutputOptions();

    @Mixin private ServiceOptions services = new ServiceOptions();

    DrillCommand(Map<String, String> environment, Shutdown shutdown) {
        this.environment = environment;
        this.shutdown = shutdown;
    }

    @Override
    public Integer call() throws Exception {
        LoadOptions options = new LoadOptions(spec, environment);
        Console console = output.console();
        Drills.Prepared drill =
                switch (what.trim().toLowerCase(Locale.ROOT)) {
                    case "soak", "gaps" -> Drills.prepare(series(options));
                    default -> Drills.prepare(rows(options));
                };
        return shutdown.guard(() -> drill.run(console, output.machine(), shutdown.interruption()));
    }

    private Drills.SeriesRequest series(LoadOptions options) {
        boolean soak = what.trim().equalsIgnoreCase("soak");
        Duration down = Units.duration(options.name("--down-after"), downAfter);
        if (down.compareTo(Duration.ofSeconds(1)) < 0 || down.compareTo(LONGEST_DOWN) > 0) {
            throw new InvalidValueException(options.name("--down-after"), downAfter, "1s to 2m");
        }
        String kinds = faults;
        if (kinds.isEmpty()) {
            kinds = soak ? Drills.everyFault() : "kill,freeze";
        }
        return new Drills.SeriesRequest(
                soak,
                List.of(kinds.toLowerCase(Locale.ROOT).split(",", -1)),
                soak
                        ? options.integer("--failovers", failovers, 1, 100_000)
                        : options.integer("--count", count, 1, 10_000),
                down,
                client.trim().toLowerCase(Locale.ROOT),
                rate.isEmpty() ? soak ? 300 : 200 : options.integer("--rate", rate, 10, 10_000),
                seed(options),
                directory(options));
    }

    private long seed(LoadOptions options) {
        return seed.isEmpty()
                ? new SecureRandom().nextInt(1_000_000)
                : options.seed("--seed", seed);
    }

    private Drills.Request rows(LoadOptions options) {
        return new Drills.Request(
                what.trim().toLowerCase(Locale.ROOT),
                rate.isEmpty() ? DEFAULT_RATE : options.integer("--rate", rate, 10, 10_000),
                seed(options),
                controls,
                lint,
                directory(options),
                services.java(),
                services.frameBuffer(),
                docker,
                own);
    }

    private Path directory(LoadOptions options) {
        return Output.directory(options.name("--out"), output.out("target/drill"));
    }
}
