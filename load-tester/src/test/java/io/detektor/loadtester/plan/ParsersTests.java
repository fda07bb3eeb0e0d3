package io.detektor.loadtester.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What people type for profiles, thresholds and payloads. */
class ParsersTests {

    @TempDir private Path directory = Path.of("");

    @Test
    void readsEveryKindOfPhase() {
        Profile profile =
                Profile.parse(
                        "--profile",
                        "const:500:60s, RAMP:500-5000:1m,step:1000x3:20s,spike:20000:5s,pause:500ms");

        assertThat(profile.phases())
                .containsExactly(
                        new Phase(500, 500, Duration.ofSeconds(60)),
                        new Phase(500, 5000, Duration.ofSeconds(60)),
                        new Phase(1000, 1000, Duration.ofSeconds(20)),
                        new Phase(2000, 2000, Duration.ofSeconds(20)),
                        new Phase(3000, 3000, Duration.ofSeconds(20)),
                        new Phase(20_000, 20_000, Duration.ofSeconds(5)),
                        new Phase(0, 0, Duration.ofMillis(500)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",",
                "const:5",
                "const:0:5s",
                "const:1000001:5s",
                "const:5:0",
                "ramp:5:5s",
                "ramp:0-0:5s",
                "step:5x0:5s",
                "step:500000x3:1s",
                "step:1x1001:1s",
                "pause:5s",
                "const:5:25h",
                "const:5:20h,const:5:20h",
                "sine:5:5s"
            })
    void rejectsWhatIsNoProfile(String text) {
        assertThatThrownBy(() -> Profile.parse("--profile", text))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageStartingWith("--profile")
                .hasMessageContaining("(expected: ");
    }

    @ParameterizedTest
    @CsvSource({
        "ack.p99<5ms, ACK_P99, LESS, 5",
        "p99 < 5, ACK_P99, LESS, 5",
        "p(99.9)<=250us, ACK_P999, AT_MOST, 0.25",
        "mean<1ms, ACK_MEAN, LESS, 1",
        "max<2s, ACK_MAX, LESS, 2000",
        "service.p99.99<5ms, SERVICE_P9999, LESS, 5",
        "e2e.p50<5ms, E2E_P50, LESS, 5",
        "success==100%, SUCCESS, EQUAL, 100",
        "success.first-try>=99.5, FIRST_TRY, AT_LEAST, 99.5",
        "lost===0, LOST, EQUAL, 0",
        "rate>=400, RATE, AT_LEAST, 400",
        "RATE > 400/s, RATE, GREATER, 400",
        "gap<3s, GAP, LESS, 3000",
        "late!=7, LATE, DIFFERENT, 7"
    })
    void readsThresholds(
            String text, Metric metric, ThresholdSpec.Operator operator, double value) {
        ThresholdSpec threshold = ThresholdSpec.parse("--threshold", text).getFirst();

        assertThat(threshold.metric()).isEqualTo(metric);
        assertThat(threshold.operator()).isEqualTo(operator);
        assertThat(threshold.value()).isEqualTo(value);
        assertThat(threshold.text()).isEqualTo(text.replace(" ", ""));
    }

    @Test
    void everyMetricCanBeAskedFor() {
        for (Metric metric : Metric.values()) {
            assertThat(ThresholdSpec.parse("--threshold", metric.text() + ">=0"))
                    .singleElement()
                    .matches(threshold -> threshold.metric() == metric);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "p99",
                "p98<5ms",
                "ack.p99<-1",
                "lost<5ms",
                "rate>5ms",
                "success>5/s",
                "a=1"
            })
    void rejectsWhatIsNoThreshold(String text) {
        assertThatThrownBy(() -> ThresholdSpec.parse("--threshold", text))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageStartingWith("--threshold: " + text + " (expected: ");
    }

    @Test
    void comparesAsItSays() {
        Map<String, List<Boolean>> below = new LinkedHashMap<>();
        below.put("<", List.of(true, false, false));
        below.put("<=", List.of(true, true, false));
        below.put(">", List.of(false, false, true));
        below.put(">=", List.of(false, true, true));
        below.put("==", List.of(false, true, false));
        below.put("!=", List.of(true, false, true));
        below.forEach((operator, holds) -> {
            ThresholdSpec threshold =
                    ThresholdSpec.parse("--threshold", "lost" + operator + "5").getFirst();
            assertThat(List.of(threshold.holds(4), threshold.holds(5), threshold.holds(6)))
                    .as(operator)
                    .isEqualTo(holds);
        });
    }

    @Test
    void theAgreedFiguresAreWhatTheyAre() {
        assertThat(Slo.DETEKTR.thresholds())
                .extracting(ThresholdSpec::text)
                .containsExactly("rate>=400", "mean<1ms", "success==100%", "lost==0");
        assertThat(Slo.parse("--slo", "none").thresholds()).isEmpty();
    }

    @Test
    void readsPayloads() throws Exception {
        assertThat(Payload.parse("--payload", "1KiB", 100)).isEqualTo(Payload.fixed(1024));
        assertThat(Payload.parse("--payload", "512,1KiB", 50))
                .isEqualTo(new Payload.Sizes(List.of(512, 1024), 50));
        assertThat(Payload.parse("--payload", "256-4KiB", 100))
                .isEqualTo(new Payload.Range(256, 4096, 100));
        Path file = Files.writeString(directory.resolve("content"), "hello");
        assertThat(Payload.parse("--payload", "file:" + file, 100))
                .isInstanceOf(Payload.OfFile.class)
                .hasToString("5 B of content");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "x", "1KiB-", "2-1", "17MB", "1,,2", "file:", "frames:/nowhere", "-1"})
    void rejectsWhatIsNoPayload(String text) {
        assertThatThrownBy(() -> Payload.parse("--payload", text, 100))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageStartingWith("--payload: ");
    }

    /** Whatever is typed is either taken or told in one line; nothing else is ever thrown. */
    @Test
    void noTextBreaksAParser() {
        List<String> words =
                List.of(
                        "const",
                        "ramp",
                        "step",
                        "spike",
                        "pause",
                        ":",
                        "-",
                        "x",
                        ",",
                        ";",
                        "5",
                        "500",
                        "0",
                        "1000000",
                        "9999999",
                        "s",
                        "ms",
                        "%",
                        "<",
                        ">",
                        "=",
                        "==",
                        "ack.p99",
                        "p(",
                        ")",
                        "lost",
                        "rate",
                        "success",
                        "KiB",
                        "MB",
                        "file",
                        "frames",
                        "at=",
                        "for=",
                        "kill",
                        "master",
                        "max",
                        " ",
                        "\t",
                        "\0",
                        "ß",
                        "٣",
                        ".",
                        "1e9",
                        "-1",
                        "99999999999999999999",
                        "\ud83d");
        Map<String, Consumer<String>> parsers = new LinkedHashMap<>();
        parsers.put("profile", text -> Profile.parse("x", text));
        parsers.put("threshold", text -> ThresholdSpec.parse("x", text));
        parsers.put("payload", text -> Payload.parse("x", text, 100));
        parsers.put("rate", text -> Rate.parse("x", text));
        parsers.put("slo", text -> Slo.parse("x", text));
        parsers.put("duration", text -> Units.duration("x", text));
        parsers.put("bytes", text -> Units.bytes("x", text));
        parsers.put("fault", text -> FaultSpec.parse("x", text));
        Random random = new Random(4);
        int told = 0;
        for (int round = 0; round < 50_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(8); i >= 0; i--) {
                text.append(
                        random.nextInt(10) == 0
                                ? String.valueOf((char) random.nextInt(0x3000))
                                : words.get(random.nextInt(words.size())));
            }
            for (Map.Entry<String, Consumer<String>> parser : parsers.entrySet()) {
                try {
                    parser.getValue().accept(text.toString());
                } catch (InvalidValueException e) {
                    told++;
                } catch (RuntimeException e) {
                    throw new AssertionError(parser.getKey() + ": '" + text + "'", e);
                }
            }
        }
        assertThat(told).isPositive();
    }
}
