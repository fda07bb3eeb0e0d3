package io.detektor.loadtester.drill;

import io.detektor.loadtester.fault.Programs;
import io.detektor.loadtester.plan.InvalidValueException;
import io.detektor.loadtester.plan.TargetPlan;
import io.detektor.loadtester.plan.Units;
import io.detektor.loadtester.report.Console;
import io.detektor.loadtester.run.Interruption;
import io.detektor.loadtester.run.UnreachableException;
import io.detektor.localset.LocalSet;
import io.detektor.localset.LocalSetException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Does rows of the fault matrix, one after the other, each under load on a set that is whole. One
 * thread; leaves no process behind, however it ends.
 */
final class Drill {

    private static final Duration WHOLE_WITHIN = Duration.ofSeconds(90);

    /** Exit code of what is wrong before anything was done. */
    private static final int CONFIGURATION = 2;

    private final DrillPlan plan;
    private final Console console;
    private final Interruption interruption;
    private final InstantSource clock;
    private final List<String> directives;
    private final Optional<String> noNetwork;
    private final RowRunner rows;
    private final Runs runs;

    private final List<DrillReport.RowResult> results = new ArrayList<>();
    private final List<DrillReport.SelfTest> selfTests = new ArrayList<>();
    private final List<Finding> lint = new ArrayList<>();

    Drill(DrillPlan plan, Console console, Interruption interruption, InstantSource clock) {
        this(plan, console, interruption, clock, TargetPlan.Ack.IN_SYNC, List.of());
    }

    /**
     * @param ack in-sync, but for showing that a drill fails with less
     * @param directives more lines of redis.conf, for a set with something wrong
     */
    Drill(
            DrillPlan plan,
            Console console,
            Interruption interruption,
            InstantSource clock,
            TargetPlan.Ack ack,
            List<String> directives) {
        this.plan = plan;
        this.console = console;
        this.interruption = interruption;
        this.clock = clock;
        this.directives = List.copyOf(directives);
        this.noNetwork = LocalSet.canIsolate();
        this.runs = new Runs(plan.rate(), plan.seed(), console, interruption);
        this.rows = new RowRunner(plan, runs, ack);
    }

    /**
     * Runs it.
     *
     * @throws LocalSetException when no set starts
     */
    DrillReport run() throws IOException {
        long began = System.nanoTime();
        String started = clock.instant().toString();
        Path root = Leftovers.root();
        Leftovers.sweep(root, console);
        Path home = Leftovers.home(root);
        boolean network = plan.rows().stream().anyMatch(Row::needsNetwork) && noNetwork.isEmpty();
        try (SetPool pool = new SetPool(home, console, directives)) {
            // one set for all rows of one shape
            List<Row> order =
                    plan.rows().stream()
                            .sorted(
                                    Comparator.comparingInt(Row::replicas)
                                            .thenComparingInt(Row::number))
                            .toList();
            boolean tested = !plan.controls();
            for (Row row : order) {
                if (interruption.requested()) {
                    break;
                }
                String obstacle = obstacle(row);
                if (obstacle != null) {
                    results.add(leftOut(row, obstacle));
                    continue;
                }
                SetPool.Shape shape = new SetPool.Shape(row.replicas(), network, null);
                results.add(row(row, pool, shape));
                if (!tested && !interruption.requested()) {
                    heading("SELF-TESTS of the checker");
                    selfTests.addAll(
                            SelfTests.run(pool.take(shape, this::check), runs, interruption));
                    tested = true;
                }
            }
        } catch (LintFailedException e) {
            return new DrillReport(
                    DrillReport.SCHEMA_VERSION,
                    plan.name(),
                    started,
                    Duration.ofNanos(System.nanoTime() - began).toMillis(),
                    plan.seed(),
                    false,
                    lint,
                    List.of(),
                    List.of(),
                    "INCONCLUSIVE",
                    CONFIGURATION,
                    List.of(String.valueOf(e.getMessage())));
        } finally {
            Leftovers.remove(home);
        }
        results.sort(Comparator.comparingInt(DrillReport.RowResult::number));
        return DrillReport.of(
                plan,
                started,
                Duration.ofNanos(System.nanoTime() - began).toMillis(),
                interruption.requested(),
                lint,
                results,
                selfTests);
    }

    private DrillReport.RowResult row(Row row, SetPool pool, SetPool.Shape shape)
            throws IOException {
        heading("ROW " + row.number() + "  " + row.name());
        DrillReport.RowResult result;
        try {
            result = rows.row(row, subject(pool, shape));
        } catch (LocalSetException | UnreachableException | IllegalStateException e) {
            pool.close();
            return broken(row, e);
        }
        if (!plan.controls() || row.control().isEmpty() || interruption.requested()) {
            return told(result);
        }
        heading("ROW " + row.number() + "  control: acknowledged by the master alone");
        try {
            DrillReport.Control control = rows.control(row, pool.take(shape, this::check));
            return told(with(result, control));
        } catch (LocalSetException | UnreachableException | IllegalStateException e) {
            pool.close();
            return told(with(result, null));
        }
    }

    private Subject subject(SetPool pool, SetPool.Shape shape) throws IOException {
        Subject given = plan.subject();
        if (given == null) {
            return new Subject.Local(pool.take(shape, this::check), shape.text());
        }
        console.status("waiting until the set is whole");
        if (!given.driver("").awaitWhole(WHOLE_WITHIN)) {
            throw new IllegalStateException(
                    "the set was not whole within " + Units.text(WHOLE_WITHIN));
        }
        return given;
    }

    private DrillReport.RowResult told(DrillReport.RowResult done) {
        // the row stands, but who reads its files would miss them
        List<String> unwritten = rows.takeUnwritten();
        DrillReport.RowResult result =
                unwritten.isEmpty() ? done : done.with(done.control(), 5, unwritten);
        console.print(DrillTable.line(result, console));
        return result;
    }

    private void heading(String text) {
        console.print("");
        console.print(console.paint(Console.Paint.BOLD, text));
    }

    private void check(LocalSet set) {
        Duration longest =
                plan.rows().stream().map(Row::load).max(Duration::compareTo).orElse(Duration.ZERO);
        List<Finding> found = Lint.of(SetFacts.of(set), plan.rate(), Runs.MESSAGE_BYTES, longest);
        for (Finding finding : found) {
            if (!lint.contains(finding)) {
                lint.add(finding);
                console.print("LINT     " + finding);
            }
        }
        List<Finding> errors =
                found.stream()
                        .filter(finding -> finding.severity() == Finding.Severity.ERROR)
                        .toList();
        if (plan.lint() && !errors.isEmpty()) {
            throw new LintFailedException(errors);
        }
    }

    private @Nullable String obstacle(Row row) {
        if (row.obstacle() != null) {
            return row.obstacle();
        }
        if (plan.subject() == null && row.needsNetwork() && noNetwork.isPresent()) {
            return noNetwork.get();
        }
        Subject given = plan.subject();
        if (given != null) {
            return obstacle(row, given);
        }
        if (row.needsProxy() && !Programs.onPath("iptables")) {
            return "iptables: not found on the PATH (expected: to lead connections over a proxy)";
        }
        return row.kind() == Row.Kind.SERVICE ? FrameBufferService.obstacle(plan) : null;
    }

    private static @Nullable String obstacle(Row row, Subject given) {
        if (row.kind() != Row.Kind.STREAM || row.consumers() > 0) {
            return "needs processes of the drill's own";
        }
        try {
            row.faults().forEach(given.driver("")::check);
            return null;
        } catch (InvalidValueException e) {
            return e.getMessage();
        }
    }

    private DrillReport.RowResult leftOut(Row row, String why) {
        console.print("ROW " + row.number() + "  left out: not possible here: " + why);
        return result(row, "", DrillReport.LEFT_OUT, 0, "not possible here: " + why);
    }

    private DrillReport.RowResult broken(Row row, RuntimeException failure) {
        String why = String.valueOf(failure.getMessage()).lines().findFirst().orElse("?");
        return told(result(row, "", "INCONCLUSIVE", 5, why));
    }

    private static DrillReport.RowResult result(
            Row row, String driver, String outcome, int exitCode, String why) {
        return new DrillReport.RowResult(
                row.number(),
                row.name(),
                row.topology(),
                driver,
                row.faults().stream().map(Object::toString).toList(),
                outcome,
                exitCode,
                List.of(why),
                null,
                0,
                row.gap().text(),
                row.gap().source(),
                0,
                row.moves().toString(),
                List.of(),
                null,
                List.of(),
                "");
    }

    /** A row whose control lost nothing proves nothing: the fault may have been harmless. */
    private static DrillReport.RowResult with(
            DrillReport.RowResult row, DrillReport.@Nullable Control control) {
        if (control != null && control.caught()) {
            return row.with(control, 0, List.of());
        }
        return row.with(
                control,
                5,
                List.of(
                        control == null
                                ? "the control could not be done"
                                : "the control lost nothing: "
                                        + control.acked()
                                        + " acknowledged"));
    }

    /** The configuration has an error against it. */
    private static final class LintFailedException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        LintFailedException(List<Finding> errors) {
            super(
                    errors.size()
                            + (errors.size() == 1 ? " error" : " errors")
                            + " in the configuration: "
                            + errors.getFirst()
                            + "; --no-lint drills all the same");
        }
    }
}
