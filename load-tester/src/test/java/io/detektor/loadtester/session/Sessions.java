package io.detektor.loadtester.session;

import io.detektor.loadtester.fault.LocalSetDriver;
import io.detektor.loadtester.plan.FaultSpec;
import io.detektor.loadtester.plan.LoadPlan;
import io.detektor.loadtester.plan.Rate;
import io.detektor.loadtester.plan.RedisPlan;
import io.detektor.loadtester.plan.TargetPlan;
import io.detektor.loadtester.report.Console;
import io.detektor.loadtester.report.RunResult;
import io.detektor.loadtester.report.Summary;
import io.detektor.loadtester.run.Interruption;
import io.detektor.localset.LocalSet;
import io.detektor.redisha.NodeAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** Runs for tests, with everything they say on standard output. */
final class Sessions {

    private Sessions() {}

    static LoadPlan plan(
            LocalSet set,
            String stream,
            TargetPlan.Ack ack,
            int rate,
            Duration duration,
            int consumers,
            String... faults) {
        RedisPlan redis =
                new RedisPlan(
                        set.sentinels().stream().map(NodeAddress::parse).toList(),
                        set.masterName(),
                        new NodeAddress(
                                set.redisNodes().getFirst().host(),
                                set.redisNodes().getFirst().port()),
                        "",
                        "");
        List<FaultSpec> specs =
                Arrays.stream(faults).map(fault -> FaultSpec.parse("--fault", fault)).toList();
        return new LoadPlan(
                new TargetPlan.Redis(redis, stream, ack, true),
                new Rate.PerSecond(rate),
                Duration.ofMillis(300),
                duration,
                consumers,
                512,
                null,
                20_000,
                Duration.ofSeconds(20),
                Duration.ofSeconds(10),
                specs,
                1);
    }

    static LoadPlan withTimeout(LoadPlan plan, Duration timeout) {
        return new LoadPlan(
                plan.target(),
                plan.rate(),
                plan.warmup(),
                plan.duration(),
                plan.consumers(),
                plan.payload(),
                plan.maxInFlight(),
                timeout,
                plan.startupTimeout(),
                plan.faults(),
                plan.seed(),
                plan.goals());
    }

    static RunResult run(LocalSet set, LoadPlan plan, LoadSession.BeforeReadBack beforeReadBack) {
        Console console = new Console(System.out, false, false, false);
        RunResult result =
                new LoadSession(
                                plan,
                                new LocalSetDriver(set),
                                console,
                                new Interruption(),
                                beforeReadBack,
                                LoadSession.TargetMaker.OURS)
                        .run();
        console.print(Summary.text(result, console));
        return result;
    }
}
