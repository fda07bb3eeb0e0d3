package io.detektor.loadtester.cli;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/**
 * Takes what the command line does not say from the environment: {@code --max-in-flight} from
 * {@code LOADTEST_MAX_IN_FLIGHT}, and where Redis is also from the variables that every service of
 * the suite reads.
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

    EnvironmentDefaults(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public @Nullable String defaultValue(CommandLine.Model.ArgSpec argument) {
        if (!(argument instanceof CommandLine.Model.OptionSpec option) || option.usageHelp()) {
            return null;
        }
        return names(option.longestName())
                .map(environment::get)
                .filter(Objects::nonNull)
                .filter(value -> !value.isBlank())
                .findFirst()
                .orElse(null);
    }

    /** The variable that an option's value came from; the option itself when there is none. */
    String origin(String option) {
        return names(option)
                .filter(name -> !environment.getOrDefault(name, "").isBlank())
                .findFirst()
                .orElse(option);
    }

    /** The variable that a value came from, if it came from one. */
    String origin(String option, String value) {
        return names(option)
                .filter(name -> value.equals(environment.get(name)))
                .findFirst()
                .orElse(option);
    }

    private static Stream<String> names(String option) {
        String own = "LOADTEST_" + option.substring(2).replace('-', '_').toUpperCase(Locale.ROOT);
        String shared = SHARED.get(option);
        return shared == null ? Stream.of(own) : List.of(own, shared).stream();
    }
}
