package io.detektor.telegramalerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.detektor.localset.LocalSet;
import io.detektor.localset.Node;
import io.detektor.telegramalerts.bot.FakeBotApi;
import io.detektor.telegramalerts.bot.FakeMessage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the Sentinels of a real set report, as it arrives at a phone. */
class FailoverIntegrationTests {

    @TempDir private Path outbox = Path.of("");

    @Test
    void aFailoverIsToldWithinTwoSecondsOnceAndTheOldMastersReturnLater() throws Exception {
        try (FakeBotApi api = FakeBotApi.start();
                LocalSet set = LocalSet.builder().start();
                App app =
                        App.start(
                                api,
                                outbox,
                                "--spring.data.redis.sentinel.nodes="
                                        + String.join(",", set.sentinels()))) {
            assertThat(app.get("/health").body()).contains("\"status\":\"healthy\"");
            await().until(() -> app.get("/health").body().contains("\"redis\":\"UP\""));
            assertThat(app.get("/actuator/health").body()).contains("promotableReplicas");
            Node old = set.master();
            Node next = set.replicas().getFirst();

            set.kill(old);

            String told = old.address() + " → " + next.address() + " in ";
            await().pollInterval(Duration.ofMillis(5))
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> set.master().equals(next));
            long switched = System.nanoTime();
            await().pollInterval(Duration.ofMillis(5))
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> text(api).contains(told));
            long toldAfter = System.nanoTime() - switched;
            System.out.printf(
                    "measured: failover told %d ms after a majority names the new master%n",
                    toldAfter / 1_000_000);
            assertThat(toldAfter).isLessThan(Duration.ofSeconds(2).toNanos());
            assertThat(api.messages().getFirst().silent()).isFalse();
            assertThat(api.messages().getFirst().history().getFirst())
                    .contains("Master " + old.address() + " of mymaster is down");

            // Prometheus sees it too, later, and again and again
            Alert failover = Alert.firing("RedisMasterFailover", "info", "x").of("redis");
            Alert down = Alert.firing("RedisMasterDown", "critical", old.address()).of("redis");
            Alert missing = Alert.firing("RedisSlaveMissing", "critical", "y").of("redis");
            for (List<Alert> alerts :
                    List.of(
                            List.of(failover),
                            List.of(down),
                            List.of(down, missing),
                            List.of(down, missing))) {
                assertThat(
                                app.post(
                                                "/webhooks/alertmanager",
                                                Alert.message("{}:{component=\"redis\"}", alerts))
                                        .statusCode())
                        .isEqualTo(200);
            }
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> text(api).contains("RedisSlaveMissing"));
            assertThat(api.messages()).hasSize(1);

            set.start(old);
            await().atMost(Duration.ofSeconds(60)).until(() -> api.messages().size() == 2);
            FakeMessage back = api.messages().get(1);
            assertThat(back.plain())
                    .contains(
                            "Old master "
                                    + old.address()
                                    + " is back, as a replica of "
                                    + next.address()
                                    + ", after ");
            assertThat(back.silent()).isTrue();
            assertThat(back.replyTo()).isEqualTo(api.messages().getFirst().id());
            app.post(
                    "/webhooks/alertmanager",
                    Alert.message(
                            "{}:{component=\"redis\"}",
                            down.resolved(),
                            missing.resolved(),
                            failover.resolved()));
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> text(api).contains("resolved after"));
            await().until(() -> app.metric("telegram_alerts_outbox_messages") == 0);
            assertThat(api.messages()).hasSize(2);
            assertThat(api.limitsBroken()).isZero();

            api.say(App.CHAT, "/status");
            await().atMost(Duration.ofSeconds(10)).until(() -> api.messages().size() == 3);
            assertThat(api.messages().get(2).plain())
                    .contains(
                            "Master " + next.address(),
                            "Replica " + old.address() + ": in sync",
                            "Sentinels: 3 of 3 answer, quorum 2");
        }
    }

    @Test
    void aPlannedSwitchIsToldWithoutASoundAndLostSentinelsWithOne() throws Exception {
        try (FakeBotApi api = FakeBotApi.start();
                LocalSet set = LocalSet.builder().start();
                App app =
                        App.start(
                                api,
                                outbox,
                                "--telegram-alerts.watch.sentinel-majority-timeout=2s",
                                "--spring.data.redis.sentinel.nodes="
                                        + String.join(",", set.sentinels()))) {
            String old = set.master().address();
            set.switchMaster();
            await().atMost(Duration.ofSeconds(10)).until(() -> api.messages().size() == 1);
            assertThat(api.messages().getFirst().plain())
                    .contains(
                            "Planned switch of mymaster: " + old + " → " + set.master().address());
            assertThat(api.messages().getFirst().silent()).isTrue();

            set.kill(set.sentinelNodes().get(0));
            set.kill(set.sentinelNodes().get(1));
            await().atMost(Duration.ofSeconds(20)).until(() -> api.messages().size() == 2);
            assertThat(api.messages().get(1).plain()).contains("Only 1 of 3 Sentinels answer");
            assertThat(api.messages().get(1).silent()).isFalse();
            set.start(set.sentinelNodes().get(0));
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> api.messages().get(1).plain().contains("resolved after"));
            assertThat(app.metric("telegram_alerts_findings_total{source=\"sentinel\"}"))
                    .isEqualTo(3);
        }
    }

    private static String text(FakeBotApi api) {
        return api.messages().isEmpty() ? "" : api.messages().getFirst().plain();
    }
}
