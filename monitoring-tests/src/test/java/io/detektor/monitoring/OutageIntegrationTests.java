package io.detektor.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.detektor.telegramalerts.bot.FakeBotApi;
import io.detektor.telegramalerts.bot.FakeMessage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Telegram is away for a while, by the settings that are shipped; meanwhile incidents open, develop
 * and end, telegram-alerts is killed and Alertmanager restarted. Every incident is told, none
 * twice.
 *
 * <p>{@code -Doutage=PT10M} sets for how long; without it, 20 s.
 */
class OutageIntegrationTests {

    private static final Duration OUTAGE = Duration.parse(System.getProperty("outage", "PT20S"));

    /** The longest back-off, a full minute of Telegram's limit for a group, and some. */
    private static final Duration TOLD_WITHIN = Duration.ofSeconds(60 + 61 + 30);

    private static final int NEW = 8;

    private static final Pattern FAILED =
            Pattern.compile("telegram_alerts_messages_total\\{outcome=\"failed\"} (\\S+)");

    private final Path directory = Programs.fresh("outage");

    @Test
    void everyIncidentIsToldAndNoneTwice() {
        try (FakeBotApi telegram = FakeBotApi.start()) {
            Programs programs = new Programs(directory, telegram);
            // all Sentinels are down all the time, which is one more incident
            Map<String, String> redis =
                    Map.of("REDIS_SENTINEL_HOSTS", "127.0.0.1:2,127.0.0.1:3,127.0.0.1:4");
            try (Program telegramAlerts = programs.telegramAlerts(redis).start();
                    Program alertmanager = programs.alertmanager("telegram-alerts").start()) {
                telegramAlerts.awaitReady();
                alertmanager.awaitReady();
                try (AlertSource source = new AlertSource(programs.url("alertmanager"))) {
                    new Outage(telegram, telegramAlerts, alertmanager, source, programs).run();
                }
            }
            assertThat(telegramLogs()).doesNotContain(FakeBotApi.TOKEN);
        }
    }

    private String telegramLogs() {
        return Tools.read(directory.resolve("telegram-alerts.log"));
    }

    /** One run of it. */
    private record Outage(
            FakeBotApi telegram,
            Program telegramAlerts,
            Program alertmanager,
            AlertSource source,
            Programs programs) {

        void run() {
            source.fire("Watchdog", "none", "watchdog");
            source.fire("BeforeA", "critical", "before-a");
            source.fire("BeforeB", "critical", "before-b");
            within(
                    Duration.ofMinutes(1),
                    () -> {
                        assertThat(about("BeforeA")).hasSize(1);
                        assertThat(about("BeforeB")).hasSize(1);
                        assertThat(about("Sentinels answer")).hasSize(1);
                    });

            long away = System.nanoTime();
            telegram.down();
            happenings(away);
            at(away, 1.0);
            telegram.recover();
            long back = System.nanoTime();

            within(TOLD_WITHIN, this::assertToldOnce);
            System.out.printf(
                    "FIGURE  Telegram away for %s: the critical ones told %.1f s after it was back,"
                            + " all %.1f s; %.0f attempts failed after the restart%n",
                    OUTAGE, lastHeard(back), (System.nanoTime() - back) / 1e9, failed());
            // 0.5 to 1 s, 1 to 2 … 16 to 32, then 30 to 60 each
            assertThat(failed()).isBetween(1.0, 8 + OUTAGE.toSeconds() / 30.0);

            List.of("BeforeA", "Joined", "More").forEach(source::resolve);
            for (int i = 0; i < NEW; i++) {
                source.resolve(name(i));
            }
            within(TOLD_WITHIN, this::assertEndedOnce);
            await().atMost(TOLD_WITHIN).until(() -> value("telegram_alerts_outbox_messages") == 0);
            assertToldOnce();
            assertEndedOnce();
            assertThat(telegram.limitsBroken()).isZero();
        }

        /** How long after that the last message with a sound came, in seconds. */
        private double lastHeard(long back) {
            return telegram.messages().stream()
                    .filter(each -> !each.silent())
                    .mapToDouble(each -> (each.sentAtNanos() - back) / 1e9)
                    .max()
                    .orElseThrow();
        }

        /** From the moment that Telegram is away, each at its share of the time. */
        private void happenings(long away) {
            at(away, 0.05);
            source.resolve("BeforeB");
            for (int i = 0; i < NEW; i++) {
                at(away, 0.1 + 0.08 * i);
                source.fire(name(i), i % 2 == 0 ? "critical" : "warning", "new-" + i);
                switch (i) {
                    case 1 -> source.fire("Joined", "critical", "before-a");
                    case 2 -> source.fire("More", "critical", "new-0");
                    case 3 -> source.resolve(name(1));
                    case 4 -> {
                        telegramAlerts.kill();
                        telegramAlerts.start().awaitReady();
                    }
                    case 5 -> {
                        // another way to be away
                        telegram.fail(Integer.MAX_VALUE, 502, "Bad Gateway");
                        telegram.up();
                    }
                    case 6 -> {
                        alertmanager.stop();
                        alertmanager.start().awaitReady();
                    }
                    default -> source.resolve(name(2));
                }
            }
        }

        private static String name(int i) {
            return "New" + i;
        }

        private static void at(long away, double share) {
            long due = away + (long) (OUTAGE.toNanos() * share);
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
        }

        private static void within(Duration limit, org.awaitility.core.ThrowingRunnable assertion) {
            await().atMost(limit).pollInterval(Duration.ofMillis(200)).untilAsserted(assertion);
        }

        /** The messages about it that answer no other. */
        private List<FakeMessage> about(String text) {
            return telegram.messages().stream()
                    .filter(each -> each.replyTo() == null && each.plain().contains(text))
                    .toList();
        }

        private List<FakeMessage> answersTo(String text) {
            Long message = about(text).getFirst().id();
            return telegram.messages().stream()
                    .filter(each -> message.equals(each.replyTo()))
                    .toList();
        }

        private void assertToldOnce() {
            for (int i = 0; i < NEW; i++) {
                assertThat(about(name(i) + " on")).as(name(i)).hasSize(1);
                // what was over by then came without a sound
                boolean over = i == 1 || i == 2;
                boolean loud = i % 2 == 0 && !over;
                FakeMessage message = about(name(i) + " on").getFirst();
                assertThat(message.silent()).as(message.plain()).isEqualTo(!loud);
                assertThat(message.history().getFirst().contains("resolved after"))
                        .as(message.plain())
                        .isEqualTo(over);
            }
            assertThat(about("More on")).isEqualTo(about(name(0)));
            assertThat(about("Joined on")).isEqualTo(about("BeforeA"));
            assertThat(about("BeforeA")).hasSize(1);
            assertThat(answersTo("BeforeA"))
                    .filteredOn(each -> !each.silent())
                    .extracting(FakeMessage::plain)
                    .singleElement()
                    .satisfies(text -> assertThat(text).contains("Joined on before-a"));
            assertThat(about("BeforeB")).hasSize(1);
            assertThat(about("BeforeB").getFirst().plain()).contains("resolved after");
            assertThat(answersTo("BeforeB"))
                    .singleElement()
                    .satisfies(each -> assertThat(each.silent()).isTrue());
            // found out by telegram-alerts itself, before and after it was killed
            assertThat(about("Sentinels answer")).hasSize(1);
            assertThat(telegram.messages())
                    .filteredOn(each -> each.replyTo() == null)
                    .hasSize(NEW + 3);
            assertThat(telegram.messages())
                    .noneMatch(each -> each.plain().contains("Perhaps a repeat"));
        }

        private void assertEndedOnce() {
            assertThat(telegram.messages())
                    .filteredOn(each -> each.replyTo() == null)
                    .filteredOn(each -> !each.plain().contains("Sentinels answer"))
                    .allMatch(each -> each.plain().contains("resolved after"));
            for (int i = 0; i < NEW; i++) {
                // what was told when it was over needs no end
                assertThat(answersTo(name(i) + " on")).hasSize(i == 1 || i == 2 ? 0 : 1);
            }
            assertThat(answersTo("BeforeA")).hasSize(2);
        }

        private double failed() {
            Matcher line = FAILED.matcher(metrics());
            assertThat(line.find()).isTrue();
            return Double.parseDouble(line.group(1));
        }

        private double value(String metric) {
            Matcher line = Pattern.compile("(?m)^" + metric + " (\\S+)$").matcher(metrics());
            assertThat(line.find()).as(metric).isTrue();
            return Double.parseDouble(line.group(1));
        }

        private String metrics() {
            return Http.get(programs.url("telegram-alerts").resolve("/metrics")).text();
        }
    }
}
