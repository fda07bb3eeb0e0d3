package io.detektor.loadtester.session;

import io.detektor.loadtester.fault.FaultDriver;
import io.detektor.loadtester.fault.FaultReport;
import io.detektor.loadtester.fault.FaultRunner;
import io.detektor.loadtester.fault.SetWatch;
import io.detektor.loadtester.health.HealthMonitor;
import io.detektor.loadtester.health.Vitals;
import io.detektor.loadtester.journal.Journal;
import io.detektor.loadtester.measure.Measurements;
import io.detektor.loadtester.measure.RunClock;
import io.detektor.loadtester.measure.Timeline;
import io.detektor.loadtester.run.LoadRun;
import io.detektor.loadtester.stream.StreamConsumers;
import io.detektor.loadtester.verify.Threshold;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The second stage: messages are sent while things are broken, consumers read along, and the tester
 * watches itself. However it ends, everything is healed afterwards.
 *
 * <p>For one thread; {@link #run} once.
 */
final class Load {

    /** Between the decision to start and the first message, so that nothing is late by then. */
    private static final Duration LEAD = Duration.ofMillis(100);

    private final RunState run;
    private final Reach reach;
    private final RunClock clock = RunClock.startingIn(LEAD, InstantSource.system());
    private final HealthMonitor health = new HealthMonitor();
    private final EarlyEnd early;
    private final SetWatch watch;
    private final @Nullable StreamConsumers consumers;
    private final @Nullable FaultRunner faults;
    private final @Nullable Journal journal;

    /**
     * What the tester says of itself.
     *
     * @param waitedForRoom how long the sender waited with as many in flight as allowed
     * @param sending from the start to the last message
     * @param cpu processor time of the sender
     * @param vitals process and machine meanwhile
     */
    record Fitness(Duration waitedForRoom, Duration sending, Duration cpu, Vitals vitals) {}

    Load(RunState run, Reach reach, @Nullable FaultDriver driver) {
        this.run = run;
        this.reach = reach;
        this.early = new EarlyEnd(run.plan());
        this.watch = new SetWatch(reach.redis().monitor(), clock, run.timeline());
        run.timeline().onEvent(run.console()::event);
        watch.start();
        this.consumers =
                run.plan().consumers() == 0
                        ? null
                        : new StreamConsumers(
                                reach.redis(),
                                run.plan().target().stream(),
                                run.plan().consumers(),
                                run.plan().consumerDelay(),
                                reach.mark().orElse("0-0"),
                                reach.format(),
                                run.measurements(),
                                clock);
        Path directory = run.plan().journal();
        this.journal = directory == null ? null : Journal.in(directory);
        this.faults =
                driver == null
                        ? null
                        : new FaultRunner(
                                run.plan().faults(),
                                driver,
                                reach.redis().nodes(),
                                watch,
                                clock,
                                run.timeline(),
                                run.interruption());
    }

    @Nullable StreamConsumers consumers() {
        return consumers;
    }

    /** Sends everything, and waits for the outcomes. */
    Fitness run() {
        StreamConsumers reading = consumers;
        if (reading != null) {
            reading.start();
        }
        try {
            return send();
        } finally {
            heal();
        }
    }

    /** What became of the faults. */
    List<FaultReport> faults(Measurements.Totals totals) {
        return faults == null
                ? List.of()
                : faults.reports(run.measurements().gaps(), totals.lastConfirmed());
    }

    /** Who became master when, as the tester's own monitor saw it. */
    List<SetWatch.MasterChange> masters() {
        return watch.changes();
    }

    /** What was missed so clearly that the load ended early; empty when it did not. */
    List<Threshold> missedEarly() {
        return early.thresholds();
    }

    /**
     * Ends the journal, when every outcome is in or given up.
     *
     * @return what is wrong with it; empty when nothing is, or there is none
     */
    private Optional<String> closeJournal() {
        return journal == null ? Optional.empty() : journal.close(run.measurements().ledger());
    }

    private Fitness send() {
        Measurements measurements = run.measurements();
        LoadRun load =
                new LoadRun(
                        run.plan(),
                        clock,
                        measurements,
                        reach.target(),
                        run.interruption(),
                        journal == null ? LoadRun.Outcomes.NOBODY : journal::outcome);
        CountDownLatch over = new CountDownLatch(1);
        Thread ticker = Thread.ofPlatform().name("live").start(() -> tick(over, load));
        if (faults != null) {
            faults.start();
        }
        health.start();
        Vitals vitals;
        try {
            load.send();
            vitals = health.vitals();
            load.awaitOutcomes();
        } finally {
            health.close();
            over.countDown();
            join(ticker);
            closeJournal().ifPresent(run::doubt);
        }
        measurements.tick(clock.now());
        run.timeline()
                .add(
                        clock.now(),
                        Timeline.Kind.RUN,
                        "load over: "
                                + measurements.ledger().attempted()
                                + " messages sent, "
                                + measurements.inFlight()
                                + " without an outcome");
        return new Fitness(load.waitedForRoom(), load.sending(), load.cpu(), vitals);
    }

    private void tick(CountDownLatch over, LoadRun load) {
        Measurements measurements = run.measurements();
        Duration next = Duration.ofSeconds(1);
        try {
            while (!over.await(next.minus(clock.now()).toNanos(), TimeUnit.NANOSECONDS)) {
                Duration now = clock.now();
                Measurements.Second second = measurements.tick(now);
                run.console().live(second, measurements.inFlight(), measurements.gaps().open(now));
                if (early.missed(measurements, second.errorsTotal(), now)) {
                    run.timeline().add(now, Timeline.Kind.RUN, early.text());
                    load.end();
                }
                next = next.plusSeconds(1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void heal() {
        if (faults != null) {
            if (!run.plan().faults().isEmpty()) {
                run.console().status("waiting until everything is healed");
            }
            faults.finish();
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
