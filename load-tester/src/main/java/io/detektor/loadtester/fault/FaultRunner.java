package io.detektor.loadtester.fault;

import io.detektor.loadtester.measure.Gaps;
import io.detektor.loadtester.measure.RunClock;
import io.detektor.loadtester.measure.Timeline;
import io.detektor.loadtester.plan.FaultAction;
import io.detektor.loadtester.plan.FaultSpec;
import io.detektor.loadtester.plan.Units;
import io.detektor.loadtester.run.Interruption;
import io.detektor.redisha.NodeAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
    private static final Duration HEALED_WITHIN = Duration.ofSeconds(45);
    private static final Duration POLL = Duration.ofMillis(20);

    private final FaultDriver driver;
    private final NodeProbe probe;
    private final SetWatch watch;
    private final RunClock clock;
    private final Timeline timeline;
    private final Interruption interruption;
    private final List<Execution> executions;
    private final List<Thread> threads = new ArrayList<>();

    /** Counted down when the load is over or interrupted: time to heal. */
    private final CountDownLatch ending = new CountDownLatch(1);

    /** One fault; written by its own thread, read when that has ended. */
    private static final class Execution {
        final FaultSpec spec;
        final List<String> problems = new ArrayList<>();
        @Nullable FaultNode node;
        @Nullable NodeAddress masterBefore;
        @Nullable Duration injected;
        @Nullable Duration effect;
        @Nullable Duration healed;
        @Nullable Duration back;
        boolean onMaster;

        Execution(FaultSpec spec) {
            this.spec = spec;
        }
    }

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
        return executions.stream().map(done -> report(done, gaps, lastConfirmed)).toList();
    }

    private void play(Execution fault) {
        if (waitFor(fault.spec.at().minus(clock.now()))) {
            fault.problems.add("was not done: the run ended before its time");
            return;
        }
        boolean broken = false;
        try {
            fault.masterBefore = watch.view().master();
            FaultNode node =
                    driver.resolve(fault.spec.action().onNode() ? fault.spec.node() : "master");
            fault.node = node;
            fault.onMaster = node.address().equals(fault.masterBefore);
            Duration injected = clock.now();
            fault.injected = injected;
            timeline.add(injected, Timeline.Kind.FAULT, what(fault, node));
            broken = true;
            driver.inject(fault.spec.action(), node);
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
                driver.heal(fault.spec.action(), node);
            } catch (RuntimeException e) {
                fault.problems.add("could not be healed: " + e.getMessage());
                return;
            }
        }
        seeHealed(fault, node);
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
        BooleanSupplier effect =
                switch (fault.spec.action()) {
                    case KILL, STOP, FREEZE -> () -> !probe.probe(node.address()).answers();
                    case CUT ->
                            () ->
                                    watch.first(
                                                    injected,
                                                    "+sdown",
                                                    said -> said.about(node.address()))
                                            .isPresent();
                    case HOLD -> () -> !probe.probe(node.address()).serves();
                    case SWITCH -> () -> watch.changeAfter(injected).isPresent();
                    case START -> () -> probe.probe(node.address()).answers();
                };
        Duration within = EFFECT_WITHIN;
        if (fault.spec.healAfter().isPresent()
                && fault.spec.healAfter().get().compareTo(within) < 0) {
            within = fault.spec.healAfter().get();
        }
        fault.effect = until(effect, within);
        if (fault.effect == null && !interruption.requested()) {
            fault.problems.add("had no effect within " + Units.text(within));
        }
    }

    private void seeHealed(Execution fault, FaultNode node) {
        fault.back = until(() -> servesRightly(node), HEALED_WITHIN);
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
                        + " is back "
                        + switch (state.role()) {
                            case MASTER -> "as master";
                            case REPLICA -> "as a replica, in sync";
                            case SENTINEL -> "as a Sentinel";
                            case NONE -> "and gone again";
                        });
    }

    /** A deposed master that does not know yet still says that it is one. */
    private boolean servesRightly(FaultNode node) {
        NodeProbe.NodeState state = probe.probe(node.address());
        return state.serves()
                && (state.role() != NodeProbe.Role.MASTER
                        || node.address().equals(watch.view().master()));
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
            case KILL, STOP, START -> "start ";
            case FREEZE -> "resume ";
            case CUT -> "join again ";
            case HOLD -> "release ";
            case SWITCH -> "";
        };
    }

    private FaultReport report(Execution fault, Gaps gaps, Duration lastConfirmed) {
        Duration injected = fault.injected;
        FaultNode node = fault.node;
        if (injected == null || node == null) {
            return new FaultReport(
                    fault.spec.toString(),
                    fault.spec.node(),
                    "",
                    false,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    "",
                    "",
                    0,
                    fault.problems);
        }
        // what follows belongs to this fault until the next one
        Duration next =
                executions.stream()
                        .map(other -> other.injected)
                        .filter(other -> other != null && other.compareTo(injected) > 0)
                        .min(Duration::compareTo)
                        .orElse(Duration.ofDays(1));
        Optional<SetWatch.MasterChange> change =
                watch.changeAfter(injected).filter(other -> other.at().compareTo(next) < 0);
        List<String> problems = new ArrayList<>(fault.problems);
        if (fault.onMaster && fault.spec.movesMaster() && change.isEmpty() && problems.isEmpty()) {
            problems.add("did not end with another master, and should have");
        }
        Optional<Duration> firstAck =
                change.flatMap(to -> gaps.firstConfirmedFrom(to.at(), lastConfirmed));
        return new FaultReport(
                fault.spec.toString(),
                node.name(),
                node.address().toString(),
                fault.onMaster,
                millis(injected),
                millis(fault.effect),
                millis(fault.healed),
                said("+sdown", injected, next, event -> event.about(node.address())),
                said("+odown", injected, next, _ -> true),
                said("+elected-leader", injected, next, _ -> true),
                said("+promoted-slave", injected, next, _ -> true),
                said("+switch-master", injected, next, _ -> true),
                millis(change.map(SetWatch.MasterChange::at).orElse(null)),
                millis(firstAck.orElse(null)),
                millis(fault.back),
                fault.masterBefore == null ? "" : fault.masterBefore.toString(),
                change.map(to -> to.to().toString()).orElse(""),
                gaps.longest(
                                injected.minusSeconds(1),
                                next.compareTo(windowEnd(fault)) < 0 ? next : windowEnd(fault))
                        .map(gap -> gap.length().toMillis())
                        .orElse(0L),
                problems);
    }

    private static Duration windowEnd(Execution fault) {
        Duration from = fault.healed == null ? fault.injected : fault.healed;
        return (from == null ? Duration.ZERO : from).plusSeconds(30);
    }

    private @Nullable Long said(
            String type,
            Duration from,
            Duration next,
            java.util.function.Predicate<SetWatch.Said> matching) {
        return millis(
                watch.first(from, type, matching)
                        .filter(at -> at.compareTo(next) < 0)
                        .orElse(null));
    }

    private static @Nullable Long millis(@Nullable Duration duration) {
        return duration == null ? null : Long.valueOf(duration.toMillis());
    }
}
