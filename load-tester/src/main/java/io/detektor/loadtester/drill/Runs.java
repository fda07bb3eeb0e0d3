package io.detektor.loadtester.drill;

import io.detektor.loadtester.fault.FaultDriver;
import io.detektor.loadtester.plan.FaultSpec;
import io.detektor.loadtester.plan.LoadPlan;
import io.detektor.loadtester.plan.Rate;
import io.detektor.loadtester.plan.RedisPlan;
import io.detektor.loadtester.plan.TargetPlan;
import io.detektor.loadtester.report.Console;
import io.detektor.loadtester.report.RunResult;
import io.detektor.loadtester.run.Interruption;
import io.detektor.loadtester.session.LoadSession;
import io.detektor.localset.LocalSet;
import io.detektor.localset.Node;
import io.detektor.redisha.NodeAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The runs that a drill is made of. Stateless but for what it was made with. */
final class Runs {

    static final String STREAM = "load-test-drill";

    /** What frame-buffer writes to. */
    static final String SERVICE_STREAM = "frame_queue";

    static final int MESSAGE_BYTES = 512;

    private static final int MOST_IN_FLIGHT = 50_000;
    private static final int CONNECTIONS = 64;
    private static final Duration REACHABLE_WITHIN = Duration.ofSeconds(20);
    private static final Duration WARM_UP = Duration.ofMillis(300);

    private final int rate;
    private final long seed;
    private final Console console;
    private final Interruption interruption;

    Runs(int rate, long seed, Console console, Interruption interruption) {
        this.rate = rate;
        this.seed = seed;
        this.console = console;
        this.interruption = interruption;
    }

    /**
     * How long, for whom, and what is broken.
     *
     * @param load how long messages are sent
     * @param deadline the caller's, for one message
     * @param faults what is done
     * @param consumers how many read along
     */
    record Task(Duration load, Duration deadline, List<FaultSpec> faults, int consumers) {}

    /** To the stream itself. */
    RunResult stream(RedisPlan set, TargetPlan.Ack ack, Task task, FaultDriver driver) {
        return stream(set, ack, task, driver, LoadSession.BeforeReadBack.NOTHING, null);
    }

    /**
     * To the stream itself, with something in between.
     *
     * @param other the writer to measure instead of ours; null for ours
     */
    RunResult stream(
            RedisPlan set,
            TargetPlan.Ack ack,
            Task task,
            FaultDriver driver,
            LoadSession.BeforeReadBack before,
            LoadSession.@Nullable TargetMaker other) {
        LoadPlan plan =
                plan(
                        new TargetPlan.Redis(set, STREAM, ack, true),
                        task,
                        other == null ? WARM_UP : Duration.ZERO);
        return new LoadSession(
                        plan,
                        driver,
                        console,
                        interruption,
                        before,
                        other == null ? LoadSession.TargetMaker.OURS : other)
                .run();
    }

    /** Through frame-buffer. */
    RunResult service(RedisPlan set, URI url, Task task, FaultDriver driver) {
        LoadPlan plan =
                plan(
                        new TargetPlan.Http(set, SERVICE_STREAM, url, CONNECTIONS, true),
                        task,
                        Duration.ZERO);
        return new LoadSession(plan, driver, console, interruption).run();
    }

    private LoadPlan plan(TargetPlan target, Task task, Duration warmUp) {
        return new LoadPlan(
                target,
                new Rate.PerSecond(rate),
                warmUp,
                task.load(),
                task.consumers(),
                MESSAGE_BYTES,
                null,
                MOST_IN_FLIGHT,
                task.deadline(),
                REACHABLE_WITHIN,
                task.faults(),
                seed);
    }

    static RedisPlan redis(LocalSet set) {
        Node first = set.redisNodes().getFirst();
        return new RedisPlan(
                set.sentinels().stream().map(NodeAddress::parse).toList(),
                set.masterName(),
                new NodeAddress(first.host(), first.port()),
                "",
                "");
    }
}
