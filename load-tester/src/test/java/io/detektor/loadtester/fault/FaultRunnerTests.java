package io.detektor.loadtester.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.detektor.loadtester.measure.Gaps;
import io.detektor.loadtester.measure.RunClock;
import io.detektor.loadtester.measure.Timeline;
import io.detektor.loadtester.plan.FaultSpec;
import io.detektor.loadtester.run.Interruption;
import io.detektor.redisha.NodeAddress;
import io.detektor.redisha.sentinel.SentinelEvent;
import io.detektor.redisha.sentinel.SentinelMonitor;
import io.detektor.redisha.sentinel.SentinelView;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FaultRunnerTests {

    private static final NodeAddress ONE = new NodeAddress("10.0.0.1", 6379);
    private static final NodeAddress TWO = new NodeAddress("10.0.0.2", 6379);
    private static final NodeAddress SENTINEL = new NodeAddress("10.0.0.3", 26379);

    private final RunClock clock = RunClock.startingIn(Duration.ZERO, InstantSource.system());
    private final Timeline timeline = new Timeline();
    private final Interruption interruption = new Interruption();
    private final Gaps gaps = new Gaps();
    private final FakeMonitor monitor = new FakeMonitor();
    private final List<String> done = Collections.synchronizedList(new ArrayList<>());
    private volatile boolean broken;

    @Test
    void injectsSeesTheEffectHealsAndSeesItHealed() {
        FaultRunner runner = runner("at=20ms kill master for=200ms");
        runner.start();
        await().until(() -> broken);
        monitor.say("+sdown", "master mymaster 10.0.0.1 6379");
        monitor.say("+odown", "master mymaster 10.0.0.1 6379 #quorum 2/2");
        monitor.master(TWO);
        await().until(() -> done.contains("heal kill redis-1"));
        runner.finish();

        FaultReport report = report(runner);

        assertThat(done).containsExactly("inject kill redis-1", "heal kill redis-1");
        assertThat(report.problems()).isEmpty();
        assertThat(report.onMaster()).isTrue();
        assertThat(report.masterBefore()).isEqualTo(ONE.toString());
        assertThat(report.masterAfter()).isEqualTo(TWO.toString());
        assertThat(report.tInjectMs()).isBetween(20L, 1000L);
        assertThat(report.tEffectMs()).isGreaterThanOrEqualTo(report.tInjectMs());
        assertThat(report.tOdownMs()).isGreaterThanOrEqualTo(report.tSdownMs());
        long injected = Objects.requireNonNull(report.tInjectMs());
        assertThat(report.tHealMs()).isGreaterThanOrEqualTo(injected + 200);
        assertThat(report.tBackMs()).isGreaterThanOrEqualTo(report.tHealMs());
        assertThat(timeline.events().stream().map(Timeline.Event::kind))
                .contains(Timeline.Kind.FAULT, Timeline.Kind.SENTINEL, Timeline.Kind.CLIENT);
    }

    @Test
    void aFaultThatShouldHaveMovedTheMasterAndDidNotIsAProblem() {
        FaultRunner runner = runner("at=10ms kill master for=50ms");
        runner.start();
        await().until(() -> done.size() == 2);
        runner.finish();

        assertThat(report(runner).problems())
                .containsExactly("did not end with another master, and should have");
    }

    @Test
    void noOtherMasterIsDemandedWhereEveryOtherWasBrokenToo() {
        monitor.promotable = Set.of(TWO);
        FaultRunner runner =
                runner("at=10ms kill master for=300ms", "at=10ms kill replica for=300ms");
        runner.start();
        await().until(() -> done.size() == 4);
        runner.finish();

        assertThat(report(runner).problems()).isEmpty();
    }

    @Test
    void anotherMasterIsDemandedWhereOneWasLeft() {
        monitor.promotable = Set.of(TWO, new NodeAddress("10.0.0.4", 6379));
        FaultRunner runner =
                runner("at=10ms kill master for=300ms", "at=10ms kill replica for=300ms");
        runner.start();
        await().until(() -> done.size() == 4);
        runner.finish();

        assertThat(report(runner).problems())
                .containsExactly("did not end with another master, and should have");
    }

    @Test
    void whatHasNoEndIsHealedWhenTheLoadIsOver() {
        FaultRunner runner = runner("at=10ms freeze replica");
        runner.start();
        await().until(() -> broken);
        assertThat(done).containsExactly("inject freeze redis-2");
        runner.finish();

        assertThat(done).containsExactly("inject freeze redis-2", "heal freeze redis-2");
        assertThat(report(runner).problems()).isEmpty();
    }

    @Test
    void anInterruptionHealsAtOnce() {
        FaultRunner runner = runner("at=10ms freeze replica for=1h");
        runner.start();
        await().until(() -> broken);
        interruption.request();

        await().atMost(Duration.ofSeconds(2)).until(() -> done.contains("heal freeze redis-2"));
        runner.finish();
    }

    @Test
    void aFaultThatComesAfterTheEndIsNotDoneAndSaysSo() {
        FaultRunner runner = runner("at=1h kill master");
        runner.start();
        runner.finish();

        assertThat(done).isEmpty();
        assertThat(report(runner).problems())
                .containsExactly("was not done: the run ended before its time");
    }

    private FaultReport report(FaultRunner runner) {
        return runner.reports(gaps, Duration.ZERO).getFirst();
    }

    private FaultRunner runner(String... faults) {
        SetWatch watch = new SetWatch(monitor, clock, timeline);
        watch.start();
        return new FaultRunner(
                Stream.of(faults).map(fault -> FaultSpec.parse("--fault", fault)).toList(),
                new FakeDriver(),
                address ->
                        broken
                                ? NodeProbe.NodeState.SILENT
                                : new NodeProbe.NodeState(true, NodeProbe.Role.REPLICA, true),
                watch,
                clock,
                timeline,
                interruption);
    }

    private final class FakeDriver implements FaultDriver {

        @Override
        public void check(FaultSpec fault) {}

        @Override
        public FaultNode resolve(String name) {
            return name.equals("master")
                    ? new FaultNode("redis-1", ONE, false)
                    : new FaultNode("redis-2", TWO, false);
        }

        @Override
        public void inject(FaultSpec fault, FaultNode node) {
            done.add("inject " + fault.action().word() + " " + node.name());
            broken = true;
        }

        @Override
        public void heal(FaultSpec fault, FaultNode node) {
            done.add("heal " + fault.action().word() + " " + node.name());
            broken = false;
        }
    }

    private static final class FakeMonitor implements SentinelMonitor {

        private final List<Consumer<? super SentinelView>> changes = new CopyOnWriteArrayList<>();
        private final List<Consumer<? super SentinelEvent>> events = new CopyOnWriteArrayList<>();
        private volatile NodeAddress master = ONE;
        private volatile Set<NodeAddress> promotable = Set.of();

        @Override
        public SentinelView view() {
            return new SentinelView(
                    master,
                    SentinelView.Source.SENTINELS,
                    1,
                    promotable,
                    Set.of(),
                    Set.of(),
                    List.of(),
                    2,
                    InstantSource.system().instant());
        }

        @Override
        public void onChange(Consumer<? super SentinelView> listener) {
            changes.add(listener);
        }

        @Override
        public void onEvent(Consumer<? super SentinelEvent> listener) {
            events.add(listener);
        }

        @Override
        public void suspectMaster(String reason) {}

        void master(NodeAddress now) {
            master = now;
            changes.forEach(listener -> listener.accept(view()));
        }

        void say(String type, String details) {
            SentinelEvent event =
                    new SentinelEvent(InstantSource.system().instant(), SENTINEL, type, details);
            events.forEach(listener -> listener.accept(event));
        }
    }
}
