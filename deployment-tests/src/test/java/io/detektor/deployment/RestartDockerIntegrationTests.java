package io.detektor.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Everything stops and starts again: the data are whole and there is one master, the one of before.
 * The roles are swapped first, so that nothing falls back to what the names of the containers say.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RestartDockerIntegrationTests {

    private static final String STREAM = "frames:kept";
    private static final int ENTRIES = 2000;

    private static final String PASSWORD = UUID.randomUUID().toString();

    // the password of the operators comes from a file here, that nobody else may read
    @RegisterExtension
    static final Deployment deployment =
            Deployment.with(Map.of("REDIS_PASSWORD_FILE", fileWith(PASSWORD).toString()));

    private static final RedisSet set = new RedisSet(deployment);
    private String content = "";

    private static Path fileWith(String password) {
        try {
            Path file = Files.createTempFile("redis-password", "");
            file.toFile().deleteOnExit();
            return Files.writeString(file, password + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @BeforeAll
    static void aSetWithFrames() {
        theSet("up", "-d", "--wait").ok();
        set.awaitWhole(Duration.ofSeconds(30));
        assertThat(
                        deployment
                                .run(
                                        "docker",
                                        "exec",
                                        "redis-master",
                                        "cat",
                                        "/run/redis-secrets/default")
                                .ok()
                                .out()
                                .strip())
                .isEqualTo(PASSWORD);
        set.store(STREAM, ENTRIES);
        swapTheRoles();
    }

    private static void swapTheRoles() {
        if (set.master().equals("redis-master")) {
            deployment.detektor("switch").ok();
        }
        set.awaitWhole(Duration.ofSeconds(30));
        assertThat(set.master()).isEqualTo("redis-slave");
    }

    /** The set alone, as it can be run. */
    private static Ended theSet(String... words) {
        List<String> all = new ArrayList<>(List.of("-f", "docker-compose.redis-ha.yml"));
        all.addAll(List.of(words));
        return deployment.compose(all.toArray(String[]::new));
    }

    @BeforeEach
    void whole() {
        set.awaitWhole(Duration.ofSeconds(60));
        content = set.content(set.master(), STREAM);
        assertThat(content.lines().filter("n"::equals).count()).isEqualTo(ENTRIES);
    }

    private void assertDataWhole() {
        for (String node : RedisSet.NODES) {
            assertThat(set.content(node, STREAM).equals(content))
                    .as("%s has what was there before", node)
                    .isTrue();
        }
    }

    @Test
    @Order(1)
    void restartedSentinelsKeepWhatTheyKnow() {
        Map<String, String> before = whatTheSentinelsKnow();
        String master = set.master();

        theSet("restart", "sentinel-1", "sentinel-2", "sentinel-3").ok();

        set.awaitWhole(Duration.ofSeconds(30));
        assertThat(whatTheSentinelsKnow()).isEqualTo(before);
        assertThat(set.master()).isEqualTo(master).isEqualTo("redis-slave");
        assertDataWhole();
    }

    @Test
    @Order(2)
    void everythingRestarted() {
        Ended ended = theSet("restart").ok();
        Figures.add("docker compose restart of the set", ended.took().toMillis() + " ms");

        set.awaitWhole(Duration.ofMinutes(1));
        assertDataWhole();
    }

    @Test
    @Order(3)
    void downAndUpWithSwappedRoles() {
        swapTheRoles();

        theSet("down").ok();
        theSet("up", "-d", "--wait").ok();

        // "down" stops the replica's container first; as that is the master now, it has handed over
        set.awaitWhole(Duration.ofMinutes(1));
        assertDataWhole();
    }

    @Test
    @Order(4)
    void everythingKilledAtOnceAndStartedWithSwappedRoles() {
        swapTheRoles();
        List<String> words = new ArrayList<>(List.of("docker", "kill"));
        words.addAll(RedisSet.NODES);
        words.addAll(RedisSet.SENTINELS);
        deployment.run(words.toArray(String[]::new)).ok();
        Ended ended = theSet("up", "-d", "--wait").ok();
        Figures.add("up after everything was killed", ended.took().toMillis() + " ms");

        set.awaitWhole(Duration.ofMinutes(1));
        assertThat(set.master()).isEqualTo("redis-slave");
        assertDataWhole();
    }

    @Test
    @Order(5)
    void aReplicaWithoutItsVolumeGetsTheDataAnew() {
        String replica = RedisSet.other(set.master());

        loseTheVolume(replica);
        theSet("up", "-d", "--wait").ok();

        set.awaitWhole(Duration.ofMinutes(1));
        assertThat(set.master()).isEqualTo(RedisSet.other(replica));
        assertDataWhole();
    }

    @Test
    @Order(6)
    void aMasterWithoutItsVolumeDoesNotWipeTheOther() {
        String master = set.master();

        // back at once, before the Sentinels have replaced it
        loseTheVolume(master);
        theSet("up", "-d", "--wait").ok();

        set.awaitWhole(Duration.ofMinutes(1));
        assertThat(set.master()).isEqualTo(RedisSet.other(master));
        assertDataWhole();
    }

    @Test
    @Order(7)
    void whereTheSentinelsKnewTheNodesNothingWasPutAside() {
        for (String node : RedisSet.NODES) {
            assertThat(deployment.run("docker", "exec", node, "ls", "/data").ok().out())
                    .as(node)
                    .contains("appendonlydir")
                    .doesNotContain("aside");
        }
    }

    /**
     * The Sentinels name redis-master and know no replica: nobody but redis-slave knows of its
     * data.
     */
    @Test
    @Order(8)
    void aReplicaWhoseVolumeAloneIsLeftIsNotWiped() {
        loseEverythingBut("redis-slave");
        theSet("up", "-d").ok();

        awaitLog("redis-master", "this node has no data and 172.30.79.12:6379 has");
        // and for longer than it waits for one that does not answer
        await().during(Duration.ofSeconds(18))
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> {
                    assertThat(set.content("redis-slave", STREAM).equals(content)).isTrue();
                    assertThat(
                                    deployment
                                            .run(
                                                    "docker",
                                                    "exec",
                                                    "redis-master",
                                                    "redis-cli",
                                                    "PING")
                                            .status())
                            .as("redis-master serves")
                            .isNotZero();
                });

        giveItsDataTo("redis-master");
        set.awaitWhole(Duration.ofMinutes(1));
        assertDataWhole();
    }

    @Test
    @Order(9)
    void aReplicaWhoseVolumeAloneIsLeftAndThatComesTooLateKeepsItsData() {
        loseEverythingBut("redis-slave");
        // after its wait for redis-slave it serves: there may be no other
        theSet("up", "-d", "--wait", "redis-master").ok();
        assertThat(set.content("redis-master", STREAM)).isEmpty();
        theSet("up", "-d", "--wait").ok();

        set.awaitWhole(Duration.ofMinutes(1));
        awaitLog(
                "redis-slave",
                "no Sentinel knows this node as a replica: what it had is in /data/");
        deployment
                .run(
                        "docker",
                        "exec",
                        "redis-slave",
                        "sh",
                        "-c",
                        "rm -rf /data/put-back && mv \"$(ls -d /data/aside-* | tail -n 1)\" /data/put-back")
                .ok();
        theSet("down").ok();
        // what was put aside is all there, and serves where it is put in place of what came after
        inVolume(
                "redis-slave",
                "rm -rf /data/appendonlydir /data/dump.rdb && mv /data/put-back/* /data/");
        giveItsDataTo("redis-master");
        set.awaitWhole(Duration.ofMinutes(1));
        assertDataWhole();
    }

    @Test
    @Order(10)
    void anEntryThatIsGoneIsSeen() {
        // or the tests above would pass whatever is lost
        deployment.redis(set.master(), "XTRIM", STREAM, "MAXLEN", String.valueOf(ENTRIES - 1));

        assertThatThrownBy(this::assertDataWhole).isInstanceOf(AssertionError.class);
    }

    private static void loseEverythingBut(String node) {
        theSet("down").ok();
        List<String> words = new ArrayList<>(List.of("docker", "volume", "rm"));
        words.add("detektor_" + RedisSet.other(node) + "-data");
        RedisSet.SENTINELS.forEach(sentinel -> words.add("detektor_" + sentinel + "-data"));
        deployment.run(words.toArray(String[]::new)).ok();
    }

    /** As in the runbook. */
    private static void giveItsDataTo(String node) {
        theSet("stop").ok();
        theSet(
                        "run",
                        "-T",
                        "--rm",
                        "--no-deps",
                        "--entrypoint",
                        "cp",
                        "--volume",
                        "detektor_" + RedisSet.other(node) + "-data:/from:ro",
                        node,
                        "-a",
                        "/from/.",
                        "/data/")
                .ok();
        theSet("up", "-d", "--wait").ok();
    }

    private static void inVolume(String node, String commands) {
        theSet("run", "-T", "--rm", "--no-deps", "--entrypoint", "sh", node, "-c", commands).ok();
    }

    private static void awaitLog(String container, String text) {
        Deployment.within(
                Duration.ofSeconds(30),
                () ->
                        assertThat(deployment.run("docker", "logs", container).text())
                                .contains(text));
    }

    private static void loseTheVolume(String node) {
        deployment.run("docker", "rm", "--force", node).ok();
        deployment.run("docker", "volume", "rm", "detektor_" + node + "-data").ok();
    }

    /** Own id, the ids of the others, and the epoch of the configuration, by Sentinel. */
    private static Map<String, String> whatTheSentinelsKnow() {
        Map<String, String> known = new TreeMap<>();
        for (String sentinel : RedisSet.SENTINELS) {
            List<String> others = new ArrayList<>();
            List<String> lines =
                    deployment
                            .sentinel(sentinel, "SENTINEL", "SENTINELS", "mymaster")
                            .lines()
                            .toList();
            for (int i = 0; i + 1 < lines.size(); i += 2) {
                if (lines.get(i).equals("runid")) {
                    others.add(lines.get(i + 1));
                }
            }
            others.sort(null);
            List<String> master =
                    deployment
                            .sentinel(sentinel, "SENTINEL", "MASTER", "mymaster")
                            .lines()
                            .toList();
            known.put(
                    sentinel,
                    "%s knows %s, epoch %s"
                            .formatted(
                                    deployment.sentinel(sentinel, "SENTINEL", "MYID"),
                                    others,
                                    master.get(master.indexOf("config-epoch") + 1)));
        }
        return known;
    }
}
