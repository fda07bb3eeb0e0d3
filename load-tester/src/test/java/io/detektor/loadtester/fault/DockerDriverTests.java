package io.detektor.loadtester.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.detektor.loadtester.plan.FaultSpec;
import io.detektor.loadtester.plan.InvalidValueException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The command lines; what they do to real containers, the tests of the deployment show. */
class DockerDriverTests {

    private final List<String> said = new ArrayList<>();
    private String masterIp = "172.30.79.12";
    private String paused = "true";
    private String health = "healthy";

    private final DockerDriver driver = new DockerDriver(this::answer, "detektor", "mymaster");

    private String answer(List<String> command) {
        String line = String.join(" ", command);
        said.add(line);
        if (line.startsWith("docker ps ")) {
            return "sentinel-1\nsentinel-2\nsentinel-3\nredis-master\nredis-slave\nframe-buffer\n";
        }
        if (line.contains("Networks")) {
            String name = command.getLast();
            String last =
                    switch (name) {
                        case "redis-master" -> "11";
                        case "redis-slave" -> "12";
                        default -> "2" + name.charAt(name.length() - 1);
                    };
            return "detektor-network 172.30.79." + last + "\n\n";
        }
        if (line.contains("GET-MASTER-ADDR")) {
            if (line.contains("sentinel-3")) {
                throw new IllegalStateException("sentinel-3 is not running");
            }
            return masterIp + "\n6379\n";
        }
        if (line.contains("Paused")) {
            return paused + "\n";
        }
        return line.contains("Health") ? health + "\n" : "";
    }

    @Test
    void theMasterIsTheOneThatAMajorityNames() {
        assertThat(driver.resolve("master").name()).isEqualTo("redis-slave");
        assertThat(driver.resolve("master").address()).hasToString("172.30.79.12:6379");
        assertThat(driver.resolve("replica").name()).isEqualTo("redis-master");
        assertThat(driver.resolve("redis-1").name()).isEqualTo("redis-master");
        assertThat(driver.resolve("sentinel-2").address()).hasToString("172.30.79.22:26379");
        assertThat(said)
                .contains(
                        "docker exec sentinel-1 redis-cli -p 26379 SENTINEL"
                                + " GET-MASTER-ADDR-BY-NAME mymaster");
        masterIp = "";
        assertThatThrownBy(() -> driver.resolve("master")).hasMessageContaining("node: master");
    }

    @Test
    void killAndFreezeAndTheWaysBack() {
        done("kill master");
        done("stop replica");
        done("freeze master");

        assertThat(said)
                .containsSubsequence(
                        "docker kill redis-slave",
                        "docker start redis-slave",
                        "docker stop -t 60 redis-master",
                        "docker start redis-master",
                        "docker pause redis-slave",
                        "docker unpause redis-slave");
    }

    @Test
    void whatIsNotPausedIsNotResumed() {
        paused = "false";
        done("freeze master");

        assertThat(said).doesNotContain("docker unpause redis-slave");
    }

    @Test
    void aCableComesBackWithTheSameAddress() {
        done("unplug master");

        assertThat(said)
                .containsSubsequence(
                        "docker network disconnect detektor-network redis-slave",
                        "docker network connect --ip 172.30.79.12 detektor-network redis-slave");
    }

    @Test
    void commandsGoThroughTheContainers() {
        done("busy master");
        done("failover");

        assertThat(said)
                .containsSubsequence(
                        "docker exec -d redis-slave redis-cli EVAL while true do end 0",
                        "docker exec redis-slave redis-cli SCRIPT KILL",
                        "docker exec sentinel-1 redis-cli -p 26379 SENTINEL FAILOVER mymaster");
    }

    @Test
    void wholeIsWhenEveryContainerIsHealthy() {
        assertThat(driver.awaitWhole(Duration.ofMillis(10))).isTrue();
        health = "unhealthy";
        assertThat(driver.awaitWhole(Duration.ofMillis(10))).isFalse();
    }

    @Test
    void whatContainersCannotDoIsToldBefore() {
        assertThatThrownBy(() -> driver.check(fault("cut master")))
                .isInstanceOf(InvalidValueException.class);
        assertThatThrownBy(() -> driver.check(fault("kill redis-7")))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("redis-master, redis-slave, sentinel-1");
        driver.check(fault("kill master"));
        assertThatThrownBy(() -> new DockerDriver(_ -> "", "other", "mymaster"))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageStartingWith("--docker: other (expected: ");
    }

    private void done(String text) {
        FaultSpec fault = fault(text);
        FaultNode node = driver.resolve(fault.action().onNode() ? fault.node() : "master");
        driver.inject(fault, node);
        driver.heal(fault, node);
    }

    private static FaultSpec fault(String text) {
        return FaultSpec.parse("--fault", "at=1s " + text);
    }
}
