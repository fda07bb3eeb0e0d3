package io.detektor.loadtester.drill;

import io.detektor.loadtester.plan.FaultAction;
import io.detektor.loadtester.plan.InvalidValueException;
import io.detektor.loadtester.report.Console;
import io.detektor.loadtester.report.ResultFile;
import io.detektor.loadtester.run.Interruption;
import io.detektor.localset.LocalSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The door to the drill. */
public final class Drills {

    /** What a series does to the master. */
    private static final List<FaultAction> MASTERS =
            List.of(FaultAction.KILL, FaultAction.FREEZE, FaultAction.CUT, FaultAction.SWITCH);

    private static final int INCONCLUSIVE = 5;

    private Drills() {}

    /**
     * What somebody asked for.
     *
     * @param what smoke, standard, or numbers of rows
     * @param rate messages per second
     * @param seed decides the schedule
     * @param controls whether controls and self-tests are run; null for what the rows usually do
     * @param lint whether an error in the configuration stops the drill
     * @param out where reports go
     * @param java the java program that services are started with
     * @param frameBuffer the jar of frame-buffer; null where there is none
     * @param docker the project of docker compose whose containers are broken; null for sets of the
     *     drill's own
     * @param own whether an engine on another host may be used
     */
    public record Request(
            String what,
            int rate,
            long seed,
            @Nullable Boolean controls,
            boolean lint,
            Path out,
            Path java,
            @Nullable Path frameBuffer,
            @Nullable String docker,
            boolean own) {}

    /**
     * A soak or a study of gaps.
     *
     * @param soak whether the kinds come at random; each as often as the other otherwise
     * @param kinds faults of the master by their words
     * @param count how many in all, or of each kind
     * @param downAfter of the Sentinels
     * @param client ours or spring
     */
    public record SeriesRequest(
            boolean soak,
            List<String> kinds,
            int count,
            Duration downAfter,
            String client,
            int rate,
            long seed,
            Path out) {}

    /** Something that is asked for before anything starts, so that mistakes are told at once. */
    public interface Prepared {

        /**
         * Does it, prints it and keeps it.
         *
         * @param machine whether a program reads the report from standard output
         * @return what the process ends with
         */
        int run(Console console, boolean machine, Interruption interruption) throws IOException;
    }

    /**
     * Reads a request.
     *
     * @throws InvalidValueException when it makes no sense
     */
    public static Prepared prepare(Request request) {
        Row.Suite suite =
                switch (request.what()) {
                    case "smoke" -> Row.Suite.SMOKE;
                    case "standard" -> Row.Suite.STANDARD;
                    default -> null;
                };
        List<Row> rows = suite == null ? Rows.numbered(request.what()) : Rows.of(suite);
        Boolean controls = request.controls();
        Path jar = request.frameBuffer();
        String project = request.docker();
        if (project != null && Boolean.TRUE.equals(controls)) {
            throw new InvalidValueException(
                    "--with-controls",
                    "true",
                    "false with --docker: nothing can be held back there");
        }
        DrillPlan plan =
                new DrillPlan(
                        request.what(),
                        rows,
                        suite == null,
                        request.rate(),
                        request.seed(),
                        // with containers nothing can be held back, and nobody may touch entries
                        project == null && (controls == null ? suite != null : controls),
                        request.lint(),
                        request.out(),
                        jar != null && Files.isReadable(jar)
                                ? new DrillPlan.Service(request.java(), jar)
                                : null,
                        project == null
                                ? null
                                : Subject.Docker.of(project, request.own(), System.getenv()));
        return (console, machine, interruption) -> run(plan, suite, console, machine, interruption);
    }

    /** The faults of a soak that can be done on this machine, separated by commas. */
    public static String everyFault() {
        return LocalSet.canIsolate().isEmpty() ? "kill,freeze,cut,switch" : "kill,freeze,switch";
    }

    /**
     * Reads a request.
     *
     * @throws InvalidValueException when it makes no sense
     */
    public static Prepared prepare(SeriesRequest request) {
        List<FaultAction> kinds =
                request.kinds().stream()
                        .map(word ->
                                MASTERS.stream()
                                        .filter(kind -> kind.word().equals(word))
                                        .findFirst()
                                        .orElseThrow(() ->
                                                new InvalidValueException(
                                                        "--faults",
                                                        word,
                                                        "kill, freeze, cut or switch")))
                        .toList();
        if (kinds.contains(FaultAction.CUT)) {
            LocalSet.canIsolate()
                    .ifPresent(reason -> {
                        throw new InvalidValueException(
                                "--faults", "cut", "a machine for it: " + reason);
                    });
        }
        SeriesPlan.Client client =
                switch (request.client()) {
                    case "ours" -> SeriesPlan.Client.OURS;
                    case "spring" -> SeriesPlan.Client.SPRING;
                    default ->
                            throw new InvalidValueException(
                                    "--client", request.client(), "ours or spring");
                };
        SeriesPlan plan =
                new SeriesPlan(
                        request.soak() ? "soak" : "gaps",
                        kinds,
                        request.count(),
                        request.downAfter(),
                        client,
                        request.rate(),
                        request.seed(),
                        request.out());
        return (console, machine, interruption) -> run(plan, console, machine, interruption);
    }

    private static int run(
            SeriesPlan plan, Console console, boolean machine, Interruption interruption)
            throws IOException {
        console.print(
                "DRILL    " + plan.name() + "  seed " + plan.seed() + "  rate " + plan.rate());
        DrillFiles.json(
                "schedule.json",
                Map.of(
                        "drill",
                        plan.name(),
                        "seed",
                        plan.seed(),
                        "order",
                        Series.order(plan).stream().map(FaultAction::word).toList()),
                plan.out());
        SeriesReport report = new Series(plan, console, interruption, InstantSource.system()).run();
        console.print(report.markdown());
        console.onlyWhenQuiet("VERDICT  " + report.outcome());
        told(report, console, machine);
        return keep(
                () -> DrillFiles.write(report, plan.out()), plan.out(), report.exitCode(), console);
    }

    private static int run(
            DrillPlan plan,
            Row.@Nullable Suite suite,
            Console console,
            boolean machine,
            Interruption interruption)
            throws IOException {
        console.print(
                "DRILL    " + plan.name() + "  seed " + plan.seed() + "  rate " + plan.rate());
        DrillFiles.json("schedule.json", schedule(plan), plan.out());
        DrillReport report = new Drill(plan, console, interruption, InstantSource.system()).run();
        console.print(DrillTable.text(report, console));
        console.onlyWhenQuiet(DrillTable.verdict(report, console));
        told(report, console, machine);
        if (suite != null) {
            int outside = Rows.all().size() - plan.rows().size();
            console.print("         " + outside + " rows of the matrix are not in " + plan.name());
        }
        return keep(
                () -> DrillFiles.write(report, plan.out()), plan.out(), report.exitCode(), console);
    }

    private static void told(Object report, Console console, boolean machine) {
        if (machine) {
            console.machine(ResultFile.json(report));
        }
    }

    private interface Writing {
        void run() throws IOException;
    }

    /** Writes the report; the verdict stands when that cannot be done, but it is no pass. */
    private static int keep(Writing files, Path out, int exitCode, Console console) {
        try {
            files.run();
            console.print("report   " + out.resolve("report.html"));
            return exitCode;
        } catch (IOException e) {
            console.always("out: " + e.getMessage());
            return exitCode == 0 ? INCONCLUSIVE : exitCode;
        }
    }

    private static Map<String, Object> schedule(DrillPlan plan) {
        Map<String, Object> rows = new TreeMap<>();
        for (Row row : plan.rows()) {
            rows.put(
                    row.label(),
                    RowRunner.scheduled(row.faults(), row.number(), plan.seed()).stream()
                            .map(Object::toString)
                            .toList());
        }
        return Map.of("drill", plan.name(), "seed", plan.seed(), "rate", plan.rate(), "rows", rows);
    }
}
