package io.detektor.loadtester.cli;

import io.detektor.loadtester.plan.InvalidValueException;
import io.detektor.loadtester.plan.LoadPlan;
import io.detektor.loadtester.report.Console;
import io.detektor.loadtester.report.ReportFiles;
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
     * @param out directory for the report's files; empty for none
     */
    static Output of(LoadOptions options, String out, boolean machine, Console console) {
        return new Output(
                out.isEmpty() ? null : directory(options.name("--out"), out), machine, console);
    }

    /**
     * A directory that can be written to, made if need be.
     *
     * @throws InvalidValueException when it cannot
     */
    static Path directory(String name, String out) {
        Path directory = Path.of(out).toAbsolutePath();
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new InvalidValueException(name, out, "a directory that can be made");
        }
        if (!Files.isWritable(directory)) {
            throw new InvalidValueException(name, out, "a directory that can be written to");
        }
        return directory;
    }

    /** Where results go; null for nowhere. */
    @Nullable Path directory() {
        return directory;
    }

    void configuration(LoadPlan plan) {
        console.lines(
                9,
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
        return directory == null || keep(result, directory, console)
                ? result.verdict().exitCode()
                // the verdict stands, but a script that reads the files would miss it
                : result.verdict().exitCode() == 0 ? INCONCLUSIVE : result.verdict().exitCode();
    }

    /** Writes every file; whether that could be done, which is told. */
    static boolean keep(RunResult result, Path directory, Console console) {
        try {
            ReportFiles.Written written = ReportFiles.write(result, directory);
            written.notes().forEach(console::print);
            console.print("report:  " + shown(written.report()));
            return true;
        } catch (IOException e) {
            console.always("out: " + e.getMessage());
            return false;
        }
    }

    /** As somebody in this directory would type it. */
    static String shown(Path path) {
        Path here = Path.of("").toAbsolutePath();
        return path.startsWith(here) ? here.relativize(path).toString() : path.toString();
    }
}
