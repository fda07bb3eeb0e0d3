package io.detektor.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/**
 * What the set costs: the same load against it and against the single Redis beside it, set first
 * and single first in turn, so that a machine that gets slower or faster meanwhile does not decide.
 *
 * <p>Short, as it runs with the other tests. For a measurement: {@code
 * -Ddetektor.comparison.seconds=120 -Ddetektor.comparison.rounds=2}.
 */
class ComparisonDockerIntegrationTests {

    private static final int SECONDS = Integer.getInteger("detektor.comparison.seconds", 10);
    private static final int ROUNDS = Integer.getInteger("detektor.comparison.rounds", 1);
    private static final int RATE = 500;

    @RegisterExtension static final Deployment deployment = Deployment.fresh();
    private static final RedisSet set = new RedisSet(deployment);

    @BeforeAll
    static void bothAtOnce() {
        // the first build fetches what Maven needs
        deployment.compose(Duration.ofMinutes(15), "build", "load-tester").ok();
        deployment.compose("-f", "docker-compose.redis-ha.yml", "up", "-d", "--wait").ok();
        deployment.compose("--profile", "single", "up", "-d", "--wait", "redis").ok();
        set.awaitWhole(Duration.ofSeconds(30));
        // of the two, the set must not be the one that fsyncs less
        for (String container : List.of("redis-master", "redis-slave", "detektor-redis-1")) {
            assertThat(deployment.redis(container, "CONFIG", "GET", "append*"))
                    .as(container)
                    .contains("appendonly\nyes")
                    .contains("appendfsync\neverysec");
        }
    }

    @Test
    void theSetTakesAtLeastNineTenthsOfWhatTheSingleRedisTakes() {
        List<Double> ofTheSet = new ArrayList<>();
        List<Double> ofTheSingle = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            ofTheSet.add(acknowledgedBySet());
            ofTheSingle.add(acknowledgedBySingle());
            ofTheSingle.add(acknowledgedBySingle());
            ofTheSet.add(acknowledgedBySet());
        }

        double ratio = mean(ofTheSet) / mean(ofTheSingle);
        Figures.add(
                "set against single Redis, %d/s for %d s".formatted(RATE, SECONDS),
                "%.2f and %.2f/s confirmed, regression %.2f %%"
                        .formatted(mean(ofTheSet), mean(ofTheSingle), 100 * (1 - ratio)));
        assertThat(mean(ofTheSingle))
                .as("confirmed by the single Redis, per second")
                .isGreaterThan(RATE * 0.8);
        assertThat(ratio)
                .as("confirmed by the set, for one by the single Redis")
                .isGreaterThan(0.9);
    }

    private static double acknowledgedBySet() {
        return acknowledged("set", 2);
    }

    private static double acknowledgedBySingle() {
        return acknowledged("single Redis", 1, "--no-use-sentinel", "--redis-host", "redis");
    }

    private static double acknowledged(String where, int copies, String... options) {
        List<String> words = new ArrayList<>(List.of(options));
        words.addAll(List.of("--rate", String.valueOf(RATE)));
        words.addAll(List.of("--duration", String.valueOf(SECONDS), "--warmup", "3s"));
        try (LoadTester load = LoadTester.start(deployment, words.toArray(String[]::new))) {
            JsonNode result = load.pass();
            LoadTester.assertNothingLost(result, copies);
            JsonNode latency = result.at("/latency/ackResponse");
            Figures.add(
                    "%s, %d/s for %d s".formatted(where, RATE, SECONDS),
                    "%.2f/s confirmed; mean %.2f, p50 %.2f, p99 %.2f, max %.2f ms"
                            .formatted(
                                    result.at("/rates/acked").asDouble(),
                                    latency.path("mean").asDouble(),
                                    latency.path("p50").asDouble(),
                                    latency.path("p99").asDouble(),
                                    latency.path("max").asDouble()));
            return result.at("/rates/acked").asDouble();
        }
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }
}
