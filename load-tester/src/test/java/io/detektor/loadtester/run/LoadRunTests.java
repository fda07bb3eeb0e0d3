package io.detektor.loadtester.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.detektor.loadtester.health.Diagnosis;
import io.detektor.loadtester.health.HealthMonitor;
import io.detektor.loadtester.measure.Gaps;
import io.detektor.loadtester.measure.Ledger;
import io.detektor.loadtester.measure.Measurements;
import io.detektor.loadtester.measure.RunClock;
import io.detektor.loadtester.plan.LoadPlan;
import io.detektor.loadtester.plan.Profile;
import io.detektor.loadtester.plan.Rate;
import io.detektor.loadtester.plan.RedisPlan;
import io.detektor.loadtester.plan.TargetPlan;
import io.detektor.redisha.NodeAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoadRunTests {

    private final Measurements measurements = new Measurements();
    private final Interruption interruption = new Interruption();

    @Test
    void sendsAtTheRateThatWasAskedForWhateverTheTargetDoes() {
        RunClock clock = clock();
        List<OutcomeListener> waiting = new ArrayList<>();
        // the target answers nothing at all
        LoadRun run =
                run(clock, new Rate.PerSecond(500), Duration.ofSeconds(1), 10_000, waiting::add);

        run.send();
        waiting.forEach(listener -> listener.done(new SendOutcome.Confirmed("1-0", 1, false)));

        Measurements.Totals totals = measurements.totals();
        assertThat(totals.counts()).isEqualTo(new Ledger.Counts(500, 500, 0, 0, 0));
        double rate = 499 / (totals.lastSent().toNanos() / 1e9);
        assertThat(rate).isBetween(490.0, 500.5);
        // the first one waited for a whole second, and says so
        assertThat(totals.response().max()).isGreaterThan(990);
        assertThat(totals.response().mean()).isBetween(450.0, 650.0);
    }

    @Test
    void whatHadToWaitForRoomIsLateAndCountsFromItsIntendedTime() {
        ConcurrentLinkedQueue<OutcomeListener> waiting = new ConcurrentLinkedQueue<>();
        LoadRun run =
                run(clock(), new Rate.PerSecond(1000), Duration.ofMillis(300), 100, waiting::add);
        Thread answers =
                Thread.ofVirtual()
                        .start(() -> {
                            // answers nothing before the sender is stuck
                            while (waiting.size() < 100) {
                                Thread.onSpinWait();
                            }
                            interruption.await(Duration.ofMillis(150));
                            while (!interruption.requested()) {
                                OutcomeListener next = waiting.poll();
                                if (next != null) {
                                    next.done(new SendOutcome.Confirmed("1-0", 1, false));
                                } else {
                                    Thread.onSpinWait();
                                }
                            }
                        });

        run.send();
        run.awaitOutcomes();
        interruption.request();
        assertThat(answers).isNotNull();

        Measurements.Totals totals = measurements.totals();
        assertThat(totals.counts().confirmed()).isEqualTo(300);
        assertThat(totals.late()).isGreaterThan(50);
        assertThat(totals.response().max()).isGreaterThanOrEqualTo(totals.service().max());
    }

    @Test
    void withoutARateItKeepsAFixedNumberInFlight() {
        ConcurrentLinkedQueue<OutcomeListener> waiting = new ConcurrentLinkedQueue<>();
        int[] most = {0};
        LoadRun run =
                run(
                        clock(),
                        new Rate.Max(),
                        Duration.ofMillis(200),
                        8,
                        listener -> {
                            waiting.add(listener);
                            most[0] = Math.max(most[0], waiting.size());
                            if (waiting.size() == 8) {
                                waiting.forEach(each ->
                                        each.done(new SendOutcome.Confirmed("1-0", 1, true)));
                                waiting.clear();
                            }
                        });

        run.send();
        waiting.forEach(each -> each.done(new SendOutcome.Refused("no-master", false)));

        Ledger.Counts counts = measurements.totals().counts();
        assertThat(most[0]).isEqualTo(8);
        assertThat(counts.attempted()).isGreaterThan(1000);
        assertThat(counts.confirmed() + counts.refused()).isEqualTo(counts.attempted());
        assertThat(counts.retried()).isEqualTo(counts.confirmed());
        assertThat(measurements.inFlight()).isZero();
    }

    @Test
    void endsAtOnceWhenInterrupted() {
        LoadRun run =
                run(
                        clock(),
                        new Rate.PerSecond(100),
                        Duration.ofHours(1),
                        10,
                        _ -> {
                            if (measurements.ledger().attempted() == 5) {
                                interruption.request();
                            }
                        });

        run.send();
        run.awaitOutcomes();

        assertThat(measurements.totals().counts()).isEqualTo(new Ledger.Counts(5, 0, 0, 5, 0));
    }

    @ParameterizedTest
    @CsvSource({"1, 3", "10, 2", "500, 2", "10000, 2", "100000, 2"})
    void keepsAnyRateWithATargetThatAnswersAtOnce(int perSecond, int seconds) {
        LoadRun run =
                run(
                        clock(),
                        new Rate.PerSecond(perSecond),
                        Duration.ofSeconds(seconds),
                        20_000,
                        listener -> listener.done(new SendOutcome.Confirmed("1-0", 1, false)));

        run.send();

        Measurements.Totals totals = measurements.totals();
        long count = (long) perSecond * seconds;
        assertThat(totals.counts().confirmed()).isEqualTo(count);
        // the rate of starts, from the intended time of the first: the schedule never runs ahead,
        // and how far it may be behind is wide, for this machine has other things to do
        double rate = (count - 1) / (totals.lastSent().toNanos() / 1e9);
        assertThat(rate).isBetween(perSecond * 0.9, perSecond * 1.0);
        assertThat(totals.lag().count()).isEqualTo(count);
        assertThat(run.waitedForRoom()).isZero();
    }

    @Test
    void aTesterThatIsTooSlowForTheRateIsSaturatedAndSaysSo() {
        LoadRun run =
                run(
                        clock(),
                        new Rate.PerSecond(Rate.HIGHEST),
                        Duration.ofMillis(200),
                        1_000_000,
                        listener -> {
                            // what sending costs: 5 µs, so 200,000/s at most
                            long end = System.nanoTime() + 5_000;
                            while (System.nanoTime() < end) {
                                Thread.onSpinWait();
                            }
                            listener.done(new SendOutcome.Confirmed("1-0", 1, false));
                        });

        Diagnosis diagnosis = diagnosis(run, 1_000_000);

        assertThat(measurements.totals().counts().confirmed()).isEqualTo(200_000);
        assertThat(diagnosis.saturated()).isTrue();
        assertThat(diagnosis.reasons().getFirst())
                .startsWith("the load tester was the bottleneck")
                .contains("although there was room");
    }

    @Test
    void aSlowTargetIsNotBlamedOnTheTester() {
        ConcurrentLinkedQueue<OutcomeListener> waiting = new ConcurrentLinkedQueue<>();
        LoadRun run =
                run(clock(), new Rate.PerSecond(2000), Duration.ofMillis(500), 50, waiting::add);
        Thread target =
                Thread.ofPlatform()
                        .start(() -> {
                            // a quarter of what is asked of it
                            while (!interruption.await(Duration.ofMillis(20))) {
                                for (int i = 0; i < 10; i++) {
                                    OutcomeListener next = waiting.poll();
                                    if (next != null) {
                                        next.done(new SendOutcome.Confirmed("1-0", 1, false));
                                    }
                                }
                            }
                        });

        Diagnosis diagnosis = diagnosis(run, 50);
        run.awaitOutcomes();
        interruption.request();
        assertThat(target).isNotNull();

        Measurements.Totals totals = measurements.totals();
        assertThat(totals.counts().confirmed()).isEqualTo(1000);
        assertThat(totals.worstLate()).isGreaterThan(Duration.ofMillis(500));
        assertThat(diagnosis.saturated()).isFalse();
        assertThat(diagnosis.notes())
                .singleElement()
                .asString()
                .contains("the limit of 50 messages in flight was reached");
    }

    private Diagnosis diagnosis(LoadRun run, int maxInFlight) {
        try (HealthMonitor health = new HealthMonitor()) {
            health.start();
            run.send();
            return Diagnosis.of(
                    new Diagnosis.Sender(
                            true,
                            Duration.ZERO,
                            Duration.ofNanos((long) (measurements.totals().lag().p95() * 1e6)),
                            run.waitedForRoom(),
                            maxInFlight,
                            run.sending(),
                            run.cpu()),
                    health.vitals());
        }
    }

    @Test
    void followsAProfile() {
        Profile profile =
                Profile.parse("--profile", "const:200:200ms,pause:200ms,ramp:0-1000:200ms");
        LoadRun run =
                run(
                        clock(),
                        new Rate.Following(profile),
                        Duration.ofMillis(600),
                        10_000,
                        listener -> listener.done(new SendOutcome.Confirmed("1-0", 1, false)));

        run.send();

        Measurements.Totals totals = measurements.totals();
        assertThat(totals.counts().confirmed()).isEqualTo(40 + 100);
        // nothing in the pause, which is the longest gap by far
        Gaps.Gap pause =
                measurements.gaps().longest(Duration.ZERO, Duration.ofSeconds(1)).orElseThrow();
        assertThat(pause.length()).isGreaterThan(Duration.ofMillis(190));
        assertThat(totals.lastSent()).isGreaterThan(Duration.ofMillis(590));
    }

    @Test
    void canBeEndedEarlyAndStillTakesOutcomes() {
        List<OutcomeListener> waiting = new ArrayList<>();
        LoadRun[] run = new LoadRun[1];
        run[0] =
                run(
                        clock(),
                        new Rate.PerSecond(100),
                        Duration.ofHours(1),
                        10,
                        listener -> {
                            waiting.add(listener);
                            if (waiting.size() == 5) {
                                run[0].end();
                            }
                        });

        run[0].send();
        waiting.forEach(each -> each.done(new SendOutcome.Confirmed("1-0", 1, false)));
        run[0].awaitOutcomes();

        assertThat(measurements.totals().counts()).isEqualTo(new Ledger.Counts(5, 5, 0, 0, 0));
    }

    private static RunClock clock() {
        return RunClock.startingIn(Duration.ofMillis(20), InstantSource.system());
    }

    private LoadRun run(
            RunClock clock,
            Rate rate,
            Duration duration,
            int maxInFlight,
            java.util.function.Consumer<OutcomeListener> target) {
        RedisPlan redis =
                new RedisPlan(List.of(), "mymaster", new NodeAddress("127.0.0.1", 1), "", "");
        LoadPlan plan =
                new LoadPlan(
                        new TargetPlan.Redis(redis, "s", TargetPlan.Ack.IN_SYNC, true),
                        rate,
                        Duration.ZERO,
                        duration,
                        0,
                        100,
                        null,
                        maxInFlight,
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(1),
                        List.of(),
                        1);
        return new LoadRun(
                plan,
                clock,
                measurements,
                new LoadTarget() {
                    @Override
                    public Prepared prepare(long seq, long intendedMicros) {
                        return new Prepared() {
                            @Override
                            public int checksum() {
                                return 0;
                            }

                            @Override
                            public void send(Duration timeout, OutcomeListener listener) {
                                target.accept(listener);
                            }
                        };
                    }

                    @Override
                    public void close() {}
                },
                interruption);
    }
}
