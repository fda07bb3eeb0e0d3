package io.detektor.loadtester.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.detektor.localset.LocalSet;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Thresholds, workloads, and several runs in one command, on a real set. */
class SeriesIntegrationTests {

    private static @Nullable LocalSet set;

    @TempDir private Path directory = Path.of("");
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void start() {
        LocalSet started = LocalSet.builder().replicas(1).start();
        set = started;
        started.awaitReplicas(Duration.ofSeconds(30));
    }

    @AfterAll
    static void stop() {
        Objects.requireNonNull(set).close();
    }

    @Test
    void aMissedThresholdEndsWithOne() throws Exception {
        int code = run("--rate", "200", "--duration", "1s", "--threshold", "ack.mean<1us,lost==0");

        assertThat(code).as(err.toString()).isEqualTo(1);
        JsonNode result = json("result.json");
        assertThat(result.at("/verdict/outcome").asString()).isEqualTo("FAIL");
        assertThat(result.at("/verdict/reasons").size()).isEqualTo(1);
        assertThat(result.at("/verdict/reasons/0").asString()).startsWith("ack.mean<1us was ");
        assertThat(result.at("/thresholds").valueStream().map(each -> each.get("expr").asString()))
                .containsExactly("ack.mean<1us", "lost==0", "success==100%", "sent>=198.0/s");
        assertThat(result.at("/thresholds/1/ok").asBoolean()).isTrue();
    }

    @Test
    void aRunThatMissesItsFiguresCanEndEarlyAndIsReadBackAllTheSame() throws Exception {
        int code =
                run(
                        "--rate",
                        "100",
                        "--duration",
                        "2m",
                        "--threshold",
                        "ack.mean<1us",
                        "--abort-on-fail",
                        "1s");

        assertThat(code).as(err.toString()).isEqualTo(1);
        JsonNode result = json("result.json");
        assertThat(result.at("/counts/attempted").asLong()).isBetween(50L, 2_000L);
        assertThat(result.at("/counts/acked").asLong())
                .isEqualTo(result.at("/counts/attempted").asLong());
        assertThat(result.at("/proof/master/lost").asLong(-1)).isZero();
        assertThat(result.at("/run/interrupted").asBoolean()).isFalse();
        assertThat(result.at("/events").valueStream().map(each -> each.get("text").asString()))
                .anyMatch(text -> text.startsWith("ended early: ack.mean<1us was "));
    }

    @Test
    void theAgreedFiguresAreAskedOfTheAgreedRate() throws Exception {
        // whether this machine reaches them is not the question
        assertThat(run("--rate", "500", "--duration", "1s")).isBetween(0, 1);

        assertThat(
                        json("result.json")
                                .at("/thresholds")
                                .valueStream()
                                .map(each -> each.get("expr").asString()))
                .containsExactly(
                        "rate>=400", "mean<1ms", "success==100%", "lost==0", "sent>=495.0/s");
    }

    @Test
    void aWorkloadIsRunAsItSaysAndAnEarlierRunIsABaseline() throws Exception {
        Path workload =
                Files.writeString(
                        directory.resolve("w.yaml"),
                        """
                        # 400 messages
                        profile: [const:100:1s, ramp:100-500:1s]
                        payload: 100-2KiB
                        payload-random: 50
                        consumers: 2
                        threshold:
                          - lost==0
                          - undelivered==0
                          - e2e.p99<10s
                        """);

        assertThat(run("--workload", workload.toString())).as(err.toString()).isZero();

        JsonNode result = json("result.json");
        assertThat(result.at("/counts/acked").asLong()).isEqualTo(400);
        assertThat(result.at("/proof/deliveries/0/delivered").asLong()).isEqualTo(400);
        assertThat(result.at("/config/rate").asString()).isEqualTo("const:100:1s,ramp:100-500:1s");
        assertThat(result.at("/config/payload").asString())
                .isEqualTo("100 B to 2 KB (50 % random)");
        assertThat(result.at("/rates/asked").asDouble()).isBetween(199.0, 201.0);

        Path baseline = Files.move(directory.resolve("result.json"), directory.resolve("old.json"));
        String[] again = {
            "--rate",
            "200",
            "--duration",
            "1s",
            "--baseline",
            baseline.toString(),
            "--max-regression"
        };
        // far more than a machine varies, and far less
        assertThat(run(with(again, "9000%"))).as(err.toString()).isZero();
        Files.writeString(
                baseline,
                Files.readString(baseline).replaceAll("\"mean\" : [0-9.]+", "\"mean\" : 0.001"));
        assertThat(run(with(again, "10%"))).isEqualTo(1);
        assertThat(json("result.json").at("/verdict/reasons").toString())
                .contains("ack.mean<=0.001ms(baseline 0.001 ms) was ");
    }

    @Test
    void twoTargetsAreComparedInTurn() throws Exception {
        int code =
                run(
                        "--compare",
                        "redis-direct,redis",
                        "--rate",
                        "200",
                        "--duration",
                        "1s",
                        "--max-regression",
                        "5000%");

        assertThat(code).as(err.toString()).isZero();
        JsonNode series = json("series.json");
        assertThat(series.at("/kind").asString()).isEqualTo("compare");
        assertThat(series.at("/slices").valueStream().map(slice -> slice.get("side").asString()))
                .containsExactly("redis-direct", "redis", "redis", "redis-direct");
        assertThat(series.at("/sides/0/figures/ack.mean/runs").asInt()).isEqualTo(2);
        assertThat(series.at("/changes").size()).isEqualTo(4);
        JsonNode direct = json("run-01-redis-direct/result.json");
        assertThat(direct.at("/target/kind").asString()).isEqualTo("redis-direct");
        assertThat(direct.at("/counts/acked").asLong()).isEqualTo(200);
        // confirmed the same way: by the replica, too
        assertThat(direct.at("/counts/unreplicated").asLong(-1)).isZero();
        assertThat(json("run-02-redis/result.json").at("/target/kind").asString())
                .isEqualTo("redis");
        assertThat(directory.resolve("run-04-redis-direct/report.html")).exists();
        assertThat(directory.resolve("run-04-redis-direct/timeline.csv")).exists();
        assertThat(directory.resolve("report.html"))
                .content()
                .contains("<a href=\"run-02-redis/report.html\">run-02-redis</a>")
                .contains("The second against the first")
                .doesNotContain("which draws the charts");
    }

    @Test
    void asManyLargeMessagesAreInFlightAsFitUnlessSomebodySays() throws Exception {
        String[] large = {"--rate", "5", "--duration", "1s", "--payload", "1MiB"};

        assertThat(run(large)).as(err.toString()).isZero();
        assertThat(json("result.json").at("/config/maxInFlight").asInt()).isBetween(1, 19_999);

        String[] all = Arrays.copyOf(large, large.length + 2);
        all[large.length] = "--max-in-flight";
        all[large.length + 1] = "20000";
        assertThat(run(all)).isEqualTo(2);
        assertThat(err.toString()).contains("--max-in-flight: 20000 (expected: at most ");
    }

    @Test
    void aSlowConsumerShowsABacklogAndTheJournalEachMessage() throws Exception {
        int code =
                run(
                        "--rate",
                        "200",
                        "--duration",
                        "3s",
                        "--consumers",
                        "1",
                        "--consumer-delay",
                        "20ms",
                        "--journal");

        assertThat(code).as(err.toString()).isZero();
        JsonNode result = json("result.json");
        JsonNode end = result.at("/timeline").get(result.at("/timeline").size() - 1);
        // 50 a second of 200 are taken, the rest when the load is over
        assertThat(end.get("confirmedTotal").asLong() - end.get("receivedTotal").asLong())
                .isGreaterThan(250);
        assertThat(result.at("/proof/deliveries/0/delivered").asLong()).isEqualTo(600);
        assertThat(result.at("/proof/deliveries/0/pending").asLong(-1)).isZero();
        List<JsonNode> lines = new ArrayList<>();
        try (GZIPInputStream in =
                new GZIPInputStream(Files.newInputStream(directory.resolve("acks.jsonl.gz")))) {
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(JsonMapper.shared()::readTree)
                    .forEach(lines::add);
        }
        assertThat(lines).hasSize(600);
        assertThat(lines.stream().map(line -> line.get("seq").asInt()).distinct()).hasSize(600);
        assertThat(lines).allMatch(line -> line.get("outcome").asString().equals("acked"));
    }

    @Test
    void aRunIsRepeated() throws Exception {
        assertThat(run("--repeat", "3", "--journal", "--rate", "200", "--duration", "1s"))
                .as(err.toString())
                .isZero();

        JsonNode series = json("series.json");
        assertThat(series.at("/kind").asString()).isEqualTo("repeat");
        assertThat(series.at("/slices").size()).isEqualTo(3);
        assertThat(directory.resolve("run-03/acks.jsonl.gz")).exists();
        assertThat(directory.resolve("acks.jsonl.gz")).doesNotExist();
        JsonNode mean = series.at("/sides/0/figures/ack.mean");
        assertThat(mean.get("median").asDouble())
                .isBetween(mean.get("smallest").asDouble(), mean.get("largest").asDouble());
        assertThat(mean.get("confidencePercent").asDouble()).isEqualTo(75);
    }

    @Test
    void theHighestRateIsFound() throws Exception {
        int code = run("--find-max", "--rate", "1000", "--hold", "1s", "--max-p99", "500ms");

        // 5: the tester was the limit, which it says
        assertThat(code).as(err.toString()).isIn(0, 5);
        JsonNode maximum = json("series.json").at("/maximum");
        assertThat(maximum.get("perSecond").asInt()).isBetween(1, 1_000_000);
        assertThat(maximum.get("failedPerSecond").asInt())
                .isGreaterThan(maximum.get("perSecond").asInt());
        assertThat(maximum.get("limit").asString()).isNotEmpty();
        assertThat(maximum.get("steps").size()).isGreaterThan(2);
    }

    private int run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--set", Objects.requireNonNull(set).directory().toString()));
        all.addAll(List.of("--out", directory.toString()));
        CommandLine line = CommandLineInterface.commandLine(Map.of());
        line.setErr(new PrintWriter(err));
        return CommandLineInterface.execute(line, Map.of(), all.toArray(String[]::new));
    }

    private static String[] with(String[] first, String last) {
        List<String> all = new ArrayList<>(List.of(first));
        all.add(last);
        return all.toArray(String[]::new);
    }

    private JsonNode json(String file) throws Exception {
        return JsonMapper.shared().readTree(Files.readAllBytes(directory.resolve(file)));
    }
}
