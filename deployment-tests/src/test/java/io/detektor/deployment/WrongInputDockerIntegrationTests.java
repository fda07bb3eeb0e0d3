package io.detektor.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What people get wrong: one clear message, and nothing half-started where Compose allows it. */
class WrongInputDockerIntegrationTests {

    @RegisterExtension static final Deployment deployment = Deployment.fresh();
    private static final RedisSet set = new RedisSet(deployment);

    @AfterEach
    void nothingIsLeft() {
        deployment.removeEverything();
    }

    private static Ended upTheSet(Deployment how) {
        return how.compose("-f", "docker-compose.redis-ha.yml", "up", "-d");
    }

    private static void assertNothingRuns() {
        assertThat(set.health()).as("containers that run").isEmpty();
    }

    @Test
    void anEmptyPassword() {
        Deployment how = deployment.withEnvironment("REDIS_PASSWORD", "");

        upTheSet(how).refused();

        assertThat(deployment.compose("logs", "redis-secrets").text())
                .contains("REDIS_PASSWORD: empty (expected: a password, or not set at all");
        assertNothingRuns();
        assertThat(how.detektor("preflight").refused().out())
                .containsPattern("FAIL +REDIS_PASSWORD +empty");
    }

    @Test
    void anEmptyPasswordFile() throws IOException {
        Path file = Files.createFile(deployment.directory().resolve("empty-password"));

        Deployment how = deployment.withEnvironment("REDIS_PASSWORD_FILE", file.toString());

        upTheSet(how).refused();

        assertThat(deployment.compose("logs", "redis-secrets").text())
                .contains("is empty (expected: a file with a password)");
        assertNothingRuns();
        assertThat(how.detektor("preflight").refused().out())
                .containsPattern("FAIL +REDIS_PASSWORD_FILE +.*: empty");
        assertThat(
                        deployment
                                .withEnvironment("REDIS_PASSWORD_FILE", file + "-mistyped")
                                .detektor("preflight")
                                .refused()
                                .out())
                .containsPattern("FAIL +REDIS_PASSWORD_FILE +.*-mistyped: no such file");
    }

    @Test
    void aPasswordThatSentinelCannotKeep() {
        upTheSet(deployment.withEnvironment("REDIS_PASSWORD", "two words")).refused();

        assertThat(deployment.compose("logs", "redis-secrets").text())
                .contains("REDIS_PASSWORD: not shown (expected: no blanks")
                .doesNotContain("two words");
        assertNothingRuns();
    }

    @Test
    void aPortThatIsTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(6380, 1, InetAddress.getLoopbackAddress())) {
            assertThat(upTheSet(deployment).refused().text()).contains("redis-ports");
            assertThat(deployment.compose("logs", "redis-ports").text())
                    .contains(taken.getLocalPort() + ": in use on this host")
                    .contains("for redis-master")
                    .contains("REDIS_MASTER_PORT");
            assertNothingRuns();
            assertThat(deployment.detektor("preflight").refused().out())
                    .containsPattern("FAIL +6380 +redis-master: in use");
        }
        // the retry helps once it is free, with nothing to clean up before
        deployment.compose("-f", "docker-compose.redis-ha.yml", "up", "-d", "--wait").ok();
        set.awaitWhole(Duration.ofSeconds(30));

        // those that it has itself now are not taken
        upTheSet(deployment).ok();
    }

    @Test
    void aModeThatDoesNotExist() {
        Ended ended =
                deployment
                        .withEnvironment("REDIS_MODE", "cluster")
                        .run("docker", "compose", "up", "-d")
                        .refused();

        assertThat(ended.text()).contains("services-cluster.env");
        assertNothingRuns();
    }

    @Test
    void aSubnetThatIsNone() {
        assertThat(
                        upTheSet(deployment.withEnvironment("DETEKTOR_SUBNET_PREFIX", "172.30.790"))
                                .refused()
                                .text())
                .contains("172.30.790");
        assertNothingRuns();
    }

    @Test
    void aNetworkOfThatNameWithAnotherSubnet() {
        deployment
                .run("docker", "network", "create", "--subnet", "10.213.7.0/24", Deployment.NETWORK)
                .ok();
        try {
            assertThat(upTheSet(deployment).refused().text()).contains(Deployment.NETWORK);
            assertNothingRuns();
            assertThat(deployment.detektor("preflight").refused().out())
                    .contains("exists with 10.213.7.0/24")
                    .contains("DETEKTOR_SUBNET_PREFIX");
        } finally {
            deployment.removeEverything();
            deployment.run("docker", "network", "rm", Deployment.NETWORK);
        }
    }

    @Test
    void aMistypedNode() {
        assertThat(
                        deployment
                                .detektor("migrate", "--from", "detektor-reids-1", "--yes")
                                .refused()
                                .err())
                .contains(
                        "--from: detektor-reids-1 is missing (expected: the running Redis of today)");
        assertThat(
                        deployment
                                .detektor("rollback", "--master", "redis-mater", "--yes")
                                .refused()
                                .err())
                .contains("redis-mater");
        assertThat(deployment.detektor("backup", "--from", "redis-mater").refused().err())
                .contains("--from: redis-mater is missing");
        assertNothingRuns();
    }

    @Test
    void noMemory() {
        assertThat(deployment.detektor("preflight", "--memory", "100000").endedWith(1).out())
                .containsPattern("FAIL +memory .*available \\(expected: at least 100000 GB\\)");
    }

    @Test
    void noEngine() {
        assertThat(
                        deployment
                                .withEnvironment("DOCKER_HOST", "unix:///nowhere/docker.sock")
                                .detektor("status")
                                .endedWith(1)
                                .err()
                                .lines())
                .singleElement()
                .asString()
                .startsWith("status: docker: the engine does not answer:");
    }

    @Test
    void anOldCompose() throws IOException {
        Path programs = Files.createDirectories(deployment.directory().resolve("old-compose"));
        Path docker = programs.resolve("docker");
        Files.writeString(
                docker,
                """
                #!/bin/sh
                case $1 in
                    compose) echo 2.5.0 ;;
                    info) echo 20.10.0 ;;
                esac
                """);
        Files.setPosixFilePermissions(docker, PosixFilePermissions.fromString("rwxr-xr-x"));

        assertThat(
                        deployment
                                .withEnvironment("PATH", programs + ":" + System.getenv("PATH"))
                                .detektor("status")
                                .endedWith(1)
                                .err())
                .contains("docker compose: version 2.5.0 (expected: 2.20 or later)");
    }

    @Test
    void aMistypedOption() {
        assertThat(deployment.detektor("status", "--al").endedWith(2).err())
                .contains("--al: unknown argument");
        assertThat(deployment.detektor("stauts").endedWith(2).err())
                .contains("stauts: unknown command");
    }
}
