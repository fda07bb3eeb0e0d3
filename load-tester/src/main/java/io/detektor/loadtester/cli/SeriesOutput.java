package io.detektor.loadtester.cli;

import io.detektor.loadtester.plan.LoadPlan;
import io.detektor.loadtester.report.Console;
import io.detektor.loadtester.report.ReportFiles;
import io.detektor.loadtester.report.ResultFile;
import io.detektor.loadtester.report.RunResult;
import io.detektor.loadtester.report.Summary;
import io.detektor.loadtester.series.Runner;
import io.detektor.loadtester.series.SeriesPage;
import io.detektor.loadtester.series.SeriesResult;
import io.detektor.loadtester.series.SeriesSummary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Where the results of several runs go: each one's own, and the whole. */
final class SeriesOutput {

    private static final int INCONCLUSIVE = 5;

    private final @Nullable Path directory;
    private final boolean machine;
    private final Console console;

    /** Whether every file could be written. */
    private boolean whole = true;

    /**
     * @param directory checked; null for none
     */
    SeriesOutput(@Nullable Path directory, boolean machine, Console console) {
        this.directory = directory;
        this.machine = machine;
        this.console = console;
    }

    /** Runs, prints each result and keeps it in a directory of its own. */
    Runner keeping(Function<LoadPlan, RunResult> load) {
        return (name, plan) -> {
            console.print(console.paint(Console.Paint.BOLD, "\n" + name));
            RunResult result =
                    load.apply(directory == null ? plan : plan.journalIn(directory.resolve(name)));
            console.print(Summary.text(result, console));
            if (directory != null) {
                whole &= Output.keep(result, directory.resolve(name), console);
            }
            return result;
        };
    }

    /** Prints a step of a search. */
    void step(SeriesResult.Step step) {
        console.print(SeriesSummary.step(step));
    }

    /** Prints and keeps the whole; what the process ends with. */
    int finish(SeriesResult result) {
        console.print(SeriesSummary.text(result, console));
        console.onlyWhenQuiet(SeriesSummary.verdictLine(result, console));
        String json = ResultFile.json(result);
        if (machine) {
            console.machine(json);
        }
        int code = result.verdict().exitCode();
        if (directory == null) {
            return code;
        }
        try {
            ReportFiles.write("series.json", json + "\n", directory);
            console.print(
                    "report:  "
                            + Output.shown(ReportFiles.write(SeriesPage.of(result), directory)));
        } catch (IOException e) {
            console.always("out: " + e.getMessage());
            whole = false;
        }
        // the verdict stands, but a script that reads the files would miss some
        return whole || code != 0 ? code : INCONCLUSIVE;
    }
}
