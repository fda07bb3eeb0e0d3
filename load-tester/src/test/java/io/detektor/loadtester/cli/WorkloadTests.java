package io.detektor.loadtester.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Options from a file, and what goes before what. */
class WorkloadTests {

    @TempDir private Path directory = Path.of("");
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @CsvSource(
            delimiterString = " => ",
            quoteCharacter = '"',
            value = {
                "rate: fast => w.yaml:1 rate: fast (expected: messages per second from 1 to 1000000,"
                        + " or max)",
                "# two|duration: 5|rat: 5 => w.yaml:3 rat: unknown (expected: an option that --help"
                        + " lists, without its dashes)",
                "rate: {a: 5} => w.yaml:1 rate: keys and values (expected: a value, or a list of"
                        + " values)",
                "rate: 5|rate: 6 => w.yaml:2 rate: 6 (expected: each option once)",
                "- rate => w.yaml:1: a list (expected: options, for instance 'rate: 500')",
                "threshold: [lost==0, ack.p99] => w.yaml:1 threshold: ack.p99 (expected: METRIC"
                        + " OPERATOR VALUE with < <= > >= == or !=, for instance ack.p99<5ms)",
                "use-sentinel: perhaps => w.yaml:1 use-sentinel: perhaps (expected: true or false)",
                "workload: other.yaml => w.yaml:1 workload: unknown (expected: an option that --help"
                        + " lists, without its dashes)",
                "profile: [const:5:1s, ramp:5] => w.yaml:1 profile: ramp:5 (expected:"
                        + " const:RATE:TIME, ramp:FROM-TO:TIME, step:RATExN:TIME, spike:RATE:TIME or"
                        + " pause:TIME, separated by commas, for instance"
                        + " const:500:60s,ramp:500-5000:60s)"
            })
    void saysFileLineKeyValueAndWhatWasExpected(String yaml, String message) throws Exception {
        assertThat(execute(Map.of(), "--workload", file(yaml))).isEqualTo(2);
        assertThat(err.toString().strip()).isEqualTo(message);
    }

    @Test
    void saysWhereItIsNoYaml() throws Exception {
        assertThat(execute(Map.of(), "--workload=" + file("rate: 5|duration: [5"))).isEqualTo(2);
        assertThat(err.toString())
                .startsWith("--workload: ")
                .contains("w.yaml:", "(expected: YAML");
        assertThat(err.toString().strip().lines()).hasSize(1);
    }

    @Test
    void theCommandLineGoesBeforeTheEnvironmentAndThatBeforeTheFile() throws Exception {
        String file = file("rate: file");
        execute(Map.of("LOADTEST_RATE", "environment"), "--workload", file, "--rate", "line");
        assertThat(err.toString()).startsWith("--rate: line ");
        err.getBuffer().setLength(0);
        execute(Map.of("LOADTEST_RATE", "environment"), "--workload", file);
        assertThat(err.toString()).startsWith("LOADTEST_RATE: environment ");
        err.getBuffer().setLength(0);
        execute(Map.of("LOADTEST_WORKLOAD", file));
        assertThat(err.toString()).startsWith("w.yaml:1 rate: file ");
    }

    @Test
    void aRateOnTheCommandLineGoesBeforeAProfileInTheFile() throws Exception {
        String file = file("profile: const:5:1s");

        execute(Map.of(), "--workload", file, "--rate", "fast");

        assertThat(err.toString()).startsWith("--rate: fast (expected: messages");
    }

    @Test
    void theDemoTakesItsOwnOptionsFromAFile() throws Exception {
        assertThat(execute(Map.of(), "demo", "--workload", file("rate: 0"))).isEqualTo(2);
        assertThat(err.toString()).startsWith("w.yaml:1 rate: 0 (expected: 1 to 10000)");
        err.getBuffer().setLength(0);
        assertThat(execute(Map.of(), "demo", "--workload", file("consumers: 1"))).isEqualTo(2);
        assertThat(err.toString()).startsWith("w.yaml:1 consumers: unknown ");
    }

    @Test
    void theDrillTakesItsOwnOptionsFromAFile() throws Exception {
        assertThat(execute(Map.of(), "drill", "1", "--workload", file("rate: 9"))).isEqualTo(2);
        assertThat(err.toString()).startsWith("w.yaml:1 rate: 9 (expected: 10 to 10000)");
    }

    /** Every option that there is can be given in a file, and in the environment. */
    @Test
    void everyOptionIsAlsoAKeyAndAVariable() throws Exception {
        CommandLine line = CommandLineInterface.commandLine(Map.of());
        Set<String> leftOut = Set.of("--help", "--version", "--workload");
        for (CommandLine.Model.OptionSpec option : line.getCommandSpec().options()) {
            String name = option.longestName();
            if (leftOut.contains(name)) {
                continue;
            }
            String key = name.substring(2);
            Workload workload = Workload.read("--workload", file(key + ": some"), Set.of(name));
            assertThat(new EnvironmentDefaults(Map.of(), workload).defaultValue(option))
                    .as(name)
                    .isEqualTo("some");
            assertThat(
                            new EnvironmentDefaults(
                                            Map.of(EnvironmentDefaults.variableOf(name), "other"),
                                            workload)
                                    .defaultValue(option))
                    .as(name)
                    .isEqualTo("other");
        }
    }

    @Test
    void noFileBreaksTheReader() throws Exception {
        Random random = new Random(7);
        String letters = "rate: 5\n-[]{},\"'&*!|>%@`#?\t\0é";
        Path path = directory.resolve("w.yaml");
        for (int round = 0; round < 3_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(30); i >= 0; i--) {
                text.append(letters.charAt(random.nextInt(letters.length())));
            }
            byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
            if (random.nextInt(5) == 0) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            Files.write(path, bytes);
            try {
                Workload.read("--workload", path.toString(), Set.of("--rate"));
            } catch (io.detektor.loadtester.plan.InvalidValueException e) {
                assertThat(e).hasMessageContaining("(expected: ");
            }
        }
    }

    private String file(String yaml) throws Exception {
        return Files.writeString(directory.resolve("w.yaml"), yaml.replace('|', '\n')).toString();
    }

    private int execute(Map<String, String> environment, String... arguments) {
        CommandLine line = CommandLineInterface.commandLine(environment);
        line.setErr(new PrintWriter(err));
        return CommandLineInterface.execute(line, environment, arguments);
    }
}
