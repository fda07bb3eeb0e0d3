package io.detektor.loadtester.cli;

import io.detektor.loadtester.plan.InvalidValueException;
import io.detektor.loadtester.report.Comparison;
import io.detektor.loadtester.report.Console;
import io.detektor.loadtester.report.ReportFiles;
import io.detektor.loadtester.report.ResultFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Two results side by side. */
@Command(
        name = "diff",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Compares two earlier runs: rate, success, latency percentiles, write gaps, proof.",
            "Ends with 0 when no judged figure of B is worse than allowed, with 1 when one is, and with"
                    + " 2 when a result cannot be read. Maxima and p99.9 are shown, and not judged."
        })
final class DiffCommand implements Callable<Integer> {

    private static final int REGRESSED = 1;
    private static final int NOT_WRITTEN = 5;
    private static final Pattern PERCENT = Pattern.compile("(\\d{1,6}(?:\\.\\d{1,6})?) ?%?");

    @Parameters(
            index = "0",
            paramLabel = "A",
            description = "A result.json, or its directory: the one to hold the other against")
    private String first = "";

    @Parameters(index = "1", paramLabel = "B", description = "The other one")
    private String second = "";

    @Option(
            names = "--max-regression",
            paramLabel = "PERCENT",
            defaultValue = "10%",
            description = "How much worse a judged figure may be (default: ${DEFAULT-VALUE})")
    private String maxRegression = "";

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "",
            description = "Write diff.html there: the same, with one curve over the other")
    private String out = "";

    @Option(names = "--quiet", description = "Print the last line only")
    private boolean quiet;

    @Override
    public Integer call() {
        Matcher percent = PERCENT.matcher(maxRegression.trim());
        if (!percent.matches()) {
            throw new InvalidValueException(
                    "--max-regression", maxRegression, "percent, for instance 10%");
        }
        Comparison comparison =
                Comparison.of(
                        ResultFile.read("A", Path.of(first)),
                        ResultFile.read("B", Path.of(second)),
                        Double.parseDouble(percent.group(1)));
        Path directory = out.isEmpty() ? null : Output.directory("--out", out);
        Console console = Console.ofProcess(false, quiet, true);
        console.print(comparison.text());
        console.onlyWhenQuiet(comparison.verdict());
        int code = comparison.regressions().isEmpty() ? 0 : REGRESSED;
        if (directory != null) {
            try {
                console.print("report:  " + Output.shown(ReportFiles.write(comparison, directory)));
            } catch (IOException e) {
                console.always("out: " + e.getMessage());
                return code == 0 ? NOT_WRITTEN : code;
            }
        }
        return code;
    }
}
