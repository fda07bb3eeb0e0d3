package io.detektor.loadtester.session;

import io.detektor.loadtester.fault.FaultReport;
import io.detektor.loadtester.fault.SetWatch;
import io.detektor.loadtester.health.Diagnosis;
import io.detektor.loadtester.measure.Gaps;
import io.detektor.loadtester.measure.Ledger;
import io.detektor.loadtester.measure.Measurements;
import io.detektor.loadtester.plan.LoadPlan;
import io.detektor.loadtester.plan.Metric;
import io.detektor.loadtester.plan.Rate;
import io.detektor.loadtester.plan.Schedule;
import io.detektor.loadtester.plan.TargetPlan;
import io.detektor.loadtester.plan.ThresholdSpec;
import io.detektor.loadtester.report.RunResult;
import io.detektor.loadtester.stream.Topology;
import io.detektor.loadtester.verify.DeliveryProof;
import io.detektor.loadtester.verify.Evidence;
import io.detektor.loadtester.verify.Figures;
import io.detektor.loadtester.verify.StreamProof;
import io.detektor.loadtester.verify.Threshold;
import io.detektor.loadtester.verify.Verdict;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Puts a result together. One thread. */
final class ResultBuilder {

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
            List<SetWatch.MasterChange> masters,
            List<Threshold> missedEarly,
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
        doubts.addAll(FaultDoubts.of(faults, measurements.seconds(), ledger.confirmed()));
        long longestGap =
                measurements
                        .gaps()
                        .longest(Duration.ZERO, Duration.ofDays(365))
                        .map(Gaps.Gap::length)
                        .map(Duration::toMillis)
                        .orElse(0L);
        Figures figures =
                new Figures(
                        ledger,
                        counts.firstTry(),
                        totals,
                        new Figures.Rates(
                                rates.sent(),
                                rates.acked(),
                                rates.consumed(),
                                plan.consumers() > 0),
                        Duration.ofMillis(longestGap),
                        readBack.master(),
                        readBack.deliveries());
        List<Threshold> thresholds = thresholds(figures, missedEarly, interrupted);
        Verdict verdict =
                Verdict.of(
                        new Evidence(
                                ledger,
                                readBack.master(),
                                readBack.replicas(),
                                readBack.deliveries(),
                                doubts,
                                thresholds));
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
                        verdict.reasons()),
                Interruptions.writeGaps(
                        measurements, totals, rates.asked() > 0 ? rates.asked() : rates.acked()),
                Interruptions.masters(before, masters));
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
                asked(),
                sending > 0 ? round((attempted - 1) / sending) : 0,
                confirming > 0 ? round(totals.counts().confirmed() / confirming) : 0,
                confirming > 0 ? round(received / confirming) : 0);
    }

    /** Messages per second; 0 for as fast as possible. */
    private double asked() {
        return switch (plan.rate()) {
            case Rate.PerSecond rate -> rate.perSecond();
            case Rate.Following _ ->
                    plan.schedule()
                            .map(Schedule::meanPerSecond)
                            .map(ResultBuilder::round)
                            .orElse(0.0);
            case Rate.Max _ -> 0;
        };
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    private static double round(double value) {
        return Math.round(value * 1000) / 1000.0;
    }

    private List<Threshold> thresholds(
            Figures figures, List<Threshold> missedEarly, boolean interrupted) {
        List<ThresholdSpec> specs =
                plan.thresholds().stream()
                        // who ends a run early does not keep its rate
                        .filter(spec -> !interrupted || spec.metric() != Metric.SENT)
                        .toList();
        // what ended the run is missed, whatever became of it while the rest came in
        Map<String, Threshold> early = new HashMap<>();
        missedEarly.forEach(threshold -> early.put(threshold.expr(), threshold));
        return Threshold.judge(specs, figures).stream()
                .map(threshold -> early.getOrDefault(threshold.expr(), threshold))
                .toList();
    }

    /** How far the rate was from the one asked for, in percent; null where none was. */
    private static @Nullable Double pacingError(RunResult.Rates rates) {
        return rates.asked() > 0 && rates.sent() > 0
                ? round(100 * (rates.sent() - rates.asked()) / rates.asked())
                : null;
    }
}
