package io.detektor.framebuffer.settings;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.convert.ConversionException;
import org.springframework.core.env.Environment;
import org.springframework.util.unit.DataSize;

/**
 * Says of a setting that cannot be read: its name, the variable that it comes from, its value, and
 * what was expected. Spring Boot's own words name the placeholder and the Java types instead.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
class SettingFailureAnalyzer extends AbstractFailureAnalyzer<BindException> {

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z_]+)");
    private static final Pattern SECRET = Pattern.compile("(?i).*(password|secret|token).*");

    private final Environment environment;

    SettingFailureAnalyzer(Environment environment) {
        this.environment = environment;
    }

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, BindException cause) {
        if (cause.getCause() instanceof UnboundConfigurationPropertiesException unbound) {
            List<String> unknown = new ArrayList<>();
            for (ConfigurationProperty property : unbound.getUnboundProperties()) {
                unknown.add(line(property, "no such setting"));
            }
            return analysis(String.join("\n", unknown), "Look for a slip of the pen.", cause);
        }
        ConfigurationProperty property = cause.getProperty();
        if (property == null || findCause(cause, ConversionException.class) == null) {
            return null;
        }
        Class<?> type = cause.getTarget().getType().resolve(Object.class);
        return analysis(
                line(property, "expected: " + expected(type)),
                "Correct it, or leave it out to have the default.",
                cause);
    }

    private static FailureAnalysis analysis(
            String description, String action, BindException cause) {
        return new FailureAnalysis(description, action, cause);
    }

    private String line(ConfigurationProperty property, String what) {
        String name = property.getName().toString();
        String raw = String.valueOf(property.getValue());
        Matcher variable = VARIABLE.matcher(raw);
        String origin = variable.find() ? ", from " + variable.group(1) : "";
        String value =
                SECRET.matcher(name).matches() ? "******" : environment.resolvePlaceholders(raw);
        return name + origin + ": " + value + " (" + what + ")";
    }

    private static String expected(Class<?> type) {
        if (type == Duration.class) {
            return "a duration, such as 500ms or 5s";
        }
        if (type == DataSize.class) {
            return "a size, such as 512KB or 8MB";
        }
        if (type == int.class || type == Integer.class || type == long.class) {
            return "a whole number";
        }
        if (type.isEnum()) {
            return "one of " + List.of(type.getEnumConstants());
        }
        return type.getSimpleName();
    }
}
