package io.detektor.loadtester.fault;

import io.detektor.loadtester.measure.Gaps;
import io.detektor.loadtester.measure.RunClock;
import io.detektor.loadtester.measure.Timeline;
import io.detektor.loadtester.plan.FaultAction;
import io.detektor.loadtester.plan.FaultSpec;
import io.detektor.loadtester.plan.Units;
import io.detektor.loadtester.run.Interruption;
import io.detektor.redisha.sentinel.SentinelView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Does the faults of a plan at their times: inject, see the effect, heal, see that it is healed.
 * Each has its own thread, so that waiting for one delays no other. Healing always happens: in
 * time, when the load is over, or at once when the run is interrupted.
 */
public final class FaultRunner {

    private static final Duration EFFECT_WITHIN = Duration.ofSeconds(15);
    private static final Duration HEALED_WITHIN = Duration.ofSeconds(75);
    private static final Duration MOMENT_WITHIN = Duration.ofSeconds(75);
    private static final Duration POLL = Duration.ofMillis(20);

    private final FaultDriver driver;
    private final NodeProbe probe;
    private final Effects effects;
    private final SetWatch watch;
    private final RunClock clock;
    private final Timeline timeline;
    private final Interruption interruption;
    private final List<Execution> executions;
    private final List<Thread> threads = new ArrayList<>();

    /** Counted down when the load is over or interrupted: time to heal. */
    private final CountDownLatch ending = new CountDownLatch(1);

    public FaultRunner(
            List<FaultSpec> faults,
            FaultDriver driver,
            NodeProbe probe,
            SetWatch watch,
            RunClock clock,
            Timeline timeline,
            Interruption interruption) {
        this.driver = driver;
        this.probe = probe;
        this.effects = new Effects(driver, probe, watch);
        this.watch = watch;
        this.clock = clock;
        this.timeline = timeline;
        this.interruption = interruption;
        this.executions = faults.stream().map(Execution::new).toList();
    }

    /** Starts to wait for the first fault. */
    public void start() {
        for (Execution execution : executions) {
            threads.add(
                    Thread.ofVirtual()
                            .name("fault " + execution.spec)
                            .start(() -> play(execution)));
        }
    }

    /** Heals whatever is still broken, and waits until that is seen. */
    public void finish() {
        ending.countDown();
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** What became of each fault; after {@link #finish}. */
    public List<FaultReport> reports(Gaps gaps, Duration lastConfirmed) {
        return new FaultReports(executions, watch, gaps, lastConfirmed).all();
    }

    private void play(Execution fault) {
        if (waitFor(fault.spec.at().minus(clock.now()))) {
            fault.problems.add("was not done: the run ended before its time");
            return;
        }
        if (!itsMoment(fault)) {
            fault.problems.add("was not done: it waited in vain for " + fault.spec.when());
            return;
        }
        boolean broken = false;
        try {
            SentinelView view = watch.view();
            fault.masterBefore = view.master();
            fault.successors = view.promotable();
            FaultNode node =
                    driver.resolve(fault.spec.action().onNode() ? fault.spec.node() : "master");
            fault.node = node;
            fault.onMaster = node.address().equals(fault.masterBefore);
            Duration injected = clock.now();
            fault.injected = injected;
            timeline.add(injected, Timeline.Kind.FAULT, what(fault, node));
            broken = true;
            driver.inject(fault.spec, node);
            seeEffect(fault, node, injected);
        } catch (RuntimeException e) {
            fault.problems.add("could not be done: " + e.getMessage());
        }
        FaultNode node = fault.node;
        if (!broken || node == null) {
            return;
        }
        if (fault.spec.action().heals()) {
            Duration injected = fault.injected == null ? clock.now() : fault.injected;
            fault.spec
                    .healAfter()
                    .ifPresentOrElse(
                            hold -> waitFor(injected.plus(hold).minus(clock.now())),
                            () -> waitFor(Duration.ofDays(1)));
            try {
                fault.healed = clock.now();
                timeline.add(
                        fault.healed,
                        Timeline.Kind.FAULT,
                        healing(fault.spec.action()) + node.name());
                driver.heal(fault.spec, node);
            } catch (RuntimeException e) {
                fault.problems.add("could not be healed: " + e.getMessage());
                return;
            }
        }
        seeHealed(fault, node);
    }

    /** Waits for what a fault waits for; false when that does not come. */
    private boolean itsMoment(Execution fault) {
        Duration from = clock.now();
        return switch (fault.spec.when()) {
            case AT_ONCE -> true;
            case SWITCH -> until(() -> watch.changeAfter(from).isPresent(), MOMENT_WITHIN) != null;
            case WHOLE -> driver.awaitWhole(MOMENT_WITHIN);
        };
    }

    /** Waits for a time or for the end, whichever is first; true for the end. */
    private boolean waitFor(Duration time) {
        long deadline = System.nanoTime() + time.toNanos();
        while (!interruption.requested()) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            try {
                // short enough to notice an interruption at once
                if (ending.await(Math.min(left, 50_000_000), TimeUnit.NANOSECONDS)) {
                    return true;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return true;
            }
        }
        return true;
    }

    private void seeEffect(Execution fault, FaultNode node, Duration injected) {
        Duration within = EFFECT_WITHIN;
        if (fault.spec.healAfter().isPresent()
                && fault.spec.healAfter().get().compareTo(within) < 0) {
            within = fault.spec.healAfter().get();
        }
        fault.effect = until(() -> effects.seen(fault.spec, node, injected), within);
        if (fault.effect == null && !interruption.requested()) {
            fault.problems.add("had no effect within " + Units.text(within));
        }
    }

    private void seeHealed(Execution fault, FaultNode node) {
        fault.back = until(() -> effects.over(fault.spec, node), HEALED_WITHIN);
        if (fault.back == null) {
            if (!interruption.requested()) {
                fault.problems.add(
                        node.name() + " did not serve again within " + Units.text(HEALED_WITHIN));
            }
            return;
        }
        NodeProbe.NodeState state = probe.probe(node.address());
        timeline.add(
                fault.back,
                Timeline.Kind.FAULT,
                node.name()
                        + " is back"
                        + switch (state.role()) {
                            case MASTER -> " as master";
                            case REPLICA -> " as a replica, in sync";
                            case SENTINEL -> " as a Sentinel";
                            // no Redis: the driver has seen that it is back
                            case NONE -> "";
                        });
    }

    private @Nullable Duration until(BooleanSupplier condition, Duration within) {
        long deadline = System.nanoTime() + within.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline || interruption.await(POLL)) {
                return null;
            }
        }
        return clock.now();
    }

    private static String what(Execution fault, FaultNode node) {
        String role = fault.onMaster && !node.name().equals("master") ? ", the master" : "";
        return fault.spec.action().word() + " " + node.name() + " (" + node.address() + role + ")";
    }

    private static String healing(FaultAction action) {
        return switch (action) {
            case KILL, STOP, START, WIPE -> "start ";
            case FREEZE -> "resume ";
            case CUT, UNPLUG -> "join again ";
            case HOLD -> "release ";
            case BUSY, SQUEEZE, CRASH_ELECTED, CRASH_PROMOTED, DELAY, RESET ->
                    "end of " + action.word() + " on ";
            case SWITCH, FAILOVER, TAKE, UNGROUP -> "";
        };
    }
}
