package io.detektor.loadtester.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.detektor.loadtester.plan.Metric;
import io.detektor.loadtester.verify.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The reference says what the code does. */
class ReferenceTests {

    private static final Path REFERENCE = Path.of("..", "docs", "reference", "load-tester.md");

    @Test
    void listsEveryMetricAndNoOther() throws Exception {
        List<String> rows = table("| metric |");

        assertThat(rows)
                .isEqualTo(
                        Arrays.stream(Metric.values())
                                .map(metric ->
                                        "| `"
                                                + metric.text()
                                                + "` | "
                                                + metric.unit().text()
                                                + " | "
                                                + metric.meaning()
                                                + " |")
                                .toList());
    }

    @Test
    void listsEveryOptionAndNoOther() throws Exception {
        Set<String> documented = new TreeSet<>();
        Pattern option = Pattern.compile("`(--[a-z0-9-]+)");
        for (String row : table("| option |")) {
            Matcher matcher = option.matcher(row.substring(0, row.indexOf('|', 2)));
            while (matcher.find()) {
                documented.add(matcher.group(1));
            }
        }

        Set<String> real = new TreeSet<>();
        for (CommandLine.Model.OptionSpec each :
                CommandLineInterface.commandLine(Map.of()).getCommandSpec().options()) {
            if (!each.usageHelp() && !each.versionHelp()) {
                real.add(each.longestName());
                if (each.negatable()) {
                    real.add("--no-" + each.longestName().substring(2));
                }
            }
        }
        assertThat(documented).isEqualTo(real);
    }

    @Test
    void listsEveryExitStatusOfAVerdict() throws Exception {
        List<String> rows = table("| status |");
        for (Verdict.Outcome outcome : Verdict.Outcome.values()) {
            assertThat(rows)
                    .as(outcome.name())
                    .anyMatch(row -> row.startsWith("| " + outcome.exitCode() + " |"));
        }
    }

    private static List<String> table(String head) throws Exception {
        return Files.readAllLines(REFERENCE).stream()
                .dropWhile(line -> !line.startsWith(head))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .toList();
    }
}
