package io.detektor.loadtester.cli;

import io.detektor.loadtester.plan.InvalidValueException;
import io.detektor.loadtester.plan.LoadPlan;
import io.detektor.loadtester.report.Console;
import io.detektor.loadtester.report.ResultFile;
import io.detektor.loadtester.report.RunResult;
import io.detektor.loadtester.report.Summary;
import io.detektor.loadtester.session.Configuration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Where results go. */
final class Output {

    private static final int INCONCLUSIVE = 5;

    private final @Nullable Path directory;
    private final boolean machine;
    private final Console console;

    private Output(@Nullable Path directory, boolean machine, Console console) {
        this.directory = directory;
        this.machine = machine;
        this.console = console;
    }

    /**
     * Looks before the run whether its results can be kept.
     *
     * @param out directory for result.json; empty for none
     */
    static Output of(LoadOptions options, String out, boolean machine, Console console) {
        if (out.isEmpty()) {
            return new Output(null, machine, console);
        }
        Path directory = Path.of(out).toAbsolutePath();
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new InvalidValueException(
                    options.name("--out"), out, "a directory that can be made");
        }
        if (!Files.isWritable(directory)) {
            throw new InvalidValueException(
                    options.name("--out"), out, "a directory that can be written to");
        }
        return new Output(directory, machine, console);
    }

    void configuration(LoadPlan plan) {
        console.print(
                "CONFIG   "
                        + Configuration.of(plan).entrySet().stream()
                                .filter(each -> !each.getValue().isEmpty())
                                .map(each -> each.getKey() + "=" + each.getValue())
                                .collect(Collectors.joining("  ")));
    }

    /** Prints and keeps a result; what the process ends with. */
    int finish(RunResult result) {
        console.print(Summary.text(result, console));
        console.onlyWhenQuiet(Summary.verdictLine(result, console));
        if (machine) {
            console.machine(ResultFile.json(result));
        }
        if (directory != null) {
            try {
                console.print("result   " + ResultFile.write(result, directory));
            } catch (IOException e) {
                console.always(
                        "out: "
                                + directory
                                + " (expected: room for result.json): "
                                + e.getMessage());
                return result.verdict().exitCode() == 0
                        ? INCONCLUSIVE
                        : result.verdict().exitCode();
            }
        }
        return result.verdict().exitCode();
    }
}
