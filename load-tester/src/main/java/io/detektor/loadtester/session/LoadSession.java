package io.detektor.loadtester.session;

import io.detektor.loadtester.fault.FaultDriver;
import io.detektor.loadtester.measure.Measurements;
import io.detektor.loadtester.message.Content;
import io.detektor.loadtester.message.EntryFormat;
import io.detektor.loadtester.plan.HeapRoom;
import io.detektor.loadtester.plan.LoadPlan;
import io.detektor.loadtester.plan.TargetPlan;
import io.detektor.loadtester.report.Console;
import io.detektor.loadtester.report.RunResult;
import io.detektor.loadtester.run.Interruption;
import io.detektor.loadtester.run.LoadTarget;
import io.detektor.loadtester.run.UnreachableException;
import io.detektor.loadtester.stream.RedisSession;
import io.detektor.loadtester.stream.RedisTarget;
import io.detektor.loadtester.stream.StreamConsumers;
import io.detektor.loadtester.verify.DeliveryProof;
import io.detektor.redisha.NodeAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One run from start to verdict: reach the target and warm up ({@link Reach}), send while things
 * break and heal ({@link Load}), let consumers read what is left, read the stream back ({@link
 * ReadBack}), judge ({@link ResultBuilder}).
 *
 * <p>{@link #run} blocks; {@link Interruption} ends it early, with everything healed and a partial
 * result.
 */
public final class LoadSession {

    /** How long consumers may get nowhere before what is left counts as unread. */
    private static final Duration DRAINED_WITHIN = Duration.ofSeconds(60);

    private final LoadPlan plan;
    private final @Nullable FaultDriver driver;
    private final Console console;
    private final Interruption interruption;
    private final BeforeReadBack beforeReadBack;
    private final TargetMaker targetMaker;

    /** Something to do between the load and the read-back, to show that the checker sees it. */
    @FunctionalInterface
    public interface BeforeReadBack {

        /** Does nothing. */
        BeforeReadBack NOTHING = _ -> {};

        /**
         * @param master the node that will be read
         */
        void run(NodeAddress master);
    }

    /** Makes another writer than that of redis-ha, to compare with. */
    @FunctionalInterface
    public interface TargetMaker {

        /** What redis-ha's writer does. */
        TargetMaker OURS =
                (redis, to, format, content) ->
                        new RedisTarget(redis, to.stream(), format, content);

        /** Makes it; the session closes it. */
        LoadTarget make(
                RedisSession redis, TargetPlan.Redis to, EntryFormat format, Content content);
    }

    /**
     * @param driver breaks nodes; null where nothing is broken
     */
    public LoadSession(
            LoadPlan plan,
            @Nullable FaultDriver driver,
            Console console,
            Interruption interruption) {
        this(plan, driver, console, interruption, BeforeReadBack.NOTHING, TargetMaker.OURS);
    }

    /**
     * @param driver breaks nodes; null where nothing is broken
     */
    public LoadSession(
            LoadPlan plan,
            @Nullable FaultDriver driver,
            Console console,
            Interruption interruption,
            BeforeReadBack beforeReadBack,
            TargetMaker targetMaker) {
        this.plan = plan;
        this.driver = driver;
        this.console = console;
        this.interruption = interruption;
        this.beforeReadBack = beforeReadBack;
        this.targetMaker = targetMaker;
    }

    /**
     * Runs once.
     *
     * @throws UnreachableException when the target cannot be reached at the start
     * @throws io.detektor.loadtester.plan.InvalidValueException when a fault cannot be done here,
     *     or the heap is too small
     */
    public RunResult run() {
        HeapRoom.check(plan, Runtime.getRuntime().maxMemory());
        FaultDriver breaker = driver;
        if (breaker != null) {
            plan.faults().forEach(breaker::check);
        }
        RunState run = new RunState(plan, console, interruption);
        try (Reach reach = Reach.open(run, targetMaker)) {
            ResultBuilder result = new ResultBuilder(run, InstantSource.system());
            result.before(reach.topology());

            Load load = new Load(run, reach, breaker);
            Load.Fitness fitness = load.run();

            StreamConsumers.Drained consumed = drain(run, load.consumers());
            Measurements.Totals totals = run.measurements().totals();

            ReadBack.Read read = new ReadBack(run, reach, beforeReadBack).run();
            List<DeliveryProof> deliveries = new ArrayList<>();
            if (consumed != null) {
                deliveries.add(consumed.proof(run.measurements().ledger(), read.masterCheck()));
            }
            takeOut(run, reach, deliveries);

            result.after(reach.topology());
            RunResult finished =
                    result.build(
                            totals,
                            load.faults(totals),
                            new ResultBuilder.Proofs(read.master(), read.replicas(), deliveries),
                            reach.redis().repeatedBatches(),
                            load.masters(),
                            load.missedEarly(),
                            fitness);
            reach.cleanUp(run, finished.verdict().exitCode());
            return finished;
        }
    }

    /** The third stage: consumers read what is left. */
    private static StreamConsumers.@Nullable Drained drain(
            RunState run, @Nullable StreamConsumers consumers) {
        if (consumers == null) {
            return null;
        }
        run.console().status("waiting until the consumers have read everything");
        return consumers.drain(
                run.measurements().ledger(),
                run.interruption().requested() ? Duration.ZERO : DRAINED_WITHIN,
                run.interruption());
    }

    /** Where asked for, everything is taken out over HTTP after it was read back. */
    private static void takeOut(RunState run, Reach reach, List<DeliveryProof> deliveries) {
        Reach.Taking taking = reach.taking();
        boolean asked = run.plan().target() instanceof TargetPlan.Http http && http.drain();
        if (taking == null || !asked || run.interruption().requested()) {
            return;
        }
        run.console().status("taking everything out over HTTP");
        deliveries.add(
                taking.client()
                        .drain(
                                run.measurements().ledger(),
                                taking.format(),
                                DRAINED_WITHIN,
                                run.interruption()));
    }
}
