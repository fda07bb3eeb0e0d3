package io.detektor.loadtester.drill;

import io.detektor.loadtester.fault.FaultDriver;
import io.detektor.loadtester.fault.LocalSetDriver;
import io.detektor.loadtester.plan.FaultSpec;
import io.detektor.loadtester.plan.TargetPlan;
import io.detektor.loadtester.report.ReportFiles;
import io.detektor.loadtester.report.RunResult;
import io.detektor.loadtester.verify.DeliveryProof;
import io.detektor.loadtester.verify.StreamProof;
import io.detektor.localset.LocalSet;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Does one row on a set that is whole, and judges it. One thread; blocks. */
final class RowRunner {

    /** A fault comes by so much later than the row says, as the seed decides. */
    private static final int MOST_SHIFT_MS = 500;

    private final DrillPlan plan;
    private final Runs runs;
    private final TargetPlan.Ack ack;
    private final List<String> unwritten = new ArrayList<>();

    /**
     * @param ack in-sync, but for showing that a row fails with less
     */
    RowRunner(DrillPlan plan, Runs runs, TargetPlan.Ack ack) {
        this.plan = plan;
        this.runs = runs;
        this.ack = ack;
    }

    /** The faults of a row at the times that the seed gives them: all later by the same. */
    static List<FaultSpec> scheduled(List<FaultSpec> faults, int number, long seed) {
        int shift = new Random(seed * 1000 + number).nextInt(MOST_SHIFT_MS);
        return faults.stream()
                .map(fault ->
                        new FaultSpec(
                                fault.at().plusMillis(shift),
                                fault.when(),
                                fault.action(),
                                fault.node(),
                                fault.from(),
                                fault.hold()))
                .toList();
    }

    /** Does the row itself; its run's report goes into a directory of its own. */
    DrillReport.RowResult row(Row row, Subject subject) throws IOException {
        List<FaultSpec> faults = scheduled(row.faults(), row.number(), plan.seed());
        Runs.Task task = new Runs.Task(row.load(), row.deadline(), faults, row.consumers());
        FaultDriver driver = subject.driver(row.needsGroup() ? Runs.STREAM : "");
        List<String> notes = new ArrayList<>();
        List<String> reasons = new ArrayList<>();
        RunResult result;
        switch (row.kind()) {
            case STREAM -> result = runs.stream(subject.redis(), ack, task, driver);
            case TWO_SIDES -> {
                try (MinorityClient minority =
                        MinorityClient.start(local(subject, row), row.load())) {
                    result = runs.stream(subject.redis(), ack, task, driver);
                    minority.judge(result, notes, reasons);
                }
            }
            case SERVICE -> {
                try (FrameBufferService service =
                        FrameBufferService.start(plan, local(subject, row))) {
                    result =
                            runs.service(
                                    subject.redis(), service.url(), task, service.driver(driver));
                }
            }
            default -> throw new IllegalStateException(row.kind() + " (expected: a known kind)");
        }
        keep(result, "row-" + row.label());
        return judge(row, faults, subject.text(), result, notes, reasons);
    }

    private void keep(RunResult result, String directory) {
        try {
            ReportFiles.write(result, plan.out().resolve(directory));
        } catch (IOException e) {
            unwritten.add(String.valueOf(e.getMessage()));
        }
    }

    /** The files that could not be written since the last call, and why. */
    List<String> takeUnwritten() {
        List<String> all = List.copyOf(unwritten);
        unwritten.clear();
        return all;
    }

    private static LocalSet local(Subject subject, Row row) {
        return switch (subject) {
            case Subject.Local own -> own.set();
            case Subject.Docker _ ->
                    throw new IllegalStateException(
                            "row " + row.number() + ": needs processes of the drill's own");
        };
    }

    private DrillReport.RowResult judge(
            Row row,
            List<FaultSpec> faults,
            String driverName,
            RunResult result,
            List<String> notes,
            List<String> reasons) {
        // what another client found is as bad as what this one found
        int exitCode = reasons.isEmpty() ? 0 : 4;
        reasons.addAll(result.verdict().reasons());
        boolean interrupted = result.run().interrupted();
        exitCode = DrillReport.worse(exitCode, interrupted ? 5 : result.verdict().exitCode());
        int moves = moves(result);
        long gap = result.proof().longestWriteGapMs();
        if (!interrupted && !row.moves().holds(moves)) {
            reasons.add("the master changed " + moves + " times (expected: " + row.moves() + ")");
            exitCode = DrillReport.worse(exitCode, moves < row.moves().least() ? 5 : 1);
        }
        if (!interrupted && !row.gap().holds(gap)) {
            reasons.add(
                    String.format(
                            Locale.ROOT,
                            "longest write gap %.2f s (expected: %s, %s)",
                            gap / 1000.0,
                            row.gap().text(),
                            row.gap().source()));
            exitCode = DrillReport.worse(exitCode, 1);
        }
        if (result.counts().unreplicated() > 0) {
            notes.add(
                    result.counts().unreplicated()
                            + " confirmed by the only node that was left, and counted as that");
        }
        if (result.counts().repeatedBatches() > 0) {
            notes.add(result.counts().repeatedBatches() + " batches sent again");
        }
        return new DrillReport.RowResult(
                row.number(),
                row.name(),
                row.topology(),
                driverName,
                faults.stream().map(FaultSpec::toString).toList(),
                DrillReport.word(exitCode),
                exitCode,
                reasons,
                numbers(result),
                gap,
                row.gap().text(),
                row.gap().source(),
                moves,
                row.moves().toString(),
                notes,
                null,
                result.events(),
                "row-" + row.label());
    }

    /** The same fault, with plain acknowledgements. */
    DrillReport.Control control(Row row, LocalSet set) throws IOException {
        List<FaultSpec> faults = scheduled(row.control(), row.number(), plan.seed());
        Duration load =
                row.load().compareTo(Duration.ofSeconds(12)) < 0
                        ? row.load()
                        : Duration.ofSeconds(12);
        RunResult result =
                runs.stream(
                        Runs.redis(set),
                        TargetPlan.Ack.MASTER,
                        new Runs.Task(load, row.deadline(), faults, 0),
                        new LocalSetDriver(set));
        String directory = "row-" + row.label() + "-control";
        keep(result, directory);
        StreamProof master = result.proof().master();
        long lost = master == null ? 0 : master.lost();
        return new DrillReport.Control(
                faults.stream().map(FaultSpec::toString).toList(),
                result.counts().acked(),
                lost,
                lost > 0 && result.verdict().exitCode() == 4,
                directory);
    }

    static int moves(RunResult result) {
        return (int)
                result.events().stream()
                        .filter(event -> event.kind().equals("CLIENT"))
                        .filter(event -> event.text().startsWith("master is "))
                        .count();
    }

    static DrillReport.Numbers numbers(RunResult result) {
        RunResult.Proof proof = result.proof();
        return new DrillReport.Numbers(
                result.counts().attempted(),
                result.counts().acked(),
                result.counts().firstTryPercent(),
                worst(proof, StreamProof::lost),
                worst(proof, StreamProof::duplicated),
                worst(proof, StreamProof::unexpected),
                worst(proof, StreamProof::corrupted),
                worst(proof, StreamProof::resurrected),
                sum(proof, DeliveryProof::undelivered),
                sum(proof, DeliveryProof::pending),
                worst(proof, StreamProof::recovered),
                sum(proof, DeliveryProof::redelivered),
                result.run().durationMs());
    }

    /** On whichever node it is worst. */
    private static long worst(RunResult.Proof proof, ToLongFunction<StreamProof> count) {
        @Nullable StreamProof master = proof.master();
        long worst = master == null ? 0 : count.applyAsLong(master);
        for (StreamProof replica : proof.replicas()) {
            worst = Math.max(worst, count.applyAsLong(replica));
        }
        return worst;
    }

    private static long sum(RunResult.Proof proof, ToLongFunction<DeliveryProof> count) {
        return proof.deliveries().stream().mapToLong(count).sum();
    }
}
