package io.detektor.loadtester.session;

import io.detektor.loadtester.fault.FaultReport;
import io.detektor.loadtester.health.Diagnosis;
import io.detektor.loadtester.measure.Gaps;
import io.detektor.loadtester.measure.Ledger;
import io.detektor.loadtester.measure.Measurements;
import io.detektor.loadtester.plan.LoadPlan;
import io.detektor.loadtester.plan.Rate;
import io.detektor.loadtester.plan.TargetPlan;
import io.detektor.loadtester.report.RunResult;
import io.detektor.loadtester.stream.Topology;
import io.detektor.loadtester.verify.DeliveryProof;
import io.detektor.loadtester.verify.Evidence;
import io.detektor.loadtester.verify.StreamProof;
import io.detektor.loadtester.verify.Threshold;
import io.detektor.loadtester.verify.Verdict;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Puts a result together. One thread. */
final class ResultBuilder {

    /** With fewer confirmations on one side of a fault, the run says nothing about it. */
    private static final long ENOUGH = 100;

    /** A run that falls this far behind the rate that was asked for was another run. */
    private static final double RATE_KEPT = 0.99;

    private static final long MEGABYTE = 1024 * 1024;

    private final RunState state;
    private final LoadPlan plan;
    private final Instant started;
    private @Nullable Topology before;
    private @Nullable Topology after;

    /** What was read back. */
    record Proofs(
            @Nullable StreamProof master,
            List<StreamProof> replicas,
            List<DeliveryProof> deliveries) {}

    ResultBuilder(RunState state, InstantSource clock) {
        this.state = state;
        this.plan = state.plan();
        this.started = clock.instant();
    }

    void before(@Nullable Topology topology) {
        before = topology;
    }

    void after(@Nullable Topology topology) {
        after = topology;
    }

    RunResult build(
            Measurements.Totals totals,
            List<FaultReport> faults,
            Proofs readBack,
            long repeatedBatches,
            Load.Fitness fitness) {
        Measurements measurements = state.measurements();
        boolean interrupted = state.interruption().requested();
        Ledger.Counts ledger = totals.counts();
        RunResult.Counts counts =
                new RunResult.Counts(
                        ledger.attempted(),
                        ledger.attempted(),
                        ledger.confirmed(),
                        ledger.refused(),
                        ledger.unknown(),
                        firstTry(measurements.ledger()),
                        ledger.retried(),
                        totals.retries(),
                        repeatedBatches,
                        totals.unreplicated(),
                        totals.late(),
                        0,
                        totals.errors());
        RunResult.Rates rates = rates(totals, measurements);
        Diagnosis.Sender sender = sender(totals, fitness);
        Diagnosis diagnosis = Diagnosis.of(sender, fitness.vitals());
        List<String> doubts = new ArrayList<>(state.doubts());
        doubts.addAll(diagnosis.reasons());
        doubts(faults, measurements.seconds(), ledger.confirmed(), doubts);
        List<Threshold> thresholds = thresholds(counts, rates, interrupted);
        Verdict verdict =
                Verdict.of(
                        new Evidence(
                                ledger,
                                readBack.master(),
                                readBack.replicas(),
                                readBack.deliveries(),
                                doubts,
                                thresholds));
        long longestGap =
                measurements
                        .gaps()
                        .longest(Duration.ZERO, Duration.ofDays(365))
                        .map(Gaps.Gap::length)
                        .map(Duration::toMillis)
                        .orElse(0L);
        return new RunResult(
                RunResult.SCHEMA_VERSION,
                run(totals, interrupted),
                Configuration.of(plan),
                target(),
                counts,
                rates,
                new RunResult.Latency(
                        totals.service(),
                        totals.response(),
                        totals.masterReply().count() > 0 ? totals.masterReply() : null,
                        plan.consumers() > 0 ? totals.endToEnd() : null),
                measurements.seconds(),
                state.timeline().events().stream()
                        .map(event ->
                                new RunResult.Event(
                                        event.at().toMillis(), event.kind().name(), event.text()))
                        .toList(),
                faults,
                new RunResult.Proof(
                        readBack.master(),
                        readBack.replicas(),
                        readBack.deliveries(),
                        longestGap,
                        state.doubts()),
                thresholds,
                Generators.of(pacingError(rates), totals, sender, fitness.vitals(), diagnosis),
                new RunResult.VerdictText(
                        verdict.outcome().word(),
                        interrupted ? 130 : verdict.outcome().exitCode(),
                        verdict.reasons()));
    }

    private Diagnosis.Sender sender(Measurements.Totals totals, Load.Fitness fitness) {
        return new Diagnosis.Sender(
                plan.rate() instanceof Rate.PerSecond,
                Duration.ofNanos(Math.round(totals.lag().mean() * 1e6)),
                Duration.ofNanos(Math.round(totals.lag().p95() * 1e6)),
                fitness.waitedForRoom(),
                plan.maxInFlight(),
                fitness.sending(),
                fitness.cpu());
    }

    private static long firstTry(Ledger ledger) {
        long count = 0;
        for (long seq = 0; seq < ledger.attempted(); seq++) {
            if (ledger.state(seq) == Ledger.State.CONFIRMED && !ledger.retried(seq)) {
                count++;
            }
        }
        return count;
    }

    private RunResult.Run run(Measurements.Totals totals, boolean interrupted) {
        return new RunResult.Run(
                state.id().toString(),
                started.toString(),
                totals.lastSent().toMillis(),
                interrupted,
                Optional.ofNullable(ResultBuilder.class.getPackage().getImplementationVersion())
                        .orElse("development"),
                System.getProperty("java.vm.name") + " " + Runtime.version(),
                new RunResult.Host(
                        Runtime.getRuntime().availableProcessors(),
                        memory(),
                        System.getProperty("os.name") + " " + System.getProperty("os.version")));
    }

    private static long memory() {
        return ManagementFactory.getOperatingSystemMXBean()
                        instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getTotalMemorySize() / MEGABYTE
                : 0;
    }

    private RunResult.Target target() {
        String where =
                switch (plan.target()) {
                    case TargetPlan.Redis redis ->
                            redis.redis().throughSentinel()
                                    ? "sentinel " + redis.redis().masterName()
                                    : redis.redis().toString();
                    case TargetPlan.Http http -> http.url().toString();
                };
        String version =
                before == null || before.nodes().isEmpty()
                        ? ""
                        : before.nodes().getFirst().version();
        return new RunResult.Target(plan.target().word(), where, version, before, after);
    }

    private RunResult.Rates rates(Measurements.Totals totals, Measurements measurements) {
        long attempted = totals.counts().attempted();
        // from the first intended time on; n messages have n - 1 intervals between them
        double sending = seconds(totals.lastSent());
        double confirming = seconds(totals.lastConfirmed());
        long received =
                measurements.seconds().isEmpty()
                        ? 0
                        : measurements.seconds().getLast().receivedTotal();
        return new RunResult.Rates(
                switch (plan.rate()) {
                    case Rate.PerSecond rate -> rate.perSecond();
                    case Rate.Max _ -> 0;
                },
                sending > 0 ? round((attempted - 1) / sending) : 0,
                confirming > 0 ? round(totals.counts().confirmed() / confirming) : 0,
                confirming > 0 ? round(received / confirming) : 0);
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    private static double round(double value) {
        return Math.round(value * 1000) / 1000.0;
    }

    private static void doubts(
            List<FaultReport> faults,
            List<Measurements.Second> seconds,
            long confirmed,
            List<String> doubts) {
        for (FaultReport fault : faults) {
            for (String problem : fault.problems()) {
                doubts.add("fault '" + fault.fault() + "' " + problem);
            }
            Long injected = fault.tInjectMs();
            if (injected == null) {
                continue;
            }
            long before = confirmedBy(seconds, injected, false);
            if (before < ENOUGH) {
                doubts.add(
                        "fault '"
                                + fault.fault()
                                + "' came after only "
                                + before
                                + " confirmations");
            }
            Long resumed = fault.tFirstAckNewMs();
            if (resumed != null) {
                long afterwards = confirmed - confirmedBy(seconds, resumed, true);
                if (afterwards < ENOUGH) {
                    doubts.add(
                            "only "
                                    + afterwards
                                    + " confirmations came after fault '"
                                    + fault.fault()
                                    + "'");
                }
            }
        }
    }

    /** Confirmations up to a moment, to the second. */
    private static long confirmedBy(
            List<Measurements.Second> seconds, long millis, boolean roundUp) {
        long count = 0;
        for (Measurements.Second second : seconds) {
            if (second.t() * 1000 <= millis) {
                count = second.confirmedTotal();
            } else {
                return roundUp ? count : Math.max(count, 0);
            }
        }
        return count;
    }

    private List<Threshold> thresholds(
            RunResult.Counts counts, RunResult.Rates rates, boolean interrupted) {
        List<Threshold> thresholds = new ArrayList<>();
        thresholds.add(
                new Threshold(
                        "success==100%",
                        String.format(Locale.ROOT, "%.4f%%", counts.successPercent()),
                        counts.attempted() > 0 && counts.acked() == counts.attempted()));
        if (plan.rate() instanceof Rate.PerSecond(int asked) && !interrupted) {
            double least = Math.floor(asked * RATE_KEPT * 10) / 10;
            thresholds.add(
                    new Threshold(
                            String.format(Locale.ROOT, "sent>=%.1f/s", least),
                            String.format(Locale.ROOT, "%.1f/s", rates.sent()),
                            // a single message has no rate
                            rates.sent() >= least || counts.attempted() <= 1));
        }
        return thresholds;
    }

    /** How far the rate was from the one asked for, in percent; null where none was. */
    private @Nullable Double pacingError(RunResult.Rates rates) {
        return plan.rate() instanceof Rate.PerSecond(int asked) && rates.sent() > 0
                ? round(100 * (rates.sent() - asked) / asked)
                : null;
    }
}
