package io.detektor.loadtester.drill;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LintTests {

    private final Map<String, Map<String, String>> configs = new HashMap<>();
    private final Map<String, Map<String, String>> infos = new HashMap<>();
    private final Map<String, SetFacts.Watcher> sentinels = new HashMap<>();

    LintTests() {
        for (int i = 1; i <= 2; i++) {
            configs.put(
                    "redis-" + i,
                    new HashMap<>(
                            Map.of(
                                    "maxmemory-policy", "noeviction",
                                    "appendonly", "yes",
                                    "appendfsync", "always",
                                    "repl-backlog-size", "268435456",
                                    "maxmemory", "1073741824",
                                    "min-replicas-to-write", "0",
                                    "replica-announce-ip", "10.0.0." + i,
                                    "replica-announce-port", "6379")));
            infos.put(
                    "redis-" + i,
                    new HashMap<>(
                            Map.of(
                                    "role", i == 1 ? "master" : "slave",
                                    "used_memory", "1000000",
                                    "master_replid", "abc")));
        }
        for (int i = 1; i <= 3; i++) {
            sentinel(i, "10.0.0.2" + i + ":26379", Map.of());
        }
    }

    private void sentinel(int i, String address, Map<String, String> other) {
        Map<String, String> master =
                new HashMap<>(
                        Map.of(
                                "quorum", "2",
                                "failover-timeout", "10000",
                                "down-after-milliseconds", "2000",
                                "parallel-syncs", "1"));
        master.putAll(other);
        sentinels.put("sentinel-" + i, new SetFacts.Watcher(address, master, 2));
    }

    @Test
    void aSetAsItShouldBeHasNothingAgainstIt() {
        assertThat(findings()).isEmpty();
    }

    @Test
    void whatDeletesOrForgetsIsAnError() {
        of("redis-1").put("maxmemory-policy", "allkeys-lru");
        of("redis-2").put("appendonly", "no");

        assertThat(errors()).containsExactlyInAnyOrder("maxmemory-policy", "appendonly");
    }

    @Test
    void moreReplicasWantedThanThereAreIsAnErrorAndAsManyAWarning() {
        of("redis-1").put("min-replicas-to-write", "2");
        of("redis-2").put("min-replicas-to-write", "1");

        assertThat(errors()).containsExactly("min-replicas-to-write");
        assertThat(findings())
                .anySatisfy(finding -> {
                    assertThat(finding.severity()).isEqualTo(Finding.Severity.WARNING);
                    assertThat(finding.where()).isEqualTo("redis-2");
                });
    }

    @Test
    void aBacklogThatAnOutageFillsIsAWarning() {
        // 500/s of 612 bytes for a minute are 18 MB
        of("redis-1").put("repl-backlog-size", "1048576");

        assertThat(findings())
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.setting()).isEqualTo("repl-backlog-size");
                    assertThat(finding.expected()).startsWith("at least 18360000");
                });
    }

    @Test
    void tooLittleMemoryForTheRunIsAnError() {
        of("redis-1").put("maxmemory", "5000000");

        assertThat(errors()).containsExactly("maxmemory");
    }

    @Test
    void sentinelsThatAnnounceOneAddressAreAnError() {
        sentinel(2, "10.0.0.21:26379", Map.of());

        assertThat(errors()).containsExactly("sentinel announce-ip");
    }

    @Test
    void aQuorumThatNobodyReachesIsAnErrorAndOneOfAMinorityAWarning() {
        sentinel(1, "10.0.0.21:26379", Map.of("quorum", "4"));
        sentinel(2, "10.0.0.22:26379", Map.of("quorum", "1"));

        assertThat(errors()).containsExactly("quorum");
        assertThat(findings()).hasSize(2);
    }

    @Test
    void slowSettingsAreWarnings() {
        sentinel(
                1,
                "10.0.0.21:26379",
                Map.of("failover-timeout", "180000", "down-after-milliseconds", "30000"));

        assertThat(findings())
                .extracting(Finding::setting)
                .containsExactlyInAnyOrder("failover-timeout", "down-after-milliseconds");
        assertThat(errors()).isEmpty();
    }

    @Test
    void nodesOfTwoHistoriesAreAnError() {
        infos.getOrDefault("redis-2", new HashMap<>()).put("master_replid", "def");

        assertThat(errors()).containsExactly("master_replid");
    }

    private Map<String, String> of(String node) {
        return configs.getOrDefault(node, new HashMap<>());
    }

    private List<String> errors() {
        return findings().stream()
                .filter(finding -> finding.severity() == Finding.Severity.ERROR)
                .map(Finding::setting)
                .toList();
    }

    private List<Finding> findings() {
        Map<String, SetFacts.DataNode> nodes = new HashMap<>();
        configs.forEach((name, config) ->
                nodes.put(name, new SetFacts.DataNode(config, infos.getOrDefault(name, Map.of()))));
        return Lint.of(new SetFacts(nodes, sentinels), 500, 512, Duration.ofSeconds(30));
    }
}
