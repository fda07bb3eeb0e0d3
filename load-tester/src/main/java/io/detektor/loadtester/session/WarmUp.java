package io.detektor.loadtester.session;

import io.detektor.loadtester.measure.Measurements;
import io.detektor.loadtester.measure.RunClock;
import io.detektor.loadtester.message.Content;
import io.detektor.loadtester.message.EntryFormat;
import io.detektor.loadtester.plan.Goals;
import io.detektor.loadtester.plan.LoadPlan;
import io.detektor.loadtester.plan.Rate;
import io.detektor.loadtester.plan.TargetPlan;
import io.detektor.loadtester.run.LoadRun;
import io.detektor.loadtester.run.LoadTarget;
import io.detektor.loadtester.stream.RedisSession;
import io.detektor.loadtester.stream.RedisTarget;
import io.detektor.loadtester.stream.StreamReader;
import io.detektor.redisha.NodeAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/**
 * Connects and lets the compiler see the hot path, with messages to a stream of their own that
 * count for nothing: otherwise the first second is about the tester.
 */
final class WarmUp {

    /** Messages in the air during the warm-up of a run that is to keep a rate. */
    private static final int IN_FLIGHT = 32;

    private WarmUp() {}

    static void run(
            RunState run,
            RedisSession redis,
            TargetPlan.Redis to,
            EntryFormat format,
            Content content) {
        LoadPlan plan = run.plan();
        if (!plan.warmup().isPositive()) {
            return;
        }
        String stream = to.stream() + ":warm-up";
        run.console().status("warming up");
        LoadPlan warmUp =
                new LoadPlan(
                        to,
                        new Rate.Max(),
                        Duration.ZERO,
                        plan.warmup(),
                        0,
                        plan.payload(),
                        plan.rate() instanceof Rate.Max ? plan.maxInFlight() : IN_FLIGHT,
                        plan.timeout(),
                        plan.startupTimeout(),
                        List.of(),
                        plan.seed(),
                        Goals.NONE);
        try (LoadTarget target = new RedisTarget(redis, stream, format, content)) {
            LoadRun load =
                    new LoadRun(
                            warmUp,
                            RunClock.startingIn(Duration.ZERO, InstantSource.system()),
                            new Measurements(),
                            target,
                            run.interruption());
            load.send();
            load.awaitOutcomes();
        }
        NodeAddress master = redis.monitor().view().master();
        if (master != null) {
            try {
                new StreamReader(redis, stream).remove(master);
            } catch (StreamReader.ReadFailedException e) {
                run.console().print("stream " + stream + " was not removed: " + e.getMessage());
            }
        }
    }
}
