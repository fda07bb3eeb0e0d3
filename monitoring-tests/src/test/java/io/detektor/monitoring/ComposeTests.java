package io.detektor.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The services of the monitoring in the compose file. */
class ComposeTests {

    private static final Path FILE = Tools.project("docker-compose.yml");

    private static Map<String, ?> service(String name) {
        return Rules.map(Rules.map(Rules.yaml(FILE).get("services")).get(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"prometheus", "alertmanager", "redis-exporter", "grafana"})
    void isRunAsTheOthersAre(String name) {
        Map<String, ?> service = service(name);
        assertThat(service.get("container_name")).isEqualTo(name);
        assertThat(service.get("read_only")).isEqualTo(true);
        assertThat(service).containsKeys("healthcheck", "mem_limit", "logging", "cap_drop");
        assertThat(service.get("restart")).isEqualTo("unless-stopped");
        assertThat(String.valueOf(service.get("image")))
                .startsWith("${" + name.toUpperCase(java.util.Locale.ROOT).replace('-', '_'))
                .doesNotContain("latest");
    }

    @Test
    void whoeverReachesTheExporterOrAlertmanagerIsInTheNetwork() {
        assertThat(service("redis-exporter")).doesNotContainKey("ports");
        assertThat(service("alertmanager")).doesNotContainKey("ports");
        assertThat(service("docker-proxy")).doesNotContainKey("ports");
        assertThat(String.valueOf(service("prometheus").get("ports"))).contains("SERVICES_BIND");
    }

    @Test
    void theSocketOfTheEngineIsOptionalAndReadOnly() {
        Map<String, ?> proxy = service("docker-proxy");
        assertThat(String.valueOf(proxy.get("profiles"))).isEqualTo("[docker-watch]");
        assertThat(Rules.map(proxy.get("environment")).get("POST")).isEqualTo(0);
        assertThat(String.valueOf(proxy.get("networks"))).isEqualTo("[docker-proxy]");
    }

    @Test
    void noPasswordIsInTheEnvironmentOrTheCommand() {
        for (String name : new String[] {"redis-exporter", "grafana", "alertmanager"}) {
            Map<String, ?> service = service(name);
            assertThat(String.valueOf(service.get("environment")) + service.get("command"))
                    .doesNotContain("TELEGRAM_BOT_TOKEN=", "TELEGRAM_BOT_TOKEN:")
                    .doesNotContainPattern("PASSWORD[=:] ");
        }
    }
}
