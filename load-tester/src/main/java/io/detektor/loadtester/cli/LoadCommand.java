package io.detektor.loadtester.cli;

import io.detektor.loadtester.fault.FaultDriver;
import io.detektor.loadtester.fault.LocalSetDriver;
import io.detektor.loadtester.plan.FaultSpec;
import io.detektor.loadtester.plan.FrameFile;
import io.detektor.loadtester.plan.InvalidValueException;
import io.detektor.loadtester.plan.LoadPlan;
import io.detektor.loadtester.plan.Rate;
import io.detektor.loadtester.plan.RedisPlan;
import io.detektor.loadtester.plan.TargetPlan;
import io.detektor.loadtester.plan.Units;
import io.detektor.loadtester.report.Console;
import io.detektor.loadtester.report.RunResult;
import io.detektor.loadtester.session.LoadSession;
import io.detektor.localset.LocalSet;
import io.detektor.redisha.NodeAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
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
                    + " --max-in-flight as LOADTEST_MAX_IN_FLIGHT."
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

    private static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(100);

    /** What redis-ha remembers idempotency keys for. */
    private static final Duration LONGEST_TIMEOUT = Duration.ofMinutes(10);

    private final Map<String, String> environment;
    private final Shutdown shutdown;

    @Spec private CommandLine.Model.@Nullable CommandSpec spec;

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
            names = "--stream-name",
            paramLabel = "KEY",
            defaultValue = "load-test-stream",
            description =
                    "Stream to write to; with --target http: the one frame-buffer writes to"
                            + " (default: ${DEFAULT-VALUE}, frame_queue)")
    private String streamName = "";

    @Option(
            names = "--use-sentinel",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Ask the Sentinels for the master (default), or not")
    private boolean useSentinel = true;

    @Option(
            names = "--sentinels",
            paramLabel = "HOST:PORT,...",
            defaultValue = "sentinel-1:26379,sentinel-2:26379,sentinel-3:26379",
            description = "The Sentinels; also REDIS_SENTINEL_HOSTS (default: ${DEFAULT-VALUE})")
    private String sentinels = "";

    @Option(
            names = "--master-name",
            paramLabel = "NAME",
            defaultValue = "mymaster",
            description = "Also REDIS_MASTER_NAME (default: ${DEFAULT-VALUE})")
    private String masterName = "";

    @Option(
            names = "--redis-host",
            paramLabel = "HOST",
            defaultValue = "redis",
            description =
                    "The single Redis of --no-use-sentinel, or what serves while no Sentinel"
                            + " ever answered (default: ${DEFAULT-VALUE})")
    private String redisHost = "";

    @Option(
            names = "--redis-port",
            paramLabel = "PORT",
            defaultValue = "6379",
            description = "(default: ${DEFAULT-VALUE})")
    private String redisPort = "";

    @Option(
            names = "--redis-username",
            paramLabel = "USER",
            defaultValue = "",
            description = "ACL user; its password comes from REDIS_PASSWORD only")
    private String redisUsername = "";

    @Option(
            names = "--target",
            paramLabel = "redis|http",
            defaultValue = "redis",
            description = "A stream, or frame-buffer (default: ${DEFAULT-VALUE})")
    private String target = "";

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8002",
            description = "frame-buffer's address (default: ${DEFAULT-VALUE})")
    private String url = "";

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "64",
            description = "Most connections to frame-buffer (default: ${DEFAULT-VALUE})")
    private String connections = "";

    @Option(
            names = "--drain",
            negatable = true,
            defaultValue = "false",
            fallbackValue = "true",
            description = "With --target http: take everything out again and compare it")
    private boolean drain;

    @Option(
            names = "--payload-size",
            paramLabel = "SIZE",
            defaultValue = "1KB",
            description = "Bytes of content in a message (default: ${DEFAULT-VALUE})")
    private String payloadSize = "";

    @Option(
            names = "--frames",
            paramLabel = "FILE",
            defaultValue = "",
            description = "Send the frames of this motion-JPEG file in turn")
    private String frames = "";

    @Option(
            names = "--ack",
            paramLabel = "in-sync|master",
            defaultValue = "in-sync",
            description =
                    "When a write counts as confirmed; master loses writes at a failover, and"
                            + " shows it (default: ${DEFAULT-VALUE})")
    private String ack = "";

    @Option(
            names = "--max-in-flight",
            paramLabel = "N",
            defaultValue = "",
            description = "Most messages without an outcome (default: 20000; 2048 for --rate max)")
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
                    "How long the target may take to be reachable (default:" + " ${DEFAULT-VALUE})")
    private String startupTimeout = "";

    @Option(
            names = "--fault",
            paramLabel = "SPEC",
            description =
                    "Break something in the run, for instance 'at=8s kill master for=5s';"
                            + " repeatable; needs --set")
    private List<String> faults = new ArrayList<>();

    @Option(
            names = "--set",
            paramLabel = "DIR",
            defaultValue = "",
            description = "Directory of a local set that runs: where to connect to, and to break")
    private String set = "";

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "",
            description = "Write result.json there")
    private String out = "";

    @Option(
            names = "--json",
            defaultValue = "false",
            description = "Print the result as JSON on standard output; people read standard error")
    private boolean json;

    @Option(names = "--quiet", defaultValue = "false", description = "Print the verdict only")
    private boolean quiet;

    @Option(names = "--no-color", defaultValue = "false", description = "No colors")
    private boolean noColor;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Decides the generated content (default: ${DEFAULT-VALUE})")
    private String seed = "";

    @Option(
            names = "--cleanup",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Remove the stream afterwards if the run made it (default)")
    private boolean cleanup = true;

    LoadCommand(Map<String, String> environment, Shutdown shutdown) {
        this.environment = environment;
        this.shutdown = shutdown;
    }

    @Override
    public Integer call() throws Exception {
        if (spec == null) {
            throw new IllegalStateException("spec: null (expected: set by the parser)");
        }
        LoadOptions options = new LoadOptions(spec, environment);
        LocalSet local = set.isEmpty() ? null : LocalSet.attach(Path.of(set).toAbsolutePath());
        LoadPlan plan = plan(options, local);
        boolean machine = json;
        Console console = Console.ofProcess(machine, quiet, noColor);
        Output output = Output.of(options, out, machine, console);
        FaultDriver driver = local == null ? null : new LocalSetDriver(local);
        return shutdown.guard(() -> {
            output.configuration(plan);
            RunResult result =
                    new LoadSession(plan, driver, console, shutdown.interruption()).run();
            return output.finish(result);
        });
    }

    private LoadPlan plan(LoadOptions options, @Nullable LocalSet local) {
        RedisPlan redis = redis(options, local);
        Rate howFast = Rate.parse(options.name("--rate"), rate);
        TargetPlan where = target(options, redis);
        List<FaultSpec> what = options.faults(faults);
        if (!what.isEmpty() && local == null) {
            throw new InvalidValueException(
                    options.name("--fault"),
                    what.getFirst().toString(),
                    "--set with the directory of the local set to break");
        }
        Duration deadline = Units.duration(options.name("--timeout"), timeout);
        if (deadline.compareTo(SHORTEST_TIMEOUT) < 0 || deadline.compareTo(LONGEST_TIMEOUT) > 0) {
            throw new InvalidValueException(options.name("--timeout"), timeout, "100ms to 10m");
        }
        Duration howLong = Units.duration(options.name("--duration"), duration);
        if (howLong.isZero() || howLong.compareTo(Duration.ofDays(1)) > 0) {
            throw new InvalidValueException(options.name("--duration"), duration, "up to 24h");
        }
        int readers = options.integer("--consumers", consumers, 0, 1000);
        if (readers > 0 && where instanceof TargetPlan.Http) {
            throw new InvalidValueException(
                    options.name("--consumers"), consumers, "0 with --target http; use --drain");
        }
        return new LoadPlan(
                where,
                howFast,
                warmup(options, where),
                howLong,
                readers,
                Units.bytes(options.name("--payload-size"), payloadSize),
                frames.isEmpty() ? null : FrameFile.read(options.name("--frames"), Path.of(frames)),
                maxInFlight.isEmpty()
                        ? howFast instanceof Rate.Max ? 2048 : 20_000
                        : options.integer("--max-in-flight", maxInFlight, 1, 1_000_000),
                deadline,
                Units.duration(options.name("--startup-timeout"), startupTimeout),
                what,
                options.seed("--seed", seed));
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

    private RedisPlan redis(LoadOptions options, @Nullable LocalSet local) {
        boolean sentinel = useSentinel;
        List<NodeAddress> watchers = List.of();
        String name = masterName;
        if (sentinel && local != null && !options.given("--sentinels")) {
            watchers = local.sentinels().stream().map(NodeAddress::parse).toList();
            name = local.masterName();
        } else if (sentinel) {
            watchers = options.nodes("--sentinels", sentinels);
            if (watchers.isEmpty()) {
                throw new InvalidValueException(
                        options.name("--sentinels"),
                        sentinels,
                        "host:port,... or --no-use-sentinel");
            }
        }
        String password = environment.getOrDefault("REDIS_PASSWORD", "");
        return new RedisPlan(
                watchers,
                name,
                new NodeAddress(redisHost, options.integer("--redis-port", redisPort, 1, 65_535)),
                redisUsername,
                // a user without a password takes any, but the protocol wants one
                redisUsername.isEmpty() || !password.isEmpty() ? password : redisUsername);
    }

    private TargetPlan target(LoadOptions options, RedisPlan redis) {
        boolean confirmed =
                switch (ack.trim().toLowerCase(Locale.ROOT)) {
                    case "in-sync" -> true;
                    case "master" -> false;
                    default ->
                            throw new InvalidValueException(
                                    options.name("--ack"), ack, "in-sync or master");
                };
        return switch (target.trim().toLowerCase(Locale.ROOT)) {
            case "redis" ->
                    new TargetPlan.Redis(
                            redis,
                            streamName,
                            confirmed ? TargetPlan.Ack.IN_SYNC : TargetPlan.Ack.MASTER,
                            cleanup);
            case "http" -> {
                if (!confirmed) {
                    throw new InvalidValueException(
                            options.name("--ack"), ack, "in-sync with --target http");
                }
                yield new TargetPlan.Http(
                        redis,
                        options.given("--stream-name") ? streamName : "frame_queue",
                        url(options),
                        options.integer("--connections", connections, 1, 4096),
                        drain);
            }
            default ->
                    throw new InvalidValueException(
                            options.name("--target"), target, "redis or http");
        };
    }

    private URI url(LoadOptions options) {
        try {
            URI uri = URI.create(url.trim());
            String scheme = uri.getScheme();
            if (scheme != null && scheme.matches("https?") && uri.getHost() != null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // told below
        }
        throw new InvalidValueException(
                options.name("--url"), url, "an address such as http://127.0.0.1:8002");
    }
}
