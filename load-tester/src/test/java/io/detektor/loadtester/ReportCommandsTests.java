package io.detektor.loadtester;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code report} and {@code diff} as a script sees them. */
class ReportCommandsTests {

    @TempDir private Path directory = Path.of("");

    private record Ended(int code, String text) {}

    @BeforeEach
    void anEarlierRun() throws Exception {
        Path old =
                Path.of(
                        Objects.requireNonNull(
                                        ReportCommandsTests.class.getResource(
                                                "/report/result-first-version.json"))
                                .toURI());
        Files.createDirectories(directory.resolve("a"));
        Files.copy(old, directory.resolve("a/result.json"));
        Files.createDirectories(directory.resolve("b"));
        Files.writeString(
                directory.resolve("b/result.json"),
                Files.readString(old)
                        .replaceFirst("(\"ackService\": \\{[^}]*?\"p99\": )[0-9.]+", "$1999"));
    }

    @Test
    void anOldRunIsReportedAgain() throws Exception {
        Ended ended = run("", "report", "a");

        assertThat(ended.text())
                .contains("RUN      ", "VERDICT  PASS")
                .endsWith("report:  a/report.html\n");
        assertThat(ended.code()).isZero();
        assertThat(directory.resolve("a/report.html")).content().contains("Latency over time");
        assertThat(directory.resolve("a/latency.png")).isNotEmptyFile();
    }

    @Test
    void noRoomIsSaidInOneLineAndNothingIsLeftHalf() throws Exception {
        // files of at most 64 KB: result.json of this run is smaller, report.html is larger
        Ended ended = run("ulimit -f 64; ", "report", "a", "--out", "c");

        assertThat(ended.text())
                .contains("VERDICT  PASS")
                .containsPattern("(?m)^out: .*/c/report.html was not written: File too large$")
                .doesNotContain("\tat ");
        assertThat(ended.code()).isEqualTo(5);
        try (Stream<Path> files = Files.list(directory.resolve("c"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .contains("result.json", "summary.md")
                    .doesNotContain("report.html")
                    .noneMatch(name -> name.endsWith(".part"));
        }
    }

    @Test
    void twoRunsAreComparedAndARegressionEndsWithOne() throws Exception {
        Ended ended = run("", "diff", "a", "b", "--out", "c");

        assertThat(ended.text())
                .containsPattern("(?m)^service p99, ms .* 999 .* worse  REGRESSED$")
                .contains("DIFF     FAIL  worse by more than 10 %: service p99")
                .endsWith("report:  c/diff.html\n");
        assertThat(ended.code()).isEqualTo(1);
        assertThat(run("", "diff", "b", "a").code()).isZero();
        assertThat(run("", "diff", "a", "b", "--max-regression", "100000%").code()).isZero();
    }

    private Ended run(String before, String... arguments) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.add("-XX:TieredStopAtLevel=1");
        words.add(LoadTester.class.getName());
        words.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder("bash", "-c", before + "exec \"$0\" \"$@\"")
                        .directory(directory.toFile())
                        .redirectErrorStream(true);
        builder.command().addAll(words);
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        Path output = directory.resolve("output");
        Process process = builder.redirectOutput(output.toFile()).start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
    }
}
