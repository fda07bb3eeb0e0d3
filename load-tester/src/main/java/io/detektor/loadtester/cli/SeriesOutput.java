package io.detektor.loadtester.cli;

import io.detektor.loadtester.plan.LoadPlan;
import io.detektor.loadtester.report.Console;
import io.detektor.loadtester.report.ResultFile;
import io.detektor.loadtester.report.RunResult;
import io.detektor.loadtester.report.Summary;
import io.detektor.loadtester.series.Runner;
import io.detektor.loadtester.series.SeriesResult;
import io.detektor.loadtester.series.SeriesSummary;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Where the results of several runs go: each one's own, and the whole. */
final class SeriesOutput {

    private static final int INCONCLUSIVE = 5;

    private final String out;
    private final boolean machine;
    private final Console console;

    /**
     * @param out directory, checked; empty for none
     */
    SeriesOutput(String out, boolean machine, Console console) {
        this.out = out;
        this.machine = machine;
        this.console = console;
    }

    /** Runs, prints each result and keeps it in a directory of its own. */
    Runner keeping(Function<LoadPlan, RunResult> load) {
        return (name, plan) -> {
            console.print(console.paint(Console.Paint.BOLD, "\n" + name));
            RunResult result = load.apply(plan);
            console.print(Summary.text(result, console));
            if (!out.isEmpty()) {
                try {
                    ResultFile.write(result, Path.of(out).toAbsolutePath().resolve(name));
                } catch (IOException e) {
                    full(e);
                }
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
        String json =
                JsonMapper.builder()
                        .enable(SerializationFeature.INDENT_OUTPUT)
                        .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                        .build()
                        .writeValueAsString(result);
        if (machine) {
            console.machine(json);
        }
        int code = result.verdict().exitCode();
        if (out.isEmpty()) {
            return code;
        }
        Path directory = Path.of(out).toAbsolutePath();
        try {
            Path partial = directory.resolve("series.json.part");
            Files.writeString(partial, json + "\n", StandardCharsets.UTF_8);
            Path file =
                    Files.move(
                            partial,
                            directory.resolve("series.json"),
                            java.nio.file.StandardCopyOption.REPLACE_EXISTING,
                            java.nio.file.StandardCopyOption.ATOMIC_MOVE);
            console.print("result   " + file);
        } catch (IOException e) {
            full(e);
            return code == 0 ? INCONCLUSIVE : code;
        }
        return code;
    }

    private void full(IOException e) {
        console.always("out: " + out + " (expected: room for the results): " + e.getMessage());
    }
}
