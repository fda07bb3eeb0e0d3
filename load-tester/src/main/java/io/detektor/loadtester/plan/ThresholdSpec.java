package io.detektor.loadtester.plan;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A figure that a run has to reach, in k6's grammar: {@code METRIC OPERATOR VALUE[UNIT]}, for
 * instance {@code ack.p99<5ms}.
 *
 * @param text as it is printed
 * @param metric what is compared
 * @param operator how
 * @param value with what, in the metric's unit
 */
public record ThresholdSpec(String text, Metric metric, Operator operator, double value) {

    private static final Pattern GRAMMAR =
            Pattern.compile(
                    "([a-z0-9.()-]+)\\s*(<=|>=|===?|!==?|<|>)\\s*(\\d{1,12}(?:\\.\\d{1,9})?)\\s*"
                            + "(%|/s|us|µs|ms|s)?");

    /** How a figure is compared. */
    public enum Operator {
        LESS("<"),
        AT_MOST("<="),
        GREATER(">"),
        AT_LEAST(">="),
        EQUAL("=="),
        DIFFERENT("!=");

        private final String text;

        Operator(String text) {
            this.text = text;
        }

        static Operator of(String text) {
            // k6 also has the operators of its language
            String plain = text.length() == 3 ? text.substring(0, 2) : text;
            return Arrays.stream(values())
                    .filter(each -> each.text.equals(plain))
                    .findFirst()
                    .orElseThrow();
        }

        boolean holds(double actual, double wanted) {
            int order = Double.compare(actual, wanted);
            return switch (this) {
                case LESS -> order < 0;
                case AT_MOST -> order <= 0;
                case GREATER -> order > 0;
                case AT_LEAST -> order >= 0;
                case EQUAL -> order == 0;
                case DIFFERENT -> order != 0;
            };
        }
    }

    /**
     * Reads one threshold or several, separated by commas or semicolons.
     *
     * @throws InvalidValueException naming the one that does not fit
     */
    public static List<ThresholdSpec> parse(String name, String text) {
        return Arrays.stream(text.split("[,;]"))
                .map(String::trim)
                .filter(each -> !each.isEmpty())
                .map(each -> one(name, each))
                .toList();
    }

    private static ThresholdSpec one(String name, String text) {
        Matcher matcher = GRAMMAR.matcher(text.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new InvalidValueException(
                    name,
                    text,
                    "METRIC OPERATOR VALUE with < <= > >= == or !=, for instance ack.p99<5ms");
        }
        Metric metric =
                Metric.named(matcher.group(1))
                        .orElseThrow(() ->
                                new InvalidValueException(
                                        name, text, "one of the metrics " + Metric.names()));
        String unit = matcher.group(4) == null ? "" : matcher.group(4);
        double factor =
                switch (metric.unit()) {
                    case MILLIS ->
                            switch (unit) {
                                case "", "ms" -> 1;
                                case "us", "µs" -> 0.001;
                                case "s" -> 1000;
                                default -> 0;
                            };
                    case PERCENT -> unit.isEmpty() || unit.equals("%") ? 1 : 0;
                    case PER_SECOND -> unit.isEmpty() || unit.equals("/s") ? 1 : 0;
                    case COUNT -> unit.isEmpty() ? 1 : 0;
                };
        if (factor == 0) {
            throw new InvalidValueException(
                    name, text, "for " + metric.text() + " " + metric.unit().text());
        }
        return new ThresholdSpec(
                text.replaceAll("\\s+", ""),
                metric,
                Operator.of(matcher.group(2)),
                Double.parseDouble(matcher.group(3)) * factor);
    }

    /** Whether a figure is good enough. */
    public boolean holds(double actual) {
        return operator.holds(actual, value);
    }

    @Override
    public String toString() {
        return text;
    }
}
