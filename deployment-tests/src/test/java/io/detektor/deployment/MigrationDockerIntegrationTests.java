package io.detektor.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/**
 * From the single Redis to the set and back, while frames come in over HTTP and another client
 * writes to Redis directly: what either was told is stored is there afterwards.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MigrationDockerIntegrationTests {

    private static final String SINGLE = "detektor-redis-1";
    private static final String STREAM = "frames:kept";
    private static final Pattern PAUSE = Pattern.compile("writes paused for ([0-9]+) ms");

    @RegisterExtension static final Deployment deployment = Deployment.fresh();
    private static final RedisSet set = new RedisSet(deployment);

    @BeforeAll
    static void aSingleRedisWithFrames() throws IOException {
        Path settings = deployment.directory().resolve(".env");
        Files.writeString(
                settings,
                Files.readString(settings)
                        .replaceFirst("(?m)^REDIS_MODE=.*$", "REDIS_MODE=single"));
        deployment.up();
        deployment.redis(
                SINGLE,
                "EVAL",
                "for i = 1, 20000 do redis.call('XADD', KEYS[1], '*', 'n', i) end",
                "1",
                STREAM);
    }

    @Test
    @Order(1)
    void toTheSet() throws IOException {
        String content = set.content(SINGLE, STREAM);

        Ended migrated = underLoad(SINGLE, "raw:1", "migrate", "--yes");

        set.awaitWhole(Duration.ofSeconds(30));
        String master = set.master();
        assertThat(deployment.redis(master, "GET", "raw:1")).isIn(acknowledged, oneMore());
        for (String node : RedisSet.NODES) {
            assertThat(set.content(node, STREAM).equals(content)).as(node).isTrue();
        }
        assertThat(set.health()).doesNotContainKey(SINGLE).containsKey("frame-buffer");
        assertThat(Files.readString(deployment.directory().resolve(".env")))
                .contains("\nREDIS_MODE=sentinel\n");
        allIsWell();
        record("migrate", migrated);
    }

    @Test
    @Order(2)
    void andBack() throws IOException {
        String master = set.master();
        String content = set.content(master, STREAM);

        Ended rolledBack = underLoad(master, "raw:2", "rollback", "--yes");

        assertThat(rolledBack.took()).isLessThan(Duration.ofMinutes(5));
        assertThat(deployment.redis(SINGLE, "GET", "raw:2")).isIn(acknowledged, oneMore());
        assertThat(set.content(SINGLE, STREAM).equals(content)).isTrue();
        assertThat(set.health())
                .containsKeys(SINGLE, "frame-buffer")
                .doesNotContainKeys("redis-master", "redis-slave", "sentinel-1");
        assertThat(Files.readString(deployment.directory().resolve(".env")))
                .contains("\nREDIS_MODE=single\n");
        allIsWell();
        record("rollback", rolledBack);
    }

    /** Docker asks for the services' health every few seconds only. */
    private static void allIsWell() {
        Deployment.within(Duration.ofSeconds(60), () -> deployment.detektor("status").ok());
    }

    private String acknowledged = "";

    /** The one whose answer was lost, if there was one. */
    private String oneMore() {
        return String.valueOf(Long.parseLong(acknowledged) + 1);
    }

    private Ended underLoad(String container, String counter, String... command) {
        Ended ended;
        try (LoadTester frames =
                        LoadTester.startOnTheHost(
                                deployment,
                                "--target",
                                "http",
                                "--url",
                                "http://127.0.0.1:8002",
                                "--drain",
                                // 900 frames: frame-buffer takes 1000 that nobody has taken out
                                "--rate",
                                "20",
                                "--duration",
                                "45",
                                "--timeout",
                                "60s",
                                // no Redis to look at: it judges by what it gets back over HTTP
                                "--no-use-sentinel",
                                "--redis-host",
                                "127.0.0.1",
                                "--redis-port",
                                "1");
                // a client that knows nothing of this project; it goes on until its Redis ends
                Command counting =
                        deployment.start(
                                "docker",
                                "exec",
                                container,
                                "redis-cli",
                                "-r",
                                "1000000",
                                "-i",
                                "0.002",
                                "INCR",
                                counter)) {
            frames.awaitConfirmations(3);
            ended = deployment.detektor(command).ok();
            JsonNode result = LoadTester.result(frames.end());
            acknowledged =
                    counting.await(Duration.ofSeconds(30))
                            .out()
                            .lines()
                            .filter(line -> line.matches("[0-9]+"))
                            .reduce("0", (_, last) -> last);
            assertThat(Long.parseLong(acknowledged)).isGreaterThan(100);

            assertThat(result.at("/counts/acked").asLong())
                    .as("confirmed over HTTP: %s", result.at("/counts"))
                    .isPositive()
                    .isEqualTo(result.at("/counts/attempted").asLong());
            JsonNode delivered = result.at("/proof/deliveries/0");
            for (String wrong : new String[] {"undelivered", "damaged", "foreign"}) {
                assertThat(delivered.path(wrong).asLong(-1)).as(wrong + ": " + delivered).isZero();
            }
            assertThat(delivered.path("complete").asBoolean())
                    .as("taken out: %s", delivered)
                    .isTrue();
            assertThat(delivered.path("delivered").asLong())
                    .isGreaterThanOrEqualTo(result.at("/counts/acked").asLong());
            Figures.add(
                    command[0] + ", longest time without a confirmation over HTTP",
                    LoadTester.longestGapMillis(result) + " ms");
        }
        return ended;
    }

    private static void record(String command, Ended ended) {
        Matcher pause = PAUSE.matcher(ended.out());
        assertThat(pause.find()).as("the pause is printed: %s", ended.out()).isTrue();
        Figures.add(command + ", writes paused for", pause.group(1) + " ms");
        Figures.add(command + ", in all", ended.took().toMillis() + " ms");
        assertThat(Long.parseLong(pause.group(1))).as("pause, ms").isLessThan(5000);
    }
}
