package io.detektor.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The set as an operator sees it with {@code redis-cli}: it asks the nodes and the Sentinels
 * themselves, so that what {@code ./detektor status} says can be compared with it.
 */
final class RedisSet {

    static final List<String> SENTINELS = List.of("sentinel-1", "sentinel-2", "sentinel-3");
    static final List<String> NODES = List.of("redis-master", "redis-slave");
    static final Map<String, String> ADDRESSES =
            Map.of("redis-master", "172.30.79.11", "redis-slave", "172.30.79.12");

    private final Deployment deployment;

    RedisSet(Deployment deployment) {
        this.deployment = deployment;
    }

    /** The container that a Sentinel names as master. */
    String masterAsToldBy(String sentinel) {
        String address =
                deployment
                        .sentinel(sentinel, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", "mymaster")
                        .lines()
                        .findFirst()
                        .orElse("nobody");
        return NODES.stream()
                .filter(node -> address.equals(ADDRESSES.get(node)))
                .findFirst()
                .orElse(address);
    }

    /** The container that all Sentinels name as master. */
    String master() {
        Set<String> named = new HashSet<>();
        for (String sentinel : SENTINELS) {
            named.add(masterAsToldBy(sentinel));
        }
        assertThat(named).as("the master, as told by each Sentinel").hasSize(1);
        return named.iterator().next();
    }

    static String other(String node) {
        return node.equals("redis-master") ? "redis-slave" : "redis-master";
    }

    Map<String, String> replication(String container) {
        Map<String, String> fields = new HashMap<>();
        deployment
                .redis(container, "INFO", "replication")
                .lines()
                .filter(line -> line.contains(":"))
                .forEach(line ->
                        fields.put(
                                line.substring(0, line.indexOf(':')),
                                line.substring(line.indexOf(':') + 1).strip()));
        return fields;
    }

    /** One master, the other node its replica, in sync and promotable; all Sentinels agree. */
    void assertWhole() {
        String master = master();
        assertThat(NODES).contains(master);
        assertThat(replication(master)).as(master).containsEntry("role", "master");
        assertReplica(other(master), master);
        for (String sentinel : SENTINELS) {
            assertThat(deployment.sentinel(sentinel, "SENTINEL", "CKQUORUM", "mymaster"))
                    .as(sentinel)
                    .startsWith("OK 3 usable Sentinels");
        }
    }

    void assertReplica(String node, String of) {
        assertThat(replication(node))
                .as(node)
                .containsEntry("role", "slave")
                .containsEntry("master_host", ADDRESSES.get(of))
                .containsEntry("master_link_status", "up")
                .containsEntry("slave_priority", "100");
    }

    void awaitWhole(Duration limit) {
        Deployment.within(limit, this::assertWhole);
    }

    /** Stores that many entries of known content in a stream. */
    void store(String stream, int entries) {
        deployment.redis(
                master(),
                "EVAL",
                "for i = 1, tonumber(ARGV[1]) do redis.call('XADD', KEYS[1], '*', 'n', i) end",
                "1",
                stream,
                String.valueOf(entries));
    }

    /** Ids and content of a stream on one node. */
    String content(String node, String stream) {
        return deployment.redis(node, "XRANGE", stream, "-", "+");
    }

    /** State of each container of the project that runs, by name. */
    Map<String, String> health() {
        Map<String, String> health = new HashMap<>();
        deployment
                .run(
                        "docker",
                        "ps",
                        "--filter",
                        "label=com.docker.compose.project=detektor",
                        "--format",
                        "{{.Names}}|{{.Status}}")
                .ok()
                .out()
                .lines()
                .forEach(line ->
                        health.put(
                                line.substring(0, line.indexOf('|')),
                                line.substring(line.indexOf('|') + 1)));
        return health;
    }
}
