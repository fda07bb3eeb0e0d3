package io.detektor.telegramalerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.detektor.telegramalerts.bot.FakeBotApi;
import io.detektor.telegramalerts.bot.FakeMessage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/**
 * Every incident told, none twice, whatever Telegram does; all of Redis and all Sentinels being
 * down the whole time.
 */
@ExtendWith(OutputCaptureExtension.class)
class DeliveryIntegrationTests {

    private static final String ALERTS = "/webhooks/alertmanager";

    /** Real pace would make these tests minutes long; the limits have a test of their own. */
    private static final String[] FAST = {
        "--telegram-alerts.telegram.message-interval=20ms",
        "--telegram-alerts.telegram.group-minute=1000"
    };

    @TempDir private Path outbox = Path.of("");

    @SuppressWarnings("NullAway.Init") // before each
    private FakeBotApi api;

    @BeforeEach
    void start() {
        api = FakeBotApi.start();
    }

    @AfterEach
    void end() {
        api.close();
    }

    private App fast(String... more) {
        api.enforceLimits(false);
        List<String> settings = new ArrayList<>(List.of(FAST));
        settings.addAll(List.of(more));
        return App.start(api, outbox, settings.toArray(String[]::new));
    }

    @Test
    void oneMessageAnIncidentEditedAsItDevelops() throws Exception {
        try (App app = fast("--telegram-alerts.links.grafana=http://grafana.example:3000/")) {
            Alert disk = Alert.firing("HostDiskFull", "warning", "a<b>&\"c");
            assertThat(app.post(ALERTS, Alert.message("g", disk)).statusCode()).isEqualTo(200);
            awaitMessages(1);
            FakeMessage first = api.messages().getFirst();
            assertThat(first.silent()).isTrue();
            assertThat(first.plain())
                    .contains(
                            "🟠 HostDiskFull on a<b>&\"c",
                            "WARNING",
                            "docs/deployment/alerts/HostDiskFull.md");
            assertThat(first.html())
                    .contains("href=\"http://grafana.example:3000/d/broker-metrics?viewPanel=1\"");

            // another warning is an edit, a critical one is heard
            Alert more = Alert.firing("HostSlow", "warning", "h2");
            app.post(ALERTS, Alert.message("g", disk, more));
            awaitText(0, "HostSlow on h2");
            assertThat(api.messages()).hasSize(1);
            Alert worse = Alert.firing("HostGone", "critical", "h3");
            app.post(ALERTS, Alert.message("g", disk, more, worse));
            awaitMessages(2);
            assertThat(api.messages().get(1).silent()).isFalse();
            assertThat(api.messages().get(1).replyTo()).isEqualTo(first.id());
            awaitText(0, "HostGone on h3");

            app.post(ALERTS, Alert.message("g", disk.resolved(), more.resolved(), worse));
            awaitText(0, "✅ HostSlow on h2");
            app.post(ALERTS, Alert.message("g", worse.resolved()));
            awaitMessages(3);
            awaitText(0, "resolved after");
            assertThat(api.messages().get(2).plain()).startsWith("✅ Resolved");
            assertThat(api.messages().get(2).silent()).isTrue();
            assertThat(app.metric("telegram_alerts_messages_total{outcome=\"sent\"}")).isEqualTo(1);
            assertThat(app.metric("telegram_alerts_outbox_messages")).isZero();
        }
    }

    @Test
    void repeatsOfAlertmanagerAreNoNews() throws Exception {
        Alert one = Alert.firing("One", "critical", "h1");
        try (App app = fast()) {
            app.post(ALERTS, Alert.message("g", one));
            awaitMessages(1);
            for (int i = 0; i < 5; i++) {
                assertThat(app.post(ALERTS, Alert.message("g", one)).body()).contains("\"new\":0");
            }
            app.post(ALERTS, Alert.message("g", one.resolved()));
            awaitMessages(2);
        }
        // both start anew; Alertmanager has lost its log of notifications and repeats everything
        try (App app = fast()) {
            assertThat(app.post(ALERTS, Alert.message("g", one)).body()).contains("\"new\":0");
            assertThat(app.post(ALERTS, Alert.message("g", one.resolved())).body())
                    .contains("\"new\":0");
            app.post(ALERTS, Alert.message("g2", Alert.firing("Two", "critical", "h1")));
            awaitMessages(3);
            assertThat(app.metric("telegram_alerts_alerts_total{outcome=\"repeated\"}"))
                    .isEqualTo(2);
        }
        assertThat(count("One on h1")).isEqualTo(2); // the message and its resolution
    }

    @Test
    void telegramDownThenBackTellsEachOnce() throws Exception {
        try (App app = fast()) {
            api.down();
            for (int i = 0; i < 8; i++) {
                app.post(ALERTS, Alert.message("g" + i, Alert.firing("A" + i, "critical", "h")));
            }
            app.post(ALERTS, Alert.message("g3", Alert.firing("A3", "critical", "h").resolved()));
            await().until(() ->
                    app.metric("telegram_alerts_messages_total{outcome=\"failed\"}") > 3);
            assertThat(app.metric("telegram_alerts_outbox_messages")).isEqualTo(8);
            assertThat(app.metric("telegram_alerts_outbox_oldest_seconds")).isPositive();
            assertThat(app.get("/health").body()).contains("\"status\":\"degraded\"");

            api.up();

            awaitMessages(8);
            awaitNothingWaits(app);
            assertThat(api.messages()).hasSize(8);
            for (int i = 0; i < 8; i++) {
                assertThat(count("A" + i + " on h")).isEqualTo(1);
            }
            // what is over by now needs no sound
            assertThat(message("A3 on h").silent()).isTrue();
            assertThat(message("A3 on h").plain()).contains("✅");
            assertThat(message("A4 on h").silent()).isFalse();
            assertThat(app.get("/health").body()).contains("\"status\":\"healthy\"");
        }
    }

    @Test
    void storms429AreWaitedOut() throws Exception {
        try (App app = fast()) {
            api.tooManyRequests(3, Duration.ofSeconds(1));
            long from = System.nanoTime();
            app.post(ALERTS, Alert.message("g", Alert.firing("One", "critical", "h")));
            awaitMessages(1);
            awaitNothingWaits(app);
            assertThat(System.nanoTime() - from).isGreaterThan(Duration.ofSeconds(3).toNanos());
            assertThat(api.calls("sendMessage")).hasSize(4);
            assertThat(api.messages()).hasSize(1);
            assertThat(app.metric("telegram_alerts_messages_total{outcome=\"rate_limited\"}"))
                    .isEqualTo(3);
        }
    }

    @Test
    void aTextThatTelegramRefusesGoesPlainAndBlocksNobody() throws Exception {
        try (App app = fast()) {
            api.fail(1, 400, "Bad Request: can't parse entities: whatever");
            app.post(ALERTS, Alert.message("g1", Alert.firing("One", "critical", "h")));
            awaitMessages(1);
            assertThat(api.messages().getFirst().html()).doesNotContain("<b>");
            assertThat(api.messages().getFirst().plain()).contains("One on h");
            // and one that it refuses in every form is given up
            api.fail(3, 400, "Bad Request: wrong in every way");
            app.post(ALERTS, Alert.message("g2", Alert.firing("Two", "critical", "h")));
            app.post(ALERTS, Alert.message("g3", Alert.firing("Three", "critical", "h")));
            awaitMessages(2);
            awaitNothingWaits(app);
            assertThat(count("Two on h") + count("Three on h")).isEqualTo(1);
            assertThat(app.metric("telegram_alerts_messages_total{outcome=\"refused\"}"))
                    .isEqualTo(1);
        }
    }

    @Test
    void aLostAnswerIsToldAgainAndSaysSo() throws Exception {
        try (App app = fast()) {
            api.loseAnswers(1);
            app.post(ALERTS, Alert.message("g", Alert.firing("One", "critical", "h")));
            awaitMessages(2);
            awaitNothingWaits(app);
            assertThat(api.messages().get(0).plain()).doesNotContain("Perhaps a repeat");
            assertThat(api.messages().get(1).plain()).contains("Perhaps a repeat");
            // an edit repeated is the same edit
            api.loseAnswers(1);
            app.post(ALERTS, Alert.message("g", Alert.firing("Two", "warning", "h")));
            awaitText(1, "Two on h");
            awaitNothingWaits(app);
            assertThat(api.messages()).hasSize(2);
            assertThat(app.metric("telegram_alerts_messages_total{outcome=\"unknown\"}"))
                    .isEqualTo(2);
        }
    }

    @Test
    void aThousandAlertsBecomeADigestWithinTelegramsLimits() throws Exception {
        try (App app = App.start(api, outbox)) {
            Runtime runtime = Runtime.getRuntime();
            runtime.gc();
            long before = runtime.totalMemory() - runtime.freeMemory();
            long from = System.nanoTime();
            try (var threads = Executors.newFixedThreadPool(50)) {
                List<Callable<Integer>> posts = new ArrayList<>();
                for (int i = 0; i < 1000; i++) {
                    String severity = i % 10 == 0 ? "critical" : "warning";
                    String message =
                            Alert.message("g" + i, Alert.firing("Storm", severity, "h" + i));
                    posts.add(() -> app.post(ALERTS, message).statusCode());
                }
                for (Future<Integer> answer : threads.invokeAll(posts)) {
                    assertThat(answer.get()).isEqualTo(200);
                }
            }
            System.out.printf(
                    "measured: 1000 webhooks stored in %d ms%n",
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - from));
            awaitNothingWaits(app);
            long told = System.nanoTime() - from;
            runtime.gc();
            long grown = runtime.totalMemory() - runtime.freeMemory() - before;
            System.out.printf(
                    "measured: told in %d ms with %d messages and %d edits, heap %+d KiB,"
                            + " journal %.0f KiB%n",
                    TimeUnit.NANOSECONDS.toMillis(told),
                    api.calls("sendMessage").size(),
                    api.calls("editMessageText").size(),
                    grown / 1024,
                    app.metric("telegram_alerts_outbox_bytes") / 1024);
            assertThat(grown).isLessThan(16L << 20);
            assertThat(api.limitsBroken()).isZero();
            assertThat(api.messages()).hasSizeLessThanOrEqualTo(15);
            // those that were told one by one and those in the digest are all of them
            List<FakeMessage> digests =
                    api.messages().stream()
                            .filter(each -> each.plain().contains("incidents at once"))
                            .toList();
            int digested = digests.stream().mapToInt(DeliveryIntegrationTests::members).sum();
            assertThat(digested + api.messages().size() - digests.size()).isEqualTo(1000);
            FakeMessage digest =
                    digests.stream()
                            .max(Comparator.comparingInt(DeliveryIntegrationTests::members))
                            .orElseThrow();
            assertThat(digest.plain())
                    .contains("critical".toUpperCase(Locale.ROOT), "Storm × ", "more");
            assertThat(digests).allMatch(each -> each.plain().length() <= 4096 && !each.silent());
            // every critical one was heard: in a message of its own, or when its digest came
            assertThat(api.messages().stream().mapToInt(DeliveryIntegrationTests::heard).sum())
                    .isEqualTo(100);
            System.out.printf(
                    "measured: from 'sending' to 'arrived' at most %.1f ms%n",
                    app.metric("telegram_alerts_unconfirmed_seconds_max") * 1000);
            // one message with a thousand alerts is no different
            List<Alert> many = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                many.add(Alert.firing("Batch", "warning", "b" + i));
            }
            assertThat(app.post(ALERTS, Alert.message("batch", many)).body())
                    .contains("\"new\":1000");
            await().atMost(Duration.ofSeconds(90)).until(() -> count("Batch on b0") > 0);
            awaitNothingWaits(app);
            assertThat(message("Batch on b0").plain()).contains("more");
            assertThat(api.limitsBroken()).isZero();
        }
    }

    private static int members(FakeMessage digest) {
        return number(digest.plain(), "(\\d+) incidents at once");
    }

    /** How many critical ones a message told when it came, with a sound. */
    private static int heard(FakeMessage message) {
        String text = message.history().getFirst();
        if (message.silent()) {
            return 0;
        }
        return text.contains("incidents at once")
                ? number(text, "(\\d+) CRITICAL")
                : text.contains("CRITICAL · ") ? 1 : 0;
    }

    private static int number(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
    }

    @Test
    void aCriticalOneInAStormMakesASoundOfItsOwn() throws Exception {
        try (App app = fast()) {
            List<Alert> warnings = new ArrayList<>();
            api.down();
            for (int i = 0; i < 20; i++) {
                Alert warning = Alert.firing("W" + i, "warning", "h");
                warnings.add(warning);
                app.post(ALERTS, Alert.message("g" + i, warning));
            }
            api.up();
            awaitMessages(1);
            assertThat(api.messages().getFirst().plain()).contains("20 incidents at once");
            // one that is new, and one that is in the digest and gets worse
            Alert gone = Alert.firing("Gone", "critical", "h");
            Alert worse = Alert.firing("Worse", "critical", "h");
            app.post(ALERTS, Alert.message("new", gone));
            app.post(ALERTS, Alert.message("g3", warnings.get(3), worse));
            awaitMessages(3);
            awaitNothingWaits(app);
            for (String name : List.of("Gone on h", "Worse on h")) {
                assertThat(message(name).silent()).as(name).isFalse();
                assertThat(count(name)).as(name).isEqualTo(1);
            }
            assertThat(message("Worse on h").plain()).contains("W3 on h");
            awaitText(0, "19 incidents at once");
            assertThat(api.messages()).hasSize(3);
        }
    }

    @Test
    void whatCannotBeStoredIsNotTaken() throws Exception {
        try (App app = fast("--telegram-alerts.outbox.most-incidents=100")) {
            api.down();
            int refused = 0;
            for (int i = 0; i < 110; i++) {
                int status =
                        app.post(
                                        ALERTS,
                                        Alert.message(
                                                "g" + i, Alert.firing("A", "warning", "h" + i)))
                                .statusCode();
                refused += status == 503 ? 1 : 0;
            }
            assertThat(refused).isEqualTo(10);
            assertThat(app.post(ALERTS, "no json").statusCode()).isEqualTo(400);
            assertThat(app.post(ALERTS, "{}").statusCode()).isEqualTo(200);
            assertThat(app.post(ALERTS, "{\"alerts\":[null,{\"labels\":null}]}").statusCode())
                    .isEqualTo(503);
            assertThat(app.metric("telegram_alerts_webhooks_total{outcome=\"unstorable\"}"))
                    .isEqualTo(11);
        }
    }

    @Test
    void theTokenIsNowhere(CapturedOutput output) throws Exception {
        try (App app =
                fast(
                        "--logging.level.root=DEBUG",
                        // the fake's own
                        "--logging.level.com.sun.net.httpserver=INFO")) {
            api.fail(1, 401, "Unauthorized");
            app.post(ALERTS, Alert.message("g", Alert.firing("One", "critical", "h")));
            awaitMessages(1);
            api.down();
            app.post(ALERTS, Alert.message("g2", Alert.firing("Two", "critical", "h")));
            await().until(() ->
                    app.metric("telegram_alerts_messages_total{outcome=\"failed\"}") > 1);
            String secret = FakeBotApi.TOKEN.substring(FakeBotApi.TOKEN.indexOf(':') + 1);
            for (String path :
                    List.of(
                            "/metrics",
                            "/health",
                            "/actuator/health",
                            "/api/overview",
                            "/",
                            "/nowhere")) {
                assertThat(app.get(path).body()).as(path).doesNotContain(secret);
            }
            assertThat(output.getAll()).contains("will be tried again").doesNotContain(secret);
        }
    }

    @Test
    void withoutATokenItSaysSoAndPrints(CapturedOutput output) throws Exception {
        try (App app = App.start(null, outbox)) {
            assertThat(output.getAll()).contains("messages are printed here, not sent");
            app.post(ALERTS, Alert.message("g", Alert.firing("One", "critical", "h")));
            await().until(() -> output.getAll().contains("🔴 One on h"));
            assertThat(app.get("/health").body()).contains("\"delivery\":\"printing\"");
        }
    }

    @Test
    void countersAreThereFromTheStart() throws Exception {
        try (App app = fast()) {
            String metrics = app.get("/metrics").body();
            for (Map.Entry<String, List<String>> each :
                    Map.of(
                                    "telegram_alerts_messages_total{outcome=\"%s\"} 0.0",
                                    List.of("sent", "edited", "refused", "unknown", "rate_limited"),
                                    "telegram_alerts_alerts_total{outcome=\"%s\"} 0.0",
                                    List.of("new", "repeated"),
                                    "telegram_alerts_commands_total{outcome=\"%s\"} 0.0",
                                    List.of("answered", "stranger"),
                                    "telegram_alerts_findings_total{source=\"%s\"} 0.0",
                                    List.of("sentinel", "disk", "memory", "container", "watchdog"),
                                    "telegram_alerts_webhooks_total{outcome=\"%s\"} 0.0",
                                    List.of("stored", "unstorable", "unreadable"))
                            .entrySet()) {
                for (String value : each.getValue()) {
                    assertThat(metrics).contains(each.getKey().formatted(value));
                }
            }
            assertThat(metrics)
                    .contains(
                            "telegram_alerts_outbox_messages 0.0",
                            "telegram_alerts_outbox_oldest_seconds 0.0",
                            "telegram_alerts_last_success_timestamp_seconds 0.0",
                            "telegram_alerts_watchdog_age_seconds");
        }
    }

    private void awaitMessages(int count) {
        await().atMost(Duration.ofSeconds(20)).until(() -> api.messages().size() >= count);
    }

    private void awaitText(int message, String text) {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> api.messages().get(message).plain().contains(text));
    }

    private static void awaitNothingWaits(App app) {
        await().atMost(Duration.ofSeconds(90))
                .until(() -> app.metric("telegram_alerts_outbox_messages") == 0);
    }

    private long count(String text) {
        return api.messages().stream().filter(each -> each.plain().contains(text)).count();
    }

    private FakeMessage message(String text) {
        return api.messages().stream()
                .filter(each -> each.plain().contains(text))
                .findFirst()
                .orElseThrow();
    }
}
