package io.detektor.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.detektor.localset.LocalSet;
import io.detektor.localset.LocalSetException;
import io.detektor.localset.Node;
import io.detektor.monitoring.Relay.Told;
import io.detektor.telegramalerts.bot.FakeBotApi;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import tools.jackson.databind.JsonNode;

/**
 * From a real fault to the phone: the right alert, and no other, within 30 s, and its end; and what
 * is no fault is not told.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MonitoringIntegrationTests {

    private static final Duration TOLD_WITHIN = Duration.ofSeconds(30);
    private static final Duration ENDED_WITHIN = Duration.ofSeconds(90);

    private static Stack stack;

    @BeforeAll
    static void everything() {
        stack = new Stack();
        stack.awaitQuiet();
    }

    @AfterAll
    static void end() {
        if (stack != null) {
            stack.close();
        }
    }

    // ---------------------------------------------------------------- how it is judged

    private static long since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos).toMillis();
    }

    private static void within(Duration limit, ThrowingRunnable assertion) {
        await().atMost(limit)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(100))
                .untilAsserted(assertion);
    }

    /** What Alertmanager has told since, by name. */
    private static List<Told> toldSince(long start) {
        return stack.relay.told().stream().filter(each -> each.atNanos() >= start).toList();
    }

    private static Set<String> names(List<Told> told) {
        Set<String> names = new TreeSet<>();
        // Prometheus repeats what is over for a quarter of an hour, and Alertmanager hands it on
        told.stream()
                .filter(each -> each.firing() && each.needsAPerson())
                .forEach(each -> names.add(each.name()));
        return names;
    }

    /** When the phone first showed an alert after Alertmanager had told it; -1: not yet. */
    private static long onThePhoneAt(String name, long start) {
        long told =
                toldSince(start).stream()
                        .filter(each -> each.name().equals(name) && each.firing())
                        .mapToLong(Told::atNanos)
                        .findFirst()
                        .orElse(Long.MAX_VALUE);
        return shownAt(name, told);
    }

    /** When the phone first showed this text after that time; -1: not yet. */
    private static long shownAt(String text, long start) {
        return stack.telegram.calls().stream()
                .filter(call -> call.status() == 200 && call.atNanos() >= start)
                .filter(call -> call.method().matches("sendMessage|editMessageText"))
                .filter(call -> String.valueOf(call.parameters().get("text")).contains(text))
                .mapToLong(FakeBotApi.Call::atNanos)
                .findFirst()
                .orElse(-1);
    }

    private static void figure(String fault, String what, long from, long to) {
        System.out.printf(
                "FIGURE  %s: %s after %.1f s%n", fault, what, (to - from) / 1_000_000_000.0);
    }

    /**
     * Breaks something, waits for the alerts, mends it, and waits for their end.
     *
     * @param expected the alerts that have to come
     */
    private static void assertTold(
            String fault, Runnable breaks, Runnable mends, String... expected) {
        stack.awaitQuiet();
        long start = System.nanoTime();
        long mended;
        try {
            breaks.run();
            assertOnThePhone(start, expected);
        } finally {
            // or it breaks the next test, too
            mended = System.nanoTime();
            mends.run();
        }
        for (String name : expected) {
            figure(fault, name + " on the phone", start, onThePhoneAt(name, start));
        }
        within(ENDED_WITHIN, () -> assertEnded(mended, expected));
        for (String name : expected) {
            figure(fault, name + " ended", mended, endedAt(name, mended));
        }
        stack.awaitQuiet();
        assertThat(names(toldSince(start)))
                .as("all that was told")
                .containsExactly(sorted(expected));
    }

    private static void assertOnThePhone(long start, String... expected) {
        within(
                TOLD_WITHIN.minusMillis(since(start)),
                () -> {
                    assertThat(names(toldSince(start))).as("by Alertmanager").contains(expected);
                    for (String name : expected) {
                        assertThat(onThePhoneAt(name, start))
                                .as(name + " on the phone")
                                .isPositive();
                    }
                });
    }

    private static void assertEnded(long mended, String... expected) {
        for (String name : expected) {
            assertThat(toldSince(mended))
                    .as("end of " + name)
                    .anyMatch(each -> each.name().equals(name) && !each.firing());
            // an answer to a message stays as it was, the message itself is edited
            assertThat(stack.telegram.messages().stream().filter(each -> each.replyTo() == null))
                    .extracting(each -> each.id() + ": " + each.plain())
                    .filteredOn(text -> text.contains(name))
                    .as("on the phone")
                    .isNotEmpty()
                    .allMatch(text -> text.contains("esolved"));
        }
    }

    private static String[] sorted(String... names) {
        return new TreeSet<>(List.of(names)).toArray(String[]::new);
    }

    private static long endedAt(String name, long start) {
        return toldSince(start).stream()
                .filter(each -> each.name().equals(name) && !each.firing())
                .mapToLong(Told::atNanos)
                .findFirst()
                .orElse(-1);
    }

    // ---------------------------------------------------------------- faults of the master

    @Test
    @Order(1)
    void theMasterIsKilled() {
        Node master = stack.set.master();
        assertTold(
                "master killed",
                () -> stack.set.kill(master),
                () -> stack.set.start(master),
                "RedisMasterDown");
    }

    @Test
    @Order(2)
    void theMasterIsFrozen() {
        Node master = stack.set.master();
        assertTold(
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
        assertTold(
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
        assertTold(
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
            assertTold(
                    "replication delayed, two Sentinels killed",
                    () -> {
                        two.forEach(stack.set::kill);
                        throttle(master, replica);
                        // takes half a minute
                        fill(master, "3000000");
                    },
                    () -> {
                        tc(master, "qdisc", "del", "dev", "eth0", "root");
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
        within(
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

    /** What the master sends to the replica, and nothing else, goes at 100 KB/s. */
    private static void throttle(Node from, Node to) {
        tc(from, "qdisc", "add", "dev", "eth0", "root", "handle", "1:", "htb", "default", "10");
        tc(
                from,
                "class add dev eth0 parent 1: classid 1:10 htb rate 1gbit burst 1m".split(" ", -1));
        tc(
                from,
                "class add dev eth0 parent 1: classid 1:20 htb rate 800kbit burst 64k"
                        .split(" ", -1));
        tc(
                from,
                ("filter add dev eth0 parent 1: protocol ip u32 match ip dst "
                                + to.host()
                                + "/32 flowid 1:20")
                        .split(" ", -1));
    }

    private static void tc(Node inside, String... words) {
        List<String> command = new ArrayList<>(stack.set.inside(inside));
        command.add("tc");
        command.addAll(List.of(words));
        Tools.Outcome outcome = Tools.run(Map.of(), command.toArray(String[]::new));
        assertThat(outcome.status()).as("%s: %s", command, outcome.text()).isZero();
    }

    /** Three at a time, of which none has to do with the others. */
    @Test
    @Order(8)
    void theMemoryIsFullTheAppendOnlyFileBreaksAndOneSentinelIsKilled() {
        Node master = stack.set.master();
        Node sentinel = stack.set.sentinelNodes().get(1);
        Path files = stack.set.directory().resolve(master.name()).resolve("appendonlydir");
        Path away = files.resolveSibling("away");
        assertTold(
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
        assertTold(
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

        within(
                TOLD_WITHIN,
                () -> assertThat(shownAt("telegram-alerts is down", start)).isPositive());
        figure(
                "telegram-alerts killed",
                "told by Alertmanager itself",
                start,
                shownAt("telegram-alerts is down", start));

        long mended = System.nanoTime();
        stack.telegramAlerts.start().awaitReady();
        within(
                ENDED_WITHIN,
                () -> assertThat(shownAt("resolved: telegram-alerts", mended)).isPositive());
        figure(
                "telegram-alerts killed",
                "its end",
                mended,
                shownAt("resolved: telegram-alerts", mended));
    }

    // ---------------------------------------------------------------- what is no fault

    /** Does something, waits until it is over and alerts had time to come, and expects none. */
    private static void assertNobodyIsCalled(String what, Runnable does) {
        stack.awaitQuiet();
        long start = System.nanoTime();
        does.run();
        figure(what, "over", start, System.nanoTime());
        // what is about to fire is waited for: nothing will come of it any more
        stack.awaitSilence();
        assertThat(names(toldSince(start))).as("told during: " + what).isEmpty();
        assertThat(stack.telegram.messages())
                .filteredOn(each -> each.sentAtNanos() >= start)
                .as("messages with a sound")
                .allMatch(each -> each.silent());
    }

    @Test
    @Order(20)
    void aPlannedSwitch() {
        stack.forget();
        int before = stack.camera.stored();
        assertNobodyIsCalled("planned switch", () -> stack.set.switchMaster());
        assertThat(stack.camera.stored()).isGreaterThan(before);
    }

    @Test
    @Order(21)
    void aRollingRestartOfEverything() {
        stack.forget();
        assertNobodyIsCalled(
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
        JsonNode matched =
                stack.query(
                        "label_replace(sentinel:named_master, \"address\", \"$1\", \"master_address\", \"(.+)\")"
                                + " * on (redis_group, address) redis:instance_is_master");
        assertThat(matched).hasSize(1);
        assertThat(matched.get(0).at("/value/1").asString()).isEqualTo("1");
    }

    @Test
    @Order(33)
    void thePrometheusOfTheRunbookAnswers() {
        Http.Answer targets = Http.get(stack.url("prometheus").resolve("/api/v1/targets"));
        assertThat(targets.text())
                .contains("redis-1", "redis-2", "sentinel-1", "\"health\":\"up\"");
        assertThat(targets.text()).doesNotContain("\"health\":\"down\"");
        Http.Answer rules = Http.get(stack.url("prometheus").resolve("/api/v1/rules"));
        assertThat(rules.text()).contains("RedisMasterDown", "RedisSlaveMissing", "SentinelDown");
        assertThat(rules.text()).doesNotContain("\"health\":\"err\"");
    }
}
