package io.detektor.loadtester.cli;

import io.detektor.loadtester.demo.Demo;
import io.detektor.loadtester.demo.DemoPlan;
import io.detektor.loadtester.plan.FaultAction;
import io.detektor.loadtester.plan.FaultSpec;
import io.detektor.loadtester.plan.FrameFile;
import io.detektor.loadtester.plan.InvalidValueException;
import io.detektor.loadtester.plan.LoadPlan;
import io.detektor.loadtester.plan.Units;
import io.detektor.loadtester.report.Console;
import java.io.IOException;
import java.io.InputStream;
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

/** Starts everything on this machine, breaks it, and proves that nothing was lost. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Starts a Redis master, a replica, three Sentinels, frame-buffer and telegram-alerts on"
                    + " this machine, sends camera frames through frame-buffer, kills the master in"
                    + " the middle, and proves that no confirmed frame was lost."
        })
final class DemoCommand implements Callable<Integer> {

    private static final String SAMPLE = "/io/detektor/loadtester/demo/street.mjpeg";

    /** How long the master stays dead by default. */
    private static final Duration DOWN = Duration.ofSeconds(5);

    private final Map<String, String> environment;
    private final Shutdown shutdown;

    @Spec private CommandLine.Model.@Nullable CommandSpec spec;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "500",
            description = "Frames per second (default: ${DEFAULT-VALUE})")
    private String rate = "";

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            defaultValue = "20",
            description = "How long frames are sent (default: ${DEFAULT-VALUE} s)")
    private String duration = "";

    @Option(
            names = "--frames",
            paramLabel = "FILE",
            defaultValue = "",
            description =
                    "Motion-JPEG file to send the frames of (default: 100 frames of a street)")
    private String frames = "";

    @Option(
            names = "--fault",
            paramLabel = "SPEC",
            description =
                    "What to break: at=TIME kill|stop|freeze|cut|hold|switch|start [NODE]"
                            + " [for=TIME]; repeatable; '' for nothing (default: kill master in the middle,"
                            + " started again 5 s later)")
    private @Nullable List<String> faults;

    @Option(names = "--keep", description = "Leave everything running until Ctrl-C")
    private boolean keep;

    @Mixin private OutputOptions output = new OutputOptions();

    @Mixin private ServiceOptions services = new ServiceOptions();

    @Option(
            names = "--telegram-alerts-jar",
            paramLabel = "FILE",
            hidden = true,
            defaultValue = "telegram-alerts/target/telegram-alerts.jar",
            description = "'' to go without")
    private String telegramAlertsJar = "";

    DemoCommand(Map<String, String> environment, Shutdown shutdown) {
        this.environment = environment;
        this.shutdown = shutdown;
    }

    @Override
    public Integer call() throws Exception {
        LoadOptions options = new LoadOptions(spec, environment);
        Console console = output.console();
        String out = output.out("target/demo");
        Duration howLong = Units.duration(options.name("--duration"), duration);
        if (howLong.compareTo(Duration.ofSeconds(1)) < 0
                || howLong.compareTo(Duration.ofHours(1)) > 0) {
            throw new InvalidValueException(options.name("--duration"), duration, "1s to 1h");
        }
        DemoPlan plan =
                new DemoPlan(
                        options.integer("--rate", rate, 1, 10_000),
                        howLong,
                        frames(options),
                        faults(options, howLong),
                        Path.of(out).toAbsolutePath(),
                        keep,
                        services.java(),
                        services.frameBuffer(options),
                        telegramAlertsJar.isEmpty()
                                ? null
                                : ServiceOptions.jar(
                                        options, "--telegram-alerts-jar", telegramAlertsJar));
        LoadPlan.check(plan.faults(), howLong);
        Output results = Output.of(options, out, output.machine(), console);
        return shutdown.guard(
                () -> new Demo(plan, console, shutdown.interruption()).run(results::finish));
    }

    private List<FaultSpec> faults(LoadOptions options, Duration howLong) {
        List<String> typed = faults;
        return typed == null || typed.isEmpty()
                ? List.of(new FaultSpec(howLong.dividedBy(2), FaultAction.KILL, "master", DOWN))
                : options.faults(new ArrayList<>(typed));
    }

    private FrameFile frames(LoadOptions options) throws IOException {
        if (!frames.isEmpty()) {
            return FrameFile.read(options.name("--frames"), Path.of(frames));
        }
        try (InputStream sample = DemoCommand.class.getResourceAsStream(SAMPLE)) {
            if (sample == null) {
                throw new InvalidValueException("--frames", "", "a motion-JPEG file");
            }
            return FrameFile.of("--frames", Path.of("street.mjpeg"), sample.readAllBytes());
        }
    }
}
