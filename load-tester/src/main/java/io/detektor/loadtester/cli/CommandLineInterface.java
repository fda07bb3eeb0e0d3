package io.detektor.loadtester.cli;

import io.detektor.loadtester.plan.InvalidValueException;
import io.detektor.loadtester.run.UnreachableException;
import io.detektor.localset.LocalSetException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine;

/**
 * Reads the command line and runs a command. Whatever goes wrong is told in one line on standard
 * error, without a stack trace.
 */
public final class CommandLineInterface {

    private static final int USAGE = 2;
    private static final int UNREACHABLE = 3;
    private static final int INCONCLUSIVE = 5;
    private static final String WORKLOAD = "--workload";

    private CommandLineInterface() {}

    /**
     * Runs a command.
     *
     * @return what the process ends with
     */
    public static int execute(String... args) {
        return execute(System.getenv(), args);
    }

    static int execute(Map<String, String> environment, String... args) {
        return execute(commandLine(environment), environment, args);
    }

    static int execute(CommandLine line, Map<String, String> environment, String... args) {
        try {
            defaults(line, environment, args);
        } catch (InvalidValueException e) {
            line.getErr().println(e.getMessage());
            line.getErr().flush();
            return USAGE;
        }
        return line.execute(args);
    }

    static CommandLine commandLine(Map<String, String> environment) {
        Shutdown shutdown = new Shutdown();
        CommandLine line = new CommandLine(new LoadCommand(environment, shutdown));
        line.addSubcommand(new DemoCommand(environment, shutdown));
        line.addSubcommand(new ReportCommand());
        line.addSubcommand(new DiffCommand());
        line.addSubcommand(new DrillCommand(environment, shutdown));
        line.addSubcommand(new LinkProxyCommand());
        line.setUsageHelpAutoWidth(true);
        return line;
    }

    /**
     * Sets where values come from that are not on the command line. The parser wants them before it
     * reads that, so the file is looked for here.
     */
    private static void defaults(
            CommandLine line, Map<String, String> environment, String... args) {
        String file = environment.getOrDefault(EnvironmentDefaults.variableOf(WORKLOAD), "");
        String name = file.isBlank() ? WORKLOAD : EnvironmentDefaults.variableOf(WORKLOAD);
        for (int i = 0; i < args.length; i++) {
            if (args[i].startsWith(WORKLOAD + "=")) {
                file = args[i].substring(WORKLOAD.length() + 1);
                name = WORKLOAD;
            } else if (args[i].equals(WORKLOAD) && i + 1 < args.length) {
                file = args[i + 1];
                name = WORKLOAD;
            }
        }
        CommandLine command =
                args.length == 0 ? line : line.getSubcommands().getOrDefault(args[0], line);
        Set<String> options =
                command.getCommandSpec().options().stream()
                        .filter(option -> !option.usageHelp() && !option.versionHelp())
                        .map(CommandLine.Model.OptionSpec::longestName)
                        .collect(Collectors.toSet());
        EnvironmentDefaults defaults =
                new EnvironmentDefaults(
                        environment,
                        file.isBlank() || !options.contains(WORKLOAD)
                                ? null
                                : Workload.read(name, file, options));
        line.setDefaultValueProvider(defaults);
        line.setParameterExceptionHandler((wrong, _) -> wrongOption(wrong, defaults));
        line.setExecutionExceptionHandler((failure, at, _) -> failed(failure, at));
    }

    private static int wrongOption(
            CommandLine.ParameterException wrong, EnvironmentDefaults defaults) {
        PrintWriter err = wrong.getCommandLine().getErr();
        err.println(explain(wrong, defaults));
        err.flush();
        return USAGE;
    }

    private static String explain(
            CommandLine.ParameterException wrong, EnvironmentDefaults defaults) {
        if (wrong instanceof CommandLine.UnmatchedArgumentException unmatched) {
            List<String> unknown = unmatched.getUnmatched();
            List<String> near = unmatched.getSuggestions();
            return unknown.getFirst()
                    + ": unknown (expected: "
                    + (near.isEmpty() ? "an option that --help lists" : String.join(", ", near))
                    + ")";
        }
        if (wrong instanceof CommandLine.MissingParameterException missing
                && !missing.getMissing().isEmpty()
                && missing.getMissing().getFirst() instanceof CommandLine.Model.OptionSpec option) {
            return option.longestName() + ": '' (expected: " + option.paramLabel() + ")";
        }
        if (wrong instanceof CommandLine.MissingParameterException missing
                && !missing.getMissing().isEmpty()) {
            String label = missing.getMissing().getFirst().paramLabel();
            return label
                    + ": '' (expected: what "
                    + missing.getCommandLine().getCommandName()
                    + " --help says)";
        }
        if (wrong.getArgSpec() instanceof CommandLine.Model.OptionSpec option) {
            String value = wrong.getValue() == null ? "" : wrong.getValue();
            // everything but switches is read by the commands themselves
            return defaults.origin(option.longestName(), value)
                    + ": "
                    + value
                    + " (expected: "
                    + (option.typeInfo().isBoolean() ? "true or false" : option.paramLabel())
                    + ")";
        }
        return firstLine(wrong);
    }

    private static String firstLine(Exception wrong) {
        return String.valueOf(wrong.getMessage()).lines().findFirst().orElse("cannot be used");
    }

    private static int failed(Exception failure, CommandLine at) {
        int code =
                switch (failure) {
                    case InvalidValueException _ -> USAGE;
                    case UnreachableException _ -> UNREACHABLE;
                    case LocalSetException _ -> UNREACHABLE;
                    default -> INCONCLUSIVE;
                };
        String message = failure.getMessage();
        PrintWriter err = at.getErr();
        err.println(
                code == INCONCLUSIVE || message == null
                        ? failure.getClass().getSimpleName() + ": " + message
                        : message);
        err.flush();
        return code;
    }
}
