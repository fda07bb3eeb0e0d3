package io.detektor.loadtester.cli;

import io.detektor.loadtester.plan.FaultSpec;
import io.detektor.loadtester.plan.InvalidValueException;
import io.detektor.redisha.NodeAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** Reads texts that people typed, and says which option, variable or line a wrong one came from. */
final class LoadOptions {

    private final CommandLine.ParseResult parsed;
    private final EnvironmentDefaults defaults;

    /**
     * @param spec of the command, set by the parser
     */
    LoadOptions(CommandLine.Model.@Nullable CommandSpec spec, Map<String, String> environment) {
        CommandLine.Model.CommandSpec command =
                Objects.requireNonNull(spec, "spec: null (expected: set by the parser)");
        this.parsed = command.commandLine().getParseResult();
        this.defaults =
                command.defaultValueProvider() instanceof EnvironmentDefaults given
                        ? given
                        : new EnvironmentDefaults(environment, null);
    }

    /** Whether somebody gave the option, on the command line, in the environment or in a file. */
    boolean given(String option) {
        return source(option) != EnvironmentDefaults.Source.DEFAULT;
    }

    /** Where an option's value comes from. */
    EnvironmentDefaults.Source source(String option) {
        return parsed.hasMatchedOption(option)
                ? EnvironmentDefaults.Source.COMMAND_LINE
                : defaults.source(option);
    }

    /** What to call an option's value. */
    String name(String option) {
        return parsed.hasMatchedOption(option) ? option : defaults.origin(option);
    }

    int integer(String option, String text, int from, int to) {
        String trimmed = text.trim();
        if (trimmed.matches("\\d{1,9}")) {
            int value = Integer.parseInt(trimmed);
            if (value >= from && value <= to) {
                return value;
            }
        }
        throw new InvalidValueException(name(option), text, from + " to " + to);
    }

    long seed(String option, String text) {
        if (text.trim().matches("-?\\d{1,18}")) {
            return Long.parseLong(text.trim());
        }
        throw new InvalidValueException(name(option), text, "a whole number");
    }

    List<NodeAddress> nodes(String option, String text) {
        return Arrays.stream(text.split(","))
                .map(String::trim)
                .filter(node -> !node.isEmpty())
                .map(node -> {
                    try {
                        return NodeAddress.parse(node);
                    } catch (IllegalArgumentException e) {
                        throw new InvalidValueException(
                                name(option), node, "host:port, for instance 10.0.0.5:26379");
                    }
                })
                .toList();
    }

    /** Several faults in one text are separated by semicolons. */
    List<FaultSpec> faults(List<String> texts) {
        return texts.stream()
                .flatMap(text -> Arrays.stream(text.split(";")))
                .filter(text -> !text.isBlank())
                .map(text -> FaultSpec.parse(name("--fault"), text))
                .toList();
    }
}
