package io.detektor.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the entry points of Prometheus and Alertmanager make of their environment. */
class StartScriptsTests {

    private static final String TOKEN = "123456789:AAnobodys";

    @TempDir private Path directory;

    private Tools.Outcome render(String program, Map<String, String> environment) {
        Map<String, String> all = new HashMap<>(environment);
        all.put("RENDERED", directory.resolve("made").toString());
        return Tools.run(
                all,
                "/bin/sh",
                Tools.project("monitoring/" + program + "/start").toString(),
                "--render");
    }

    private String made(String file) {
        return Tools.read(directory.resolve("made").resolve(file));
    }

    /** The environment that Compose gives to the container, of the mode. */
    private static Map<String, String> mode(String name) {
        Map<String, String> environment = new HashMap<>();
        for (String line :
                Tools.read(Tools.project("monitoring/env/" + name + ".env")).split("\n", -1)) {
            if (!line.startsWith("#") && line.contains("=")) {
                int equals = line.indexOf('=');
                environment.put(
                        line.substring(0, equals),
                        line.substring(equals + 1)
                                .replace("${DETEKTOR_SUBNET_PREFIX:-172.30.79}", "172.30.79")
                                .replace("${SUBNET_PREFIX}", "172.30.79"));
            }
        }
        return environment;
    }

    // ------------------------------------------------------------ Prometheus

    @ParameterizedTest
    @ValueSource(strings = {"sentinel", "single"})
    void promtoolTakesWhatIsMadeOfTheMode(String mode) {
        Tools.Outcome rendered = render("prometheus", mode(mode));
        assertThat(rendered.status()).as(rendered.text()).isZero();

        Tools.Outcome checked =
                Tools.run(
                        Map.of(),
                        Tools.find("promtool"),
                        "check",
                        "config",
                        directory.resolve("made/prometheus.yml").toString());

        assertThat(checked.status()).as(checked.text()).isZero();
        assertThat(checked.text()).contains("3 rule files found");
    }

    @Test
    void theSetIsWatchedByTheAddressesThatItsNodesAnnounce() {
        render("prometheus", mode("sentinel"));

        assertThat(made("targets/redis.json"))
                .contains("\"172.30.79.11:6379\"", "\"redis-master\"", "\"redis-slave\"")
                .containsPattern("172.30.79.13:6379.*\"redis-slave-2\".*\"optional\": \"yes\"")
                .doesNotContainPattern("172.30.79.12:6379.*optional");
        assertThat(made("targets/sentinel.json").lines())
                .filteredOn(line -> line.contains("172.30.79.2") && line.contains("\"mymaster\""))
                .hasSize(3);
        assertThat(Tools.read(Tools.project("docker-compose.redis-ha.yml")))
                .contains("SUBNET_PREFIX:-172.30.79}.11:6379", "SUBNET_PREFIX:-172.30.79}.13:6379");
    }

    @Test
    void theSingleRedisHasNoSentinels() {
        render("prometheus", mode("single"));

        assertThat(made("targets/redis.json")).contains("\"redis:6379\"");
        assertThat(made("targets/sentinel.json").replaceAll("\\s", "")).isEqualTo("[]");
    }

    @ParameterizedTest
    @CsvSource({
        "REDIS_NODES, '', REDIS_NODES: not set",
        "REDIS_NODES, 172.30.79.11:6379, NAME=HOST:PORT",
        "REDIS_NODES, a=host, HOST:PORT",
        "SENTINELS, a=b:1\"}, HOST:PORT",
        "ALERTMANAGER, http://alertmanager:9093, HOST:PORT",
    })
    void mistakesAreNamed(String variable, String value, String expected) {
        Map<String, String> environment = mode("sentinel");
        environment.put(variable, value);

        Tools.Outcome outcome = render("prometheus", environment);

        assertThat(outcome.status()).isEqualTo(64);
        assertThat(outcome.text()).contains(variable, expected);
    }

    // ------------------------------------------------------------ Alertmanager

    private String amtool(String... words) {
        String[] command = new String[words.length + 2];
        command[0] = Tools.find("amtool");
        System.arraycopy(words, 0, command, 1, words.length);
        command[words.length + 1] = "--config.file=" + directory.resolve("made/alertmanager.yml");
        Tools.Outcome outcome = Tools.run(Map.of(), command);
        assertThat(outcome.status()).as(outcome.text()).isZero();
        return outcome.text();
    }

    @ParameterizedTest
    @CsvSource({
        "alertname=Watchdog severity=none component=monitoring, watchdog",
        "alertname=RedisMasterDown severity=critical component=redis redis_group=g, telegram-alerts",
        "alertname=RedisSlaveDown severity=warning component=redis redis_group=g, telegram-alerts",
        "alertname=RedisMasterFailover severity=info type=event, telegram-alerts-events",
        "alertname=MonitoringTelegramAlertsDown severity=critical fallback=yes, telegram-direct",
        "alertname=Unheard severity=critical, telegram-alerts",
    })
    void alertsGoWhereTheyBelong(String labels, String receiver) {
        render("alertmanager", Map.of());
        String[] words =
                ("config routes test --verify.receivers=" + receiver + " " + labels).split(" ", -1);

        assertThat(amtool(words)).contains(receiver);
    }

    @Test
    void amtoolTakesItWithAndWithoutAFallback() throws Exception {
        Tools.Outcome without = render("alertmanager", Map.of());
        assertThat(without.status()).isZero();
        assertThat(without.text()).contains("nobody is told");
        Tools.run(Map.of(), Tools.find("amtool"), "check-config", made());
        assertThat(made("alertmanager.yml")).doesNotContain("telegram_configs", "{telegram");

        Path token = Files.writeString(directory.resolve("token"), TOKEN + "\n");
        Tools.Outcome with =
                render(
                        "alertmanager",
                        Map.of(
                                "TELEGRAM_BOT_TOKEN_FILE",
                                token.toString(),
                                "TELEGRAM_CHAT_IDS",
                                "-100123:7,42,@name"));
        assertThat(with.status()).isZero();
        assertThat(with.text()).contains("@name").doesNotContain(TOKEN, "nobody is told");
        assertThat(made("alertmanager.yml")).contains(TOKEN, "chat_id: -100123,", "chat_id: 42,");
        assertThat(Tools.run(Map.of(), Tools.find("amtool"), "check-config", made()).status())
                .isZero();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(made()))))
                .as("who may read the token")
                .isEqualTo("rw-------");
    }

    @Test
    void aTokenThatCannotBeReadIsSaidAndTheRestGoesOn() {
        Tools.Outcome outcome =
                render(
                        "alertmanager",
                        Map.of("TELEGRAM_BOT_TOKEN_FILE", "/nowhere", "TELEGRAM_CHAT_IDS", "1"));

        assertThat(outcome.status()).as(outcome.text()).isZero();
        assertThat(outcome.text()).contains("/nowhere", "nobody is told");
        assertThat(made("alertmanager.yml")).doesNotContain("telegram_configs");
    }

    private String made() {
        return directory.resolve("made/alertmanager.yml").toString();
    }

    @ParameterizedTest
    @CsvSource({
        "TELEGRAM_BOT_TOKEN, 'a\"b secret', the bot token: not shown",
        "TELEGRAM_ALERTS, http://x:1/y, HOST:PORT",
        "TELEGRAM_API_URL, ftp://x, a URL",
    })
    void mistakesOfAlertmanagersAreNamed(String variable, String value, String expected) {
        Tools.Outcome outcome = render("alertmanager", Map.of(variable, value));

        assertThat(outcome.status()).isEqualTo(64);
        assertThat(outcome.text()).contains(expected).doesNotContain("secret");
    }
}
