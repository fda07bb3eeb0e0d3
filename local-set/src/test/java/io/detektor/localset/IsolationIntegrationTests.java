package io.detektor.localset;

import static io.detektor.localset.Asking.SOON;
import static io.detektor.localset.Asking.awaitAnotherMasterThan;
import static io.detektor.localset.Asking.entries;
import static io.detektor.localset.Asking.info;
import static io.detektor.localset.Asking.role;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Cut cables. */
@Tag("isolated")
class IsolationIntegrationTests {

    private static final Duration FAILOVER = Duration.ofSeconds(6);

    @BeforeAll
    static void thisMachineCan() {
        assertThat(LocalSet.canIsolate()).as("obstacle").isEmpty();
    }

    @Test
    void aMasterCutOffIsReplacedAndFollowsOnceHealed() {
        try (LocalSet set = LocalSet.builder().isolated(true).start()) {
            Node old = set.master();
            set.cutOff(old);
            awaitAnotherMasterThan(set, old, FAILOVER);
            Node successor = set.master();
            // it does not know, and the client still reaches it
            assertThat(role(old)).isEqualTo("master");
            Asking.append(old, "frames", 10);
            Asking.append(successor, "frames", 20);
            // healed in the very moment of the switch: the successor must not mistake it for its
            // master, which it still is for a Sentinel that lags
            set.heal(old);
            set.awaitReplicas(SOON);
            assertThat(set.master()).isEqualTo(successor);
            assertThat(set.replicas()).containsExactly(old);
            assertThat(entries(old, "frames")).isEqualTo(20);
        }
    }

    @Test
    void aReplicaCutOffFromItsMasterAloneIsNotPromotableUntilItHasCaughtUp() {
        try (LocalSet set = LocalSet.builder().isolated(true).start()) {
            Node master = set.master();
            Node replica = set.replicas().getFirst();
            set.cut(replica, List.of(master));
            Asking.append(master, "frames", 10);
            Await.until(
                    () -> info(replica, "slave_priority").equals("0"),
                    SOON,
                    () -> replica + " is still promotable");
            assertThat(set.master()).isEqualTo(master);
            set.heal(master);
            set.awaitReplicas(SOON);
            assertThat(entries(replica, "frames")).isEqualTo(10);
        }
    }

    @Test
    void nothingIsLeftBehind() {
        LocalSet set = LocalSet.builder().isolated(true).start();
        List<ProcessHandle> servers =
                set.redisNodes().stream()
                        .map(node -> ProcessHandle.of(node.pid()).orElseThrow())
                        .toList();
        assertThat(namespaces()).hasSize(7);
        set.freeze(set.node("redis-1"));
        set.cutOff(set.node("redis-2"));
        set.close();
        set.close();
        assertThat(namespaces()).isEmpty();
        assertThat(servers).noneMatch(ProcessHandle::isAlive);
        assertThat(set.directory()).doesNotExist();
    }

    @Test
    void aSetWithoutIsolationCannotBeCut() {
        try (LocalSet set = LocalSet.builder().start()) {
            assertThatThrownBy(() -> set.cutOff(set.master()))
                    .isInstanceOf(LocalSetException.class)
                    .hasMessageContaining("isolated: false (expected: true");
        }
    }

    /** Of this JVM: other sets may come and go on this machine. */
    private static List<String> namespaces() {
        String ours = "dtk" + ProcessHandle.current().pid() + "x";
        String all =
                Tools.run(List.of("ip", "netns", "list"), Map.of()).output()
                        + Tools.run(List.of("ip", "-br", "link"), Map.of()).output();
        return all.lines().filter(line -> line.startsWith(ours)).toList();
    }
}
