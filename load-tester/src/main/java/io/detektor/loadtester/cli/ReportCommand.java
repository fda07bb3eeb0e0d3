package io.detektor.loadtester.cli;

import io.detektor.loadtester.report.Console;
import io.detektor.loadtester.report.ResultFile;
import io.detektor.loadtester.report.RunResult;
import io.detektor.loadtester.report.Summary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes the files of an old result again. */
@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Prints the summary of an earlier run, and writes report.html, timeline.csv and all other"
                    + " files from its result.json.",
            "Ends with 0, whatever the verdict was; with 2 when there is no result to read."
        })
final class ReportCommand implements Callable<Integer> {

    private static final int NOT_WRITTEN = 5;

    @Parameters(
            index = "0",
            paramLabel = "FILE|DIR",
            description = "A result.json, or the directory it is in")
    private String file = "";

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "",
            description = "Where to write (default: where the result is)")
    private String out = "";

    @Option(names = "--quiet", description = "Print nothing but what goes wrong")
    private boolean quiet;

    @Option(names = "--no-color", description = "No colors")
    private boolean noColor;

    @Override
    public Integer call() {
        Path from = Path.of(file).toAbsolutePath();
        RunResult result = ResultFile.read("FILE", from);
        Path to =
                !out.isEmpty()
                        ? Output.directory("--out", out)
                        : Files.isDirectory(from)
                                ? from
                                : java.util.Objects.requireNonNull(from.getParent());
        Console console = Console.ofProcess(false, quiet, noColor);
        console.print(Summary.text(result, console));
        return Output.keep(result, to, console) ? 0 : NOT_WRITTEN;
    }
}
