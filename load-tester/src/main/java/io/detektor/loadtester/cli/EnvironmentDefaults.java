package io.detektor.loadtester.cli;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/**
 * Takes what the command line does not say from the environment: {@code --max-in-flight} from
 * {@code LOADTEST_MAX_IN_FLIGHT}, and where Redis is also from the variables that every service of
 * the suite reads; and what that does not say either from a workload file.
 */
final class EnvironmentDefaults implements CommandLine.IDefaultValueProvider {

    private static final Map<String, String> SHARED =
            Map.of(
                    "--sentinels", "REDIS_SENTINEL_HOSTS",
                    "--master-name", "REDIS_MASTER_NAME",
                    "--redis-host", "REDIS_HOST",
                    "--redis-port", "REDIS_PORT",
                    "--redis-username", "REDIS_USERNAME");

    private final Map<String, String> environment;
    private final @Nullable Workload workload;

    EnvironmentDefaults(Map<String, String> environment, @Nullable Workload workload) {
        this.environment = environment;
        this.workload = workload;
    }

    /** Where a value comes from; a later one goes before an earlier one. */
    enum Source {
        DEFAULT,
        FILE,
        ENVIRONMENT,
        COMMAND_LINE
    }

    @Override
    public @Nullable String defaultValue(CommandLine.Model.ArgSpec argument) {
        if (!(argument instanceof CommandLine.Model.OptionSpec option) || option.usageHelp()) {
            return null;
        }
        String name = option.longestName();
        return variable(name)
                .map(environment::get)
                .or(() -> inFile(name).map(Workload.Value::text))
                .orElse(null);
    }

    /** Where an option's value comes from, if it is not on the command line. */
    Source source(String option) {
        if (variable(option).isPresent()) {
            return Source.ENVIRONMENT;
        }
        return inFile(option).isPresent() ? Source.FILE : Source.DEFAULT;
    }

    /** The variable or the line that an option's value came from; the option itself for none. */
    String origin(String option) {
        return variable(option).or(() -> inFile(option).map(Workload.Value::origin)).orElse(option);
    }

    /** The variable or the line that a value came from, if it came from one. */
    String origin(String option, String value) {
        String origin = origin(option);
        boolean same =
                value.equals(environment.get(origin))
                        || inFile(option)
                                .map(Workload.Value::text)
                                .filter(value::equals)
                                .isPresent();
        return same ? origin : option;
    }

    private Optional<String> variable(String option) {
        return names(option)
                .filter(name -> !environment.getOrDefault(name, "").isBlank())
                .findFirst();
    }

    private Optional<Workload.Value> inFile(String option) {
        return workload == null
                ? Optional.empty()
                : Optional.ofNullable(workload.values().get(option));
    }

    private static Stream<String> names(String option) {
        String own = variableOf(option);
        String shared = SHARED.get(option);
        return shared == null ? Stream.of(own) : List.of(own, shared).stream();
    }

    /** The variable of an option: {@code LOADTEST_} and its name. */
    static String variableOf(String option) {
        return "LOADTEST_" + option.substring(2).replace('-', '_').toUpperCase(Locale.ROOT);
    }
}
