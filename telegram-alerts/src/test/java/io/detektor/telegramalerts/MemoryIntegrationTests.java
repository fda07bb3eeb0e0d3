package io.detektor.telegramalerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.detektor.localset.LocalSet;
import io.detektor.localset.Node;
import io.detektor.telegramalerts.bot.FakeBotApi;
import io.detektor.telegramalerts.bot.FakeMessage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** The memory of a real master. */
class MemoryIntegrationTests {

    /** What a master uses that holds nothing, in MiB. */
    private static final int EMPTY = 3;

    @TempDir private Path outbox = Path.of("");

    @Test
    void aMasterThatFillsUpIsToldOnceAndItsEndOnlyWellBelow() throws Exception {
        try (FakeBotApi api = FakeBotApi.start();
                LocalSet set = LocalSet.builder().start()) {
            api.enforceLimits(false);
            Node master = set.master();
            // or what is deleted stays for the replica
            LocalSet.ask(master, "CONFIG", "SET", "repl-backlog-size", "1mb");
            // told above 51.2 MiB, cleared below 43.9
            try (App app = app(api, set, "0.05")) {
                fill(master, 30);
                awaitKnown(app, 30 + EMPTY);
                fill(master, 60);
                awaitThat(() -> api.messages().size() == 1);
                FakeMessage told = api.messages().getFirst();
                assertThat(told.plain())
                        .contains("Redis " + master.address() + " uses 0.06 GiB")
                        .contains("Told above 0.05 GiB, cleared below 0.04 GiB");
                assertThat(told.silent()).isTrue();
                // below the one limit, above the other: as it was
                fill(master, 43);
                awaitKnown(app, 43 + EMPTY);
                fill(master, 60);
                awaitKnown(app, 60 + EMPTY);
                assertThat(api.messages()).hasSize(1);
                assertThat(api.messages().getFirst().plain()).doesNotContain("resolved");
                assertThat(app.metric("telegram_alerts_findings_total{source=\"memory\"}"))
                        .isEqualTo(1);
            }
            // a process after it knows what was told, and who is master now does not matter
            set.switchMaster();
            try (App app = app(api, set, "0.05")) {
                awaitKnown(app, 60 + EMPTY);
                assertThat(findings(api)).isEqualTo(1);
                fill(set.master(), 0);
                awaitThat(() -> api.messages().getFirst().plain().contains("resolved after"));
                assertThat(findings(api)).isEqualTo(1);
            }
        }
    }

    /** Messages that are about the memory and no answers. */
    private static long findings(FakeBotApi api) {
        return api.messages().stream()
                .filter(each -> each.replyTo() == null && each.plain().contains("RedisMemoryHigh"))
                .count();
    }

    private App app(FakeBotApi api, LocalSet set, String threshold) {
        return App.start(
                api,
                outbox,
                "--spring.data.redis.sentinel.nodes=" + String.join(",", set.sentinels()),
                "--telegram-alerts.telegram.message-interval=20ms",
                "--telegram-alerts.watch.interval=100ms",
                "--telegram-alerts.watch.redis-memory-threshold-gb=" + threshold);
    }

    private static void fill(Node master, int mebibytes) {
        LocalSet.ask(
                master,
                "EVAL",
                "redis.call('DEL', KEYS[1]) if tonumber(ARGV[1]) > 0 then"
                        + " redis.call('SETRANGE', KEYS[1], tonumber(ARGV[1]) * 1048576 - 1, 'x') end",
                "1",
                "ballast",
                String.valueOf(mebibytes));
    }

    /**
     * Until it knows that so much is used. It asks twice a second and checks ten times, so that
     * what it knew before was checked before.
     */
    private static void awaitKnown(App app, int mebibytes) {
        awaitThat(() -> {
            double used =
                    JsonMapper.shared()
                            .readTree(app.get("/api/overview").body())
                            .at("/set/usedMemoryBytes")
                            .asDouble(-1);
            return Math.abs(used / (1 << 20) - mebibytes) < 6;
        });
    }

    private static void awaitThat(Callable<Boolean> condition) {
        await().atMost(Duration.ofSeconds(20)).until(condition);
    }
}
