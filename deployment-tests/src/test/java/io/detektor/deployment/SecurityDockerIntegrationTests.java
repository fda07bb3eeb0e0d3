package io.detektor.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a container in the network may do that was told nothing: as nobody, and as {@code loadtest},
 * the only user without a password. Words of a command are separated by a bar.
 */
class SecurityDockerIntegrationTests {

    private static final String STRANGER = "detektor-stranger";
    private static final String STREAM = "frames:metadata";

    @RegisterExtension static final Deployment deployment = Deployment.fresh();
    private static final RedisSet set = new RedisSet(deployment);
    private static String content = "";

    /** By the list of what the user may do, inside a script, too; or for everybody. */
    private static final Pattern REFUSED =
            Pattern.compile(
                    "NOPERM|ACL failure in script|not allowed from script|DEBUG command not allowed");

    @BeforeAll
    static void aSetWithFramesAndAStranger() {
        deployment.compose("-f", "docker-compose.redis-ha.yml", "up", "-d", "--wait").ok();
        set.awaitWhole(Duration.ofSeconds(30));
        set.store(STREAM, 10);
        content = set.content("redis-master", STREAM);
        String image =
                deployment
                        .run("docker", "inspect", "--format", "{{.Config.Image}}", "redis-master")
                        .ok()
                        .out()
                        .strip();
        deployment
                .run(
                        "docker",
                        "run",
                        "--detach",
                        "--rm",
                        "--name",
                        STRANGER,
                        "--network",
                        Deployment.NETWORK,
                        "--entrypoint",
                        "sleep",
                        image,
                        "3600")
                .ok();
    }

    @AfterAll
    static void nothingHasChanged() {
        deployment.run("docker", "rm", "--force", "--volumes", STRANGER).ok();
        set.assertWhole();
        assertThat(set.master()).isEqualTo("redis-master");
        for (String node : RedisSet.NODES) {
            assertThat(set.content(node, STREAM)).as(node).isEqualTo(content);
            assertThat(deployment.redis(node, "EXISTS", "stolen")).as(node).isEqualTo("0");
        }
    }

    private static String ask(List<String> login, String host, String port, String words) {
        List<String> all =
                new ArrayList<>(
                        List.of("docker", "exec", "--env", "REDISCLI_AUTH", STRANGER, "redis-cli"));
        if (login.isEmpty()) {
            all.remove("--env");
            all.remove("REDISCLI_AUTH");
        }
        all.addAll(login);
        all.addAll(List.of("-h", host, "-p", port));
        all.addAll(List.of(words.split("\\|", -1)));
        return deployment
                .withEnvironment("REDISCLI_AUTH", "anything")
                .run(Duration.ofSeconds(10), all.toArray(String[]::new))
                .text()
                .strip();
    }

    private static String asNobody(String host, String port, String words) {
        return ask(List.of(), host, port, words);
    }

    private static String asLoadTester(String host, String port, String words) {
        return ask(List.of("--user", "loadtest"), host, port, words);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PING",
                "INFO",
                "KEYS|*",
                "XRANGE|frames:metadata|-|+",
                "GET|test_key",
                "SET|stolen|1",
                "XADD|load-test|*|a|b",
                "CONFIG|GET|*",
                "ACL|LIST",
                "REPLICAOF|NO|ONE",
                "FLUSHALL",
                "SHUTDOWN|NOSAVE",
                "PUBLISH|__sentinel__:hello|x",
                "SUBSCRIBE|__sentinel__:hello",
                "PSYNC|?|-1",
                "MONITOR",
            })
    void nobodyMayDoAnythingAtANode(String words) {
        // redis-cli itself says a word before the answer to PSYNC
        assertThat(asNobody("redis-master", "6379", words)).contains("NOAUTH");
        assertThat(asNobody("redis-slave", "6379", words)).contains("NOAUTH");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PING",
                "SENTINEL|masters",
                "SENTINEL|GET-MASTER-ADDR-BY-NAME|mymaster",
                "SENTINEL|SET|mymaster|quorum|1",
                "SENTINEL|FAILOVER|mymaster",
                "SENTINEL|REMOVE|mymaster",
                "SENTINEL|MONITOR|other|172.30.79.200|6379|1",
                "SENTINEL|RESET|*",
                "PUBLISH|__sentinel__:hello|x",
                "SHUTDOWN",
            })
    void nobodyMayDoAnythingAtASentinel(String words) {
        assertThat(asNobody("sentinel-1", "26379", words)).startsWith("NOAUTH");
    }

    @Test
    void theLoadTesterReachesItsOwnStreams() {
        assertThat(asLoadTester("redis-master", "6379", "ACL|WHOAMI")).startsWith("NOPERM");
        assertThat(asLoadTester("redis-master", "6379", "XADD|load-test-own|*|a|b"))
                .matches("[0-9]+-[0-9]+");
        assertThat(asLoadTester("redis-master", "6379", "XLEN|load-test-own")).isEqualTo("1");
        assertThat(asLoadTester("redis-master", "6379", "DEL|load-test-own")).isEqualTo("1");
        assertThat(asLoadTester("sentinel-1", "26379", "SENTINEL|GET-MASTER-ADDR-BY-NAME|mymaster"))
                .startsWith("172.30.79.11");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "XRANGE|frames:metadata|-|+",
                "XREAD|COUNT|1|STREAMS|frames:metadata|0",
                "XADD|frames:metadata|*|a|b",
                "XTRIM|frames:metadata|MAXLEN|0",
                "XINFO|STREAM|frames:metadata",
                "DEL|frames:metadata",
                "GET|test_key",
                "SET|stolen|1",
                "KEYS|*",
                "SCAN|0",
                "RANDOMKEY",
                "EVAL|return redis.call('SET', 'stolen', '1')|0",
                "EVAL|return redis.call('XRANGE', 'frames:metadata', '-', '+')|0",
                "EVAL|return redis.call('SET', KEYS[1], '1')|1|stolen",
                "EVAL|return redis.call('CONFIG', 'GET', '*')|0",
                "RENAME|frames:metadata|load-test-x",
                "COPY|frames:metadata|load-test-x",
                "DUMP|frames:metadata",
                "CONFIG|GET|*",
                "CONFIG|SET|dir|/tmp",
                "ACL|LIST",
                "ACL|SETUSER|loadtest|+@all",
                "REPLICAOF|172.30.79.200|6379",
                "PSYNC|?|-1",
                "FAILOVER",
                "FLUSHALL",
                "SHUTDOWN|NOSAVE",
                "DEBUG|SLEEP|1",
                "SCRIPT|KILL",
                "SCRIPT|FLUSH",
                "FUNCTION|LIST",
                "CLIENT|PAUSE|10000",
                "CLIENT|KILL|TYPE|normal",
                "CLIENT|LIST",
                "PUBLISH|__sentinel__:hello|172.30.79.200,26379,x,99,mymaster,172.30.79.200,6379,99",
                "SUBSCRIBE|__sentinel__:hello",
                "MONITOR",
            })
    void theLoadTesterMayDoNothingElseAtANode(String words) {
        assertThat(asLoadTester("redis-master", "6379", words)).containsPattern(REFUSED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SENTINEL|SET|mymaster|quorum|1",
                "SENTINEL|CONFIG|SET|announce-ip|172.30.79.200",
                "SENTINEL|FAILOVER|mymaster",
                "SENTINEL|REMOVE|mymaster",
                "SENTINEL|MONITOR|other|172.30.79.200|6379|1",
                "SENTINEL|RESET|*",
                "SENTINEL|IS-MASTER-DOWN-BY-ADDR|172.30.79.11|6379|1|*",
                "SENTINEL|FLUSHCONFIG",
                "SENTINEL|SIMULATE-FAILURE|crash-after-election",
                "SENTINEL|DEBUG",
                "PUBLISH|__sentinel__:hello|172.30.79.200,26379,x,99,mymaster,172.30.79.200,6379,99",
                "ACL|SETUSER|loadtest|+@all",
                "CLIENT|KILL|TYPE|normal",
                "SHUTDOWN",
            })
    void theLoadTesterMayChangeNothingAtASentinel(String words) {
        assertThat(asLoadTester("sentinel-1", "26379", words)).startsWith("NOPERM");
    }

    @Test
    void whoIsAllowedIsNotRefused() {
        // or the tests above would pass with a set that refuses everybody
        assertThat(deployment.redis("redis-master", "PING")).isEqualTo("PONG");
        assertThat(deployment.redis("redis-master", "CONFIG", "GET", "maxmemory-policy"))
                .contains("noeviction");
    }
}
