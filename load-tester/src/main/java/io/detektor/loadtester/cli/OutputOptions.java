package io.detektor.loadtester.cli;

import io.detektor.loadtester.report.Console;
import picocli.CommandLine.Option;

/** Where results go, and how they are told. */
final class OutputOptions {

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "",
            description =
                    "Write result.json, report.html and all other files there (demo: default"
                            + " target/demo; drill: default target/drill)")
    private String out = "";

    @Option(
            names = "--json",
            defaultValue = "false",
            description = "Print the result as JSON on standard output; people read standard error")
    private boolean json;

    @Option(names = "--quiet", defaultValue = "false", description = "Print the verdict only")
    private boolean quiet;

    @Option(names = "--no-color", defaultValue = "false", description = "No colors")
    private boolean noColor;

    /** Read before the others, by {@link CommandLineInterface}; here for the help. */
    @SuppressWarnings("UnusedVariable")
    @Option(
            names = "--workload",
            paramLabel = "FILE",
            defaultValue = "",
            description =
                    "Options from a YAML file, for instance 'rate: 500'. The command line goes"
                            + " first, then the environment, then the file")
    private String workload = "";

    Console console() {
        return Console.ofProcess(json, quiet, noColor);
    }

    /** Whether a program reads standard output. */
    boolean machine() {
        return json;
    }

    /** The directory, or the command's own default. */
    String out(String byDefault) {
        return out.isEmpty() ? byDefault : out;
    }
}
