package io.detektor.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.detektor.localset.LocalSet;
import io.detektor.localset.LocalSetException;
import io.detektor.localset.Node;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * From a real fault to the phone: the right alert, and no other, within 30 s, and its end; and what
 * is no fault is not told.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MonitoringIntegrationTests {

    @SuppressWarnings("NullAway.Init") // before all
    private static Stack stack;

    @SuppressWarnings("NullAway.Init") // before all
    private static Judge judge;

    @BeforeAll
    static void everything() {
        stack = new Stack();
        judge = new Judge(stack);
        stack.awaitQuiet();
    }

    @AfterAll
    static void end() {
        if (stack != null) {
            stack.close();
        }
    }

    // ---------------------------------------------------------------- faults of the master

    @Test
    @Order(1)
    void theMasterIsKilled() {
        Node master = stack.set.master();
        judge.assertTold(
                "master killed",
                () -> stack.set.kill(master),
                () -> stack.set.start(master),
                "RedisMasterDown");
    }

    @Test
    @Order(2)
    void theMasterIsFrozen() {
        Node master = stack.set.master();
        judge.assertTold(
                "master frozen",
                () -> stack.set.freeze(master),
                () -> stack.set.resume(master),
                "RedisMasterDown");
    }

    @Test
    @Order(3)
    @Tag("isolated")
    void theMasterIsCutOff() {
        stack.forget();
        Node master = stack.set.master();
        judge.assertTold(
                "master cut off from the others",
                () -> stack.set.cutOff(master),
                () -> stack.set.heal(master),
                "RedisMasterSplitBrain");
    }

    // ---------------------------------------------------------------- faults of the others

    @Test
    @Order(5)
    void theReplicaIsKilled() {
        Node replica = stack.set.node("replica");
        judge.assertTold(
                "replica killed",
                () -> stack.set.kill(replica),
                () -> stack.set.start(replica),
                "RedisSlaveMissing");
    }

    @Test
    @Order(7)
    @Tag("isolated")
    void replicationIsDelayedAndTwoSentinelsAreKilled() {
        List<Node> two = stack.set.sentinelNodes().subList(1, 3);
        Node master = stack.set.master();
        Node replica = stack.set.node("replica");
        LocalSet.ask(master, "CONFIG", "SET", "repl-backlog-size", "1mb");
        // frames would wait for the replica, and that is told as well
        stack.camera.pause();
        try {
            judge.assertTold(
                    "replication delayed, two Sentinels killed",
                    () -> {
                        two.forEach(stack.set::kill);
                        SlowLink.between(stack.set, master, replica);
                        // takes half a minute
                        fill(master, "3000000");
                    },
                    () -> {
                        SlowLink.restore(stack.set, master);
                        two.forEach(stack.set::start);
                    },
                    "RedisSlaveLagBytes",
                    "SentinelQuorumLost");
        } finally {
            fill(master, "0");
            LocalSet.ask(master, "CONFIG", "SET", "repl-backlog-size", "256mb");
            stack.camera.resume();
        }
    }

    /**
     * On a busy machine the answer may take longer than the client waits; repeated, it is the same.
     */
    private static void fill(Node master, String bytes) {
        Judge.within(
                Duration.ofSeconds(10),
                () -> {
                    try {
                        LocalSet.ask(
                                master,
                                "EVAL",
                                "redis.call('SET', KEYS[1], string.rep('x', ARGV[1]))",
                                "1",
                                "ballast",
                                bytes);
                    } catch (LocalSetException e) {
                        throw new AssertionError(e);
                    }
                });
    }

    /** Three at a time, of which none has to do with the others. */
    @Test
    @Order(8)
    void theMemoryIsFullTheAppendOnlyFileBreaksAndOneSentinelIsKilled() {
        Node master = stack.set.master();
        Node sentinel = stack.set.sentinelNodes().get(1);
        Path files = stack.set.directory().resolve(master.name()).resolve("appendonlydir");
        Path away = files.resolveSibling("away");
        judge.assertTold(
                "memory full, append-only file broken, one Sentinel killed",
                () -> {
                    stack.set.kill(sentinel);
                    LocalSet.ask(master, "CONFIG", "SET", "maxmemory", "1mb");
                    // a file in the place of the directory; the rewrite answers with an error, too
                    move(files, away);
                    try {
                        Files.createFile(files);
                        LocalSet.ask(master, "BGREWRITEAOF");
                    } catch (LocalSetException e) {
                        assertThat(e).hasMessageContaining("BGREWRITEAOF");
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                () -> {
                    LocalSet.ask(master, "CONFIG", "SET", "maxmemory", "1gb");
                    move(away, files);
                    LocalSet.ask(master, "BGREWRITEAOF");
                    stack.set.start(sentinel);
                },
                "RedisMasterOutOfMemory",
                "RedisMasterAofFailing",
                "SentinelDown");
    }

    private static void move(Path from, Path to) {
        try {
            Files.deleteIfExists(to);
            Files.move(from, to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    @Order(12)
    void theExporterStops() {
        judge.assertTold(
                "exporter stopped",
                () -> stack.exporter.stop(),
                () -> stack.exporter.start(),
                "MonitoringRedisExporterDown");
    }

    @Test
    @Order(13)
    void telegramAlertsIsDown() {
        stack.awaitQuiet();
        long start = System.nanoTime();
        stack.telegramAlerts.kill();
        judge.awaitShown(
                "telegram-alerts killed: told by Alertmanager itself",
                "telegram-alerts is down",
                start);

        long mended = System.nanoTime();
        stack.telegramAlerts.start().awaitReady();
        judge.awaitShown("telegram-alerts killed: its end", "resolved: telegram-alerts", mended);
    }

    // ---------------------------------------------------------------- what is no fault

    @Test
    @Order(20)
    void aPlannedSwitch() {
        stack.forget();
        int before = stack.camera.stored();
        judge.assertNobodyIsCalled("planned switch", () -> stack.set.switchMaster());
        assertThat(stack.camera.stored()).isGreaterThan(before);
    }

    @Test
    @Order(21)
    void aRollingRestartOfEverything() {
        stack.forget();
        judge.assertNobodyIsCalled(
                "rolling restart",
                () -> {
                    for (String role : List.of("replica", "master")) {
                        Node node = stack.set.node(role);
                        stack.set.stop(node);
                        stack.set.start(node);
                        stack.set.awaitReplicas(Duration.ofMinutes(1));
                    }
                    for (Node sentinel : stack.set.sentinelNodes()) {
                        stack.set.stop(sentinel);
                        stack.set.start(sentinel);
                        stack.set.awaitReplicas(Duration.ofMinutes(1));
                    }
                    for (Program program :
                            List.of(
                                    stack.exporter,
                                    stack.alertmanager,
                                    stack.prometheus,
                                    stack.frameBuffer,
                                    stack.telegramAlerts)) {
                        program.stop();
                        program.start().awaitReady();
                    }
                });
    }

    // ---------------------------------------------------------------- what it is made of

    @Test
    @Order(30)
    void everySeriesThatARuleOrAPanelNamesIsThere() {
        Set<String> there = stack.series();
        Set<String> named = new TreeSet<>();
        Rules.all().forEach(rule -> named.addAll(PromQl.metrics(rule.expression())));
        for (Dashboard.Panel panel : Dashboard.read().panels()) {
            panel.expressions().forEach(each -> named.addAll(PromQl.metrics(each)));
        }
        named.removeAll(there);
        assertThat(named).as("series that nobody has").isEmpty();
    }

    @Test
    @Order(31)
    void everyQueryOfEveryPanelReturnsData() {
        List<String> empty = new ArrayList<>();
        for (Dashboard.Panel panel : Dashboard.read().panels()) {
            for (String expression : panel.expressions()) {
                String query = PromQl.resolved(expression, Stack.GROUP, "5m");
                if (stack.range(query, Duration.ofMinutes(5)).isEmpty()) {
                    empty.add(panel.title() + ": " + query);
                }
            }
        }
        assertThat(empty).as("queries without data").isEmpty();
    }

    @Test
    @Order(32)
    void theSentinelsNameTheMasterByTheAddressOfItsTarget() {
        // no older than in SentinelMasterNotMaster: for 5 min after its own restart Prometheus
        // answers with the last sample of before, and the rolling restart moved the master
        String named = "(sentinel:named_master and time() - timestamp(sentinel:named_master) < 10)";
        JsonNode matched =
                stack.query(
                        "label_replace(%s, \"address\", \"$1\", \"master_address\", \"(.+)\")"
                                        .formatted(named)
                                + " * on (redis_group, address) redis:instance_is_master");
        assertThat(matched).hasSize(1);
        assertThat(matched.get(0).at("/value/1").asString()).isEqualTo("1");
    }

    /** Block 5 of the requirements, word for word, but for its address. */
    @Test
    @Order(33)
    void theChecksOfTheRequirementsAnswerAsAsked() {
        // curl …/api/v1/targets | grep -E 'redis-master|redis-slave|sentinel': all of them up
        Http.Answer targets = Http.get(stack.url("prometheus").resolve("/api/v1/targets"));
        assertThat(targets.text()).contains("redis-master", "redis-slave");
        Set<String> up = new TreeSet<>();
        for (JsonNode target :
                JsonMapper.shared().readTree(targets.text()).at("/data/activeTargets")) {
            assertThat(target.path("health").asString()).as(target.toString()).isEqualTo("up");
            up.add(target.at("/labels/instance").asString());
        }
        assertThat(up)
                .contains("redis-master", "redis-slave", "sentinel-1", "sentinel-2", "sentinel-3");

        // curl …/api/v1/rules | grep -E 'RedisMaster|RedisSlave|Sentinel'
        Http.Answer rules = Http.get(stack.url("prometheus").resolve("/api/v1/rules"));
        assertThat(rules.text()).contains("RedisMasterDown", "RedisSlaveMissing", "SentinelDown");
        assertThat(rules.text()).doesNotContain("\"health\":\"err\"");
    }
}
