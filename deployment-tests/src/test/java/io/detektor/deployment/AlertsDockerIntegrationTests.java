package io.detektor.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A container breaks: within 30 s the phone shows the right alert and no other, with a sound if it
 * is critical, and within 30 s after it is mended that it is over. What cannot be broken from
 * outside a container is in the tests of the monitoring.
 */
class AlertsDockerIntegrationTests {

    private static final Duration WITHIN = Duration.ofSeconds(30);

    /** Names of alerts that need a person; a failover is an event, not an alert. */
    private static final Pattern ALERT =
            Pattern.compile(
                    "\\b(?:RedisMaster|RedisSlave|Sentinel|Monitoring|FrameBuffer)[A-Z]\\w+");

    private static final Set<String> EVENTS = Set.of("RedisMasterFailover");

    @RegisterExtension static final Deployment deployment = Deployment.fresh();
    private static final HttpClient client = HttpClient.newHttpClient();
    private static Phone phone;
    private static RedisSet set;
    private static Deployment told;

    @BeforeAll
    static void up() throws IOException {
        String gateway =
                deployment
                        .run(
                                "docker",
                                "network",
                                "inspect",
                                "bridge",
                                "--format",
                                "{{(index .IPAM.Config 0).Gateway}}")
                        .ok()
                        .out()
                        .strip();
        phone = new Phone(gateway);
        Path token = deployment.directory().resolve("token");
        Files.writeString(token, "123456:not-a-real-one");
        told =
                deployment
                        .withEnvironment("TELEGRAM_API_URL", phone.url())
                        .withEnvironment("TELEGRAM_CHAT_IDS", "1")
                        .withEnvironment("TELEGRAM_BOT_TOKEN_FILE", token.toString());
        told.up();
        set = new RedisSet(told);
    }

    @AfterAll
    static void hangUp() {
        phone.close();
        client.close();
    }

    @ParameterizedTest
    @CsvSource({
        "docker kill MASTER, docker start MASTER, RedisMasterDown",
        "docker pause MASTER, docker unpause MASTER, RedisMasterDown",
        "docker network disconnect detektor-network MASTER,"
                + " docker network connect --ip ADDRESS detektor-network MASTER, RedisMasterDown",
        "docker kill REPLICA, docker start REPLICA, RedisSlaveMissing",
        "docker kill sentinel-3, docker start sentinel-3, SentinelDown",
        // which telegram-alerts sees by itself too
        "docker kill sentinel-2 sentinel-3, docker start sentinel-2 sentinel-3,"
                + " SentinelQuorumLost SentinelMajorityLost",
        "docker stop redis-exporter, docker start redis-exporter, MonitoringRedisExporterDown",
    })
    void thePhoneShowsItAndItsEnd(String breaks, String mends, String named) throws Exception {
        forget();
        String master = set.master();
        List<String> names = Arrays.asList(named.split(" ", -1));
        String alert = names.getFirst();
        long before = phone.moment();

        long broken = System.nanoTime();
        run(breaks, master);
        try {
            Deployment.within(
                    WITHIN,
                    () ->
                            assertThat(phone.textsAfter(before))
                                    .anyMatch(text -> text.contains(alert)));
            figure(breaks + ": " + alert + " on the phone", broken);
        } finally {
            run(mends, master);
        }
        long mended = System.nanoTime();
        Deployment.within(
                WITHIN,
                () ->
                        assertThat(phone.textsAfter(before))
                                .filteredOn(text -> text.contains(alert))
                                .isNotEmpty()
                                .allMatch(text -> text.contains("esolved")));
        figure(mends + ": its end on the phone", mended);

        awaitQuiet();
        assertThat(alerts(phone.textsAfter(before))).containsExactlyInAnyOrderElementsOf(names);
        // it is a warning
        assertThat(phone.soundedAfter(before)).isEqualTo(!alert.equals("SentinelDown"));
    }

    @Test
    void whatAPrometheusSaysFirstReachesAlertmanager() throws Exception {
        forget();

        Deployment.within(
                WITHIN,
                () ->
                        assertThat(query("sum(prometheus_notifications_sent_total) > 0"))
                                .doesNotContain("\"result\":[]"));
        assertThatNothingIn("prometheus_notifications_dropped_total > 0");
    }

    @Test
    void aPlannedSwitchMakesNoSound() throws Exception {
        forget();
        long before = phone.moment();

        deployment.detektor("switch").ok();

        Deployment.within(WITHIN, () -> assertThat(phone.textsAfter(before)).isNotEmpty());
        // what is about to fire is waited for as well
        awaitQuiet();
        assertThat(phone.soundedAfter(before)).isFalse();
        assertThat(alerts(phone.textsAfter(before))).isEmpty();
    }

    private static Set<String> alerts(List<String> texts) {
        Set<String> names = new TreeSet<>();
        for (String text : texts) {
            ALERT.matcher(text).results().map(MatchResult::group).forEach(names::add);
        }
        names.removeAll(EVENTS);
        return names;
    }

    /**
     * Several failovers in a few minutes are an alert of their own: Prometheus begins anew, when
     * nothing waits for it to say that it is over.
     */
    private static void forget() {
        awaitQuiet();
        told.compose("rm", "--stop", "--force", "prometheus").ok();
        told.run("docker", "volume", "rm", "detektor_prometheus-data").ok();
        told.compose("up", "-d", "--wait", "--no-deps", "prometheus").ok();
        // nothing is quiet before it has seen something
        Deployment.within(
                Duration.ofMinutes(1),
                () -> {
                    assertThat(query("count(redis:instance_up == 1)")).contains("\"2\"");
                    assertThat(query("count(sentinel:instance_up == 1)")).contains("\"3\"");
                });
        awaitQuiet();
    }

    /** The set is whole, nothing fires or is about to, and everything is told. */
    private static void awaitQuiet() {
        set.awaitWhole(Duration.ofMinutes(1));
        Deployment.within(
                Duration.ofMinutes(2),
                () -> {
                    assertThatNothingIn("ALERTS{severity=~\"critical|warning\"}");
                    assertThat(alertmanager()).isEqualTo("[]");
                    assertThat(query("telegram_alerts_outbox_messages == 0")).contains("\"0\"");
                });
    }

    /** What it holds that somebody has to be told of. */
    private static String alertmanager() {
        return told.run(
                        "docker",
                        "exec",
                        "alertmanager",
                        "wget",
                        "-q",
                        "-O",
                        "-",
                        "http://127.0.0.1:9093/api/v2/alerts?filter=severity%3D~%22critical%7Cwarning%22")
                .ok()
                .out()
                .strip();
    }

    private static void assertThatNothingIn(String expression) throws Exception {
        assertThat(query(expression)).contains("\"result\":[]");
    }

    private static String query(String expression) throws InterruptedException {
        URI uri =
                URI.create(
                        "http://localhost:9090/api/v1/query?query="
                                + URLEncoder.encode(expression, StandardCharsets.UTF_8));
        HttpRequest request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(5)).build();
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
        } catch (IOException e) {
            // a failure that is waited out, as a wrong answer is
            throw new AssertionError(uri + ": " + e, e);
        }
    }

    private static void run(String command, String master) {
        deployment
                .run(
                        command.replace("MASTER", master)
                                .replace("REPLICA", RedisSet.other(master))
                                .replace("ADDRESS", String.valueOf(RedisSet.ADDRESSES.get(master)))
                                .split(" ", -1))
                .ok();
    }

    private static void figure(String what, long from) {
        Figures.add(what, Duration.ofNanos(System.nanoTime() - from).toMillis() + " ms");
    }
}
