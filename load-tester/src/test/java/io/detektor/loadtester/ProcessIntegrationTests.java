package io.detektor.loadtester;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.detektor.localset.LocalSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a script sees: exit codes and output of the real program. */
class ProcessIntegrationTests {

    @TempDir private Path directory = Path.of("");

    private record Ended(int code, String out, String err) {}

    @Test
    void aWrongOptionEndsWithTwoAndOneLine() throws Exception {
        Ended ended = run("--rate", "fast");

        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.err().strip())
                .isEqualTo(
                        "--rate: fast (expected: messages per second from 1 to 1000000, or max)");
        assertThat(ended.out()).isEmpty();
    }

    @Test
    void noRedisAtAllEndsWithThreeAndSaysWhoWasAsked() throws Exception {
        Ended ended =
                run(
                        "--sentinels",
                        "127.0.0.1:1,127.0.0.1:2",
                        "--redis-host",
                        "127.0.0.1",
                        "--redis-port",
                        "1",
                        "--startup-timeout",
                        "1s",
                        "--quiet");

        assertThat(ended.code()).isEqualTo(3);
        assertThat(ended.err().strip())
                .startsWith("sentinels: 127.0.0.1:1 does not answer, 127.0.0.1:2 does not answer")
                .doesNotContain("\tat ");
    }

    @Test
    void aSingleRedisThatRefusesEndsWithThree() throws Exception {
        Ended ended =
                run(
                        "--no-use-sentinel",
                        "--redis-host",
                        "127.0.0.1",
                        "--redis-port",
                        "1",
                        "--startup-timeout",
                        "1s",
                        "--quiet");

        assertThat(ended.code()).isEqualTo(3);
        assertThat(ended.err().strip())
                .isEqualTo("redis: 127.0.0.1:1 (expected: a Redis that answers within 1 s)");
    }

    @Test
    void ctrlCWhileNothingAnswersEndsWith130() throws Exception {
        Process process =
                start(
                        "--sentinels",
                        "127.0.0.1:1",
                        "--redis-port",
                        "1",
                        "--startup-timeout",
                        "90s");
        await().atMost(Duration.ofSeconds(40))
                .until(() -> Files.readString(directory.resolve("out")).contains("CONFIG"));
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();

        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(130);
        assertThat(Files.readString(directory.resolve("err"))).doesNotContain("\tat ");
    }

    @Test
    void aSetThatGoesAwayForGoodProvesNothingAndTheResultSaysSo() throws Exception {
        try (LocalSet set = LocalSet.builder().replicas(1).start()) {
            Process process =
                    start(
                            "--set",
                            set.directory().toString(),
                            "--rate",
                            "100",
                            "--duration",
                            "8s",
                            "--timeout",
                            "2s",
                            "--out",
                            directory.toString());
            await().atMost(Duration.ofSeconds(40))
                    .until(() -> Files.readString(directory.resolve("out")).contains("/s acked"));
            set.redisNodes().forEach(set::kill);

            assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();

            assertThat(process.exitValue()).isEqualTo(5);
            assertThat(Files.readString(directory.resolve("err"))).doesNotContain("\tat ");
            JsonNode kept = JsonMapper.shared().readTree(result());
            assertThat(kept.at("/verdict/outcome").asString()).isEqualTo("INCONCLUSIVE");
            assertThat(kept.at("/counts/acked").asLong()).isPositive();
            assertThat(kept.at("/counts/attempted").asLong()).isEqualTo(800);
            assertThat(kept.at("/verdict/reasons").toString()).contains("nothing was read back");
        }
    }

    @Test
    void noFrameBufferEndsWithThree() throws Exception {
        Ended ended =
                run(
                        "--target",
                        "http",
                        "--url",
                        "http://127.0.0.1:1",
                        "--sentinels",
                        "127.0.0.1:1",
                        "--startup-timeout",
                        "1s",
                        "--quiet");

        assertThat(ended.code()).isEqualTo(3);
        assertThat(ended.err()).contains("url: http://127.0.0.1:1 does not answer");
    }

    @Test
    void aRunAgainstASetThatRunsPassesAndKeepsItsResult() throws Exception {
        try (LocalSet set = LocalSet.builder().replicas(1).start()) {
            Ended ended =
                    run(
                            "--set",
                            set.directory().toString(),
                            "--rate",
                            "200",
                            "--duration",
                            "2s",
                            "--out",
                            directory.toString(),
                            "--json");

            assertThat(ended.err()).contains("VERDICT", "PASS");
            assertThat(ended.code()).isZero();
            JsonNode printed = JsonMapper.shared().readTree(ended.out());
            JsonNode kept = JsonMapper.shared().readTree(result());
            assertThat(printed).isEqualTo(kept);
            assertThat(kept.get("schemaVersion").asInt()).isEqualTo(1);
            assertThat(kept.propertyNames())
                    .contains(
                            "run",
                            "config",
                            "target",
                            "counts",
                            "rates",
                            "latency",
                            "timeline",
                            "faults",
                            "proof",
                            "thresholds",
                            "generator",
                            "verdict");
            assertThat(kept.at("/counts/acked").asLong()).isEqualTo(400);
            assertThat(kept.at("/proof/master/lost").asLong(-1)).isZero();
        }
    }

    @Test
    void anInterruptedRunHealsKeepsAPartialResultAndEndsWith130() throws Exception {
        try (LocalSet set = LocalSet.builder().replicas(1).start()) {
            Process process =
                    start(
                            "--set",
                            set.directory().toString(),
                            "--rate",
                            "100",
                            "--duration",
                            "10m",
                            "--fault",
                            "at=1s freeze replica",
                            "--out",
                            directory.toString());
            Path out = directory.resolve("out");
            await().atMost(Duration.ofSeconds(40))
                    .until(() -> Files.readString(out).contains("freeze redis-2"));
            new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();

            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();

            assertThat(process.exitValue()).isEqualTo(130);
            assertThat(Files.readString(out)).contains("resume redis-2");
            JsonNode kept = JsonMapper.shared().readTree(result());
            assertThat(kept.at("/run/interrupted").asBoolean()).isTrue();
            assertThat(kept.at("/counts/attempted").asLong()).isPositive();
            // it answers again
            set.awaitReplicas(Duration.ofSeconds(30));
        }
    }

    private byte[] result() throws IOException {
        return Files.readAllBytes(directory.resolve("result.json"));
    }

    private Ended run(String... arguments) throws Exception {
        Process process = start(arguments);
        assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
        return new Ended(
                process.exitValue(),
                Files.readString(directory.resolve("out")),
                Files.readString(directory.resolve("err")));
    }

    private Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        // whoever starts this in the background of a shell passes on that Ctrl-C is ignored
        command.add("env");
        command.add("--default-signal=INT");
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("--sun-misc-unsafe-memory-access=allow");
        command.add("-XX:TieredStopAtLevel=1");
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(LoadTester.class.getName());
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectOutput(directory.resolve("out").toFile())
                        .redirectError(directory.resolve("err").toFile());
        builder.environment()
                .keySet()
                .removeIf(name -> name.startsWith("LOADTEST_") || name.startsWith("REDIS_"));
        return builder.start();
    }
}
