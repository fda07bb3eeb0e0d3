package io.detektor.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** The profile three-node: with two replicas one may go, and each write is on two nodes still. */
class ThreeNodesDockerIntegrationTests {

    private static final List<String> NODES =
            List.of("redis-master", "redis-slave", "redis-slave-2");

    @RegisterExtension
    static final Deployment deployment = Deployment.with(Map.of("COMPOSE_PROFILES", "three-node"));

    private static final RedisSet set = new RedisSet(deployment);

    @BeforeAll
    static void up() {
        // the first build fetches what Maven needs
        deployment.compose(Duration.ofMinutes(15), "build", "load-tester").ok();
        deployment.compose("-f", "docker-compose.redis-ha.yml", "up", "-d", "--wait").ok();
        Deployment.within(Duration.ofSeconds(30), () -> assertWhole("redis-master"));
    }

    private static void assertWhole(String master) {
        assertThat(set.replication(master))
                .as(master)
                .containsEntry("role", "master")
                .containsEntry("connected_slaves", "2");
        for (String node : NODES) {
            if (!node.equals(master)) {
                assertThat(set.replication(node))
                        .as(node)
                        .containsEntry("role", "slave")
                        .containsEntry("master_link_status", "up")
                        .containsEntry("slave_priority", "100");
            }
            // a master that is cut off from both must not go on taking writes
            assertThat(deployment.redis(node, "CONFIG", "GET", "min-replicas-to-write"))
                    .as(node)
                    .endsWith("1");
        }
    }

    @Test
    void oneOfTheOthersTakesOverAndNothingIsLost() {
        JsonNode result;
        try (LoadTester load =
                LoadTester.start(deployment, "--rate", "300", "--duration", "16")
                        .awaitConfirmations(3)) {
            deployment.run("docker", "kill", "redis-master").ok();
            Deployment.within(
                    Duration.ofSeconds(10),
                    () -> assertThat(newMaster()).isIn("redis-slave", "redis-slave-2"));
            deployment.run("docker", "start", "redis-master").ok();
            Deployment.within(Duration.ofSeconds(30), () -> assertWhole(newMaster()));
            result = load.pass();
        }

        LoadTester.assertNothingLost(result, 3);
        long gap = LoadTester.longestGapMillis(result);
        Figures.add(
                "three nodes, docker kill of the master, longest time without a confirmation",
                gap + " ms");
        assertThat(gap).isLessThan(4000);
        deployment.detektor("status").ok();
    }

    private static String newMaster() {
        String named = set.masterAsToldBy("sentinel-1");
        return named.equals("172.30.79.13") ? "redis-slave-2" : named;
    }
}
