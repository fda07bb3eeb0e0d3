package io.detektor.monitoring;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.yaml.snakeyaml.Yaml;

/** The rules of Prometheus, as they are written, and the unit tests of them. */
final class Rules {

    /**
     * An alert or something that is recorded.
     *
     * @param name of the alert or of the series
     * @param alert whether it is an alert
     * @param labels none for what is recorded
     */
    record Rule(
            String name,
            boolean alert,
            String expression,
            Map<String, String> labels,
            Map<String, String> annotations) {

        @Override
        public String toString() {
            return name;
        }
    }

    /**
     * What a unit test expects of an expression at a time.
     *
     * @param none whether it expects no sample
     */
    record Expectation(String expression, boolean none) {}

    static final Path DIRECTORY = Tools.project("monitoring/prometheus/rules");
    static final Path TESTS = Tools.project("monitoring/prometheus/tests");

    private Rules() {}

    static List<Rule> all() {
        List<Rule> rules = new ArrayList<>();
        for (Path file : files(DIRECTORY)) {
            for (Map<String, ?> group : maps(yaml(file).get("groups"))) {
                for (Map<String, ?> rule : maps(group.get("rules"))) {
                    boolean alert = rule.containsKey("alert");
                    rules.add(
                            new Rule(
                                    String.valueOf(rule.get(alert ? "alert" : "record")),
                                    alert,
                                    String.valueOf(rule.get("expr")),
                                    texts(rule.get("labels")),
                                    texts(rule.get("annotations"))));
                }
            }
        }
        return rules;
    }

    static List<Rule> alerts() {
        return all().stream().filter(Rule::alert).toList();
    }

    static List<Expectation> expectations() {
        List<Expectation> found = new ArrayList<>();
        for (Path file : files(TESTS)) {
            for (Map<String, ?> test : maps(yaml(file).get("tests"))) {
                for (Map<String, ?> each : maps(test.get("promql_expr_test"))) {
                    found.add(
                            new Expectation(
                                    String.valueOf(each.get("expr")),
                                    maps(each.get("exp_samples")).isEmpty()));
                }
            }
        }
        return found;
    }

    static List<Path> files(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".yml")).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Map<String, ?> yaml(Path file) {
        return map(new Yaml().load(Tools.read(file)));
    }

    @SuppressWarnings("unchecked")
    static Map<String, ?> map(@org.jspecify.annotations.Nullable Object value) {
        return value == null ? Map.of() : (Map<String, ?>) value;
    }

    @SuppressWarnings("unchecked")
    static List<Map<String, ?>> maps(@org.jspecify.annotations.Nullable Object value) {
        return value == null ? List.of() : (List<Map<String, ?>>) value;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, String> texts(@org.jspecify.annotations.Nullable Object value) {
        return value == null ? Map.of() : (Map<String, String>) value;
    }
}
