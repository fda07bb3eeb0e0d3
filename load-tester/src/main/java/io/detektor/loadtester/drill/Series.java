package io.detektor.loadtester.drill;

import io.detektor.loadtester.fault.FaultReport;
import io.detektor.loadtester.fault.LocalSetDriver;
import io.detektor.loadtester.plan.FaultAction;
import io.detektor.loadtester.plan.FaultSpec;
import io.detektor.loadtester.plan.TargetPlan;
import io.detektor.loadtester.report.Console;
import io.detektor.loadtester.report.ReportFiles;
import io.detektor.loadtester.report.RunResult;
import io.detektor.loadtester.run.Interruption;
import io.detektor.loadtester.session.LoadSession;
import io.detektor.loadtester.stream.SpringTarget;
import io.detektor.localset.LocalSet;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Breaks the master again and again on one set. The load is cut into runs of some minutes, each
 * read back to its end, so that a long series fits into memory and is judged as it goes. One
 * thread; leaves no process behind.
 */
final class Series {

    /** In one run; more would only put off the next look at what was written. */
    private static final int FAULTS_A_RUN = 6;

    private static final Duration FIRST_AFTER = Duration.ofSeconds(3);
    private static final int MOST_SHIFT_MS = 2000;

    private final SeriesPlan plan;
    private final Console console;
    private final Interruption interruption;
    private final InstantSource clock;
    private final List<SeriesReport.Fault> faults = new ArrayList<>();
    private final List<SeriesReport.Sample> samples = new ArrayList<>();
    private final List<String> reasons = new ArrayList<>();
    private SeriesReport.Totals totals = SeriesReport.Totals.NONE;
    private int exitCode;

    Series(SeriesPlan plan, Console console, Interruption interruption, InstantSource clock) {
        this.plan = plan;
        this.console = console;
        this.interruption = interruption;
        this.clock = clock;
    }

    /** Runs it. */
    SeriesReport run() throws IOException {
        long began = System.nanoTime();
        String started = clock.instant().toString();
        Path root = Leftovers.root();
        Leftovers.sweep(root, console);
        Path home = Leftovers.home(root);
        List<FaultAction> order = order(plan);
        try (SetPool pool = new SetPool(home, console, List.of())) {
            SetPool.Shape shape =
                    new SetPool.Shape(1, order.contains(FaultAction.CUT), plan.downAfter());
            Runs runs = new Runs(plan.rate(), plan.seed(), console, interruption);
            int run = 0;
            for (int from = 0;
                    from < order.size() && !interruption.requested();
                    from += FAULTS_A_RUN) {
                int to = Math.min(order.size(), from + FAULTS_A_RUN);
                run++;
                console.print("");
                console.print(
                        "RUN " + run + "  faults " + (from + 1) + "-" + to + " of " + order.size());
                LocalSet set = pool.take(shape, _ -> {});
                samples.add(Resources.of(set, began));
                segment(set, runs, order.subList(from, to), run);
            }
            if (!interruption.requested()) {
                samples.add(Resources.of(pool.take(shape, _ -> {}), began));
            }
        } finally {
            Leftovers.remove(home);
        }
        int moved = (int) faults.stream().filter(SeriesReport.Fault::moved).count();
        if (interruption.requested()) {
            reasons.add("interrupted after " + faults.size() + " of " + order.size() + " faults");
        }
        return SeriesReport.of(
                plan,
                started,
                Duration.ofNanos(System.nanoTime() - began).toMillis(),
                interruption.requested(),
                moved,
                totals,
                faults,
                samples,
                interruption.requested() ? 130 : exitCode,
                reasons);
    }

    /** Which fault comes when; the seed decides. */
    static List<FaultAction> order(SeriesPlan plan) {
        Random random = new Random(plan.seed());
        List<FaultAction> order = new ArrayList<>();
        if (plan.name().equals("soak")) {
            for (int i = 0; i < plan.count(); i++) {
                order.add(plan.kinds().get(random.nextInt(plan.kinds().size())));
            }
        } else {
            plan.kinds().forEach(kind -> order.addAll(Collections.nCopies(plan.count(), kind)));
            Collections.shuffle(order, random);
        }
        return order;
    }

    private void segment(LocalSet set, Runs runs, List<FaultAction> kinds, int run)
            throws IOException {
        Random random = new Random(plan.seed() * 1000 + run);
        List<FaultSpec> specs = new ArrayList<>();
        for (int i = 0; i < kinds.size(); i++) {
            Duration at =
                    FIRST_AFTER
                            .plus(plan.interval().multipliedBy(i))
                            .plusMillis(random.nextInt(MOST_SHIFT_MS));
            specs.add(
                    new FaultSpec(
                            at,
                            FaultSpec.When.WHOLE,
                            kinds.get(i),
                            kinds.get(i).onNode() ? "master" : "",
                            List.of(),
                            kinds.get(i).heals() ? plan.hold() : null));
        }
        Duration load = FIRST_AFTER.plus(plan.interval().multipliedBy(kinds.size()));
        Runs.Task task = new Runs.Task(load, plan.deadline(), specs, 1);
        RunResult result =
                runs.stream(
                        Runs.redis(set),
                        plan.client() == SeriesPlan.Client.OURS
                                ? TargetPlan.Ack.IN_SYNC
                                : TargetPlan.Ack.MASTER,
                        task,
                        new LocalSetDriver(set),
                        LoadSession.BeforeReadBack.NOTHING,
                        writer(set));
        try {
            ReportFiles.write(result, plan.out().resolve(SeriesReport.directory(run)));
        } catch (IOException e) {
            reasons.add(e.getMessage());
            exitCode = DrillReport.worse(exitCode, 5);
        }
        totals = totals.plus(RowRunner.numbers(result));
        List<FaultReport> reports = result.faults();
        for (int i = 0; i < reports.size(); i++) {
            FaultReport report = reports.get(i);
            if (report.tInjectMs() != null) {
                faults.add(
                        new SeriesReport.Fault(
                                run,
                                kinds.get(i).word(),
                                report.tInjectMs(),
                                report.longestWriteGapMs(),
                                !report.masterAfter().isEmpty(),
                                report.problems()));
            }
        }
        result.verdict().reasons().forEach(reason -> reasons.add("run " + run + ": " + reason));
        if (!result.run().interrupted()) {
            exitCode = DrillReport.worse(exitCode, result.verdict().exitCode());
        }
        console.print(
                "RUN "
                        + run
                        + "  "
                        + result.verdict().outcome()
                        + "  so far: "
                        + faults.size()
                        + " faults, lost "
                        + totals.lost()
                        + ", duplicated "
                        + totals.duplicated());
    }

    private LoadSession.@Nullable TargetMaker writer(LocalSet set) {
        return switch (plan.client()) {
            case OURS -> null;
            case SPRING ->
                    (_, to, format, content) ->
                            new SpringTarget(Runs.redis(set), to.stream(), format, content);
        };
    }
}
