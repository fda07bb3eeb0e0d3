package io.detektor.monitoring;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** As much of Prometheus' language as it takes to look at an expression. */
final class PromQl {

    private static final Pattern TEXT = Pattern.compile("\"[^\"]*\"|'[^']*'");
    private static final Pattern MATCHERS = Pattern.compile("\\{[^}]*}");
    private static final Pattern RANGE = Pattern.compile("\\[[^]]*]");
    private static final Pattern LABELS =
            Pattern.compile("\\b(by|without|on|ignoring|group_left|group_right)\\s*\\([^)]*\\)");
    private static final Pattern OFFSET = Pattern.compile("\\boffset\\s+\\w+");
    private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*(\\s*\\()?");
    private static final Set<String> WORDS = Set.of("and", "or", "unless", "bool");

    private PromQl() {}

    /** The series that an expression reads. */
    static Set<String> metrics(String expression) {
        String rest = expression;
        for (Pattern pattern : new Pattern[] {TEXT, MATCHERS, RANGE, LABELS, OFFSET}) {
            rest = pattern.matcher(rest).replaceAll(" ");
        }
        Set<String> found = new TreeSet<>();
        Matcher name = NAME.matcher(rest);
        while (name.find()) {
            if (name.group(1) == null && !WORDS.contains(name.group())) {
                found.add(name.group());
            }
        }
        return found;
    }

    /** With values in the place of Grafana's variables. */
    static String resolved(String expression, String group, String range) {
        return expression
                .replace("$__rate_interval", "20s")
                .replace("$__range", range)
                .replace("$redis_group", group)
                .replace("$instance", ".+");
    }
}
