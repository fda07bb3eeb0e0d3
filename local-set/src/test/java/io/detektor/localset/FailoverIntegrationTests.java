package io.detektor.localset;

import static io.detektor.localset.Asking.SOON;
import static io.detektor.localset.Asking.append;
import static io.detektor.localset.Asking.awaitAnotherMasterThan;
import static io.detektor.localset.Asking.entries;
import static io.detektor.localset.Asking.info;
import static io.detektor.localset.Asking.role;
import static io.detektor.localset.Asking.tell;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The master is lost, in each way that it can be. */
class FailoverIntegrationTests {

    private static final Duration FAILOVER = Duration.ofSeconds(5);

    @Test
    void aKilledMasterIsReplacedAndNeverServesAgainAsMaster() {
        try (LocalSet set = LocalSet.builder().start()) {
            Node old = set.master();
            append(old, "frames", 100);
            set.kill(old);
            awaitAnotherMasterThan(set, old, FAILOVER);
            try (RoleWatch watch = new RoleWatch(old)) {
                set.start(old);
                set.awaitReplicas(SOON);
                assertThat(watch.seen()).containsExactly("slave");
            }
            assertThat(set.replicas()).containsExactly(old);
            assertThat(entries(set.master(), "frames")).isEqualTo(100);
        }
    }

    @Test
    void aMasterThatIsStartedAgainAtOnceWaitsForItsSuccessor() {
        try (LocalSet set = LocalSet.builder().start()) {
            Node old = set.master();
            append(old, "frames", 10);
            set.kill(old);
            try (RoleWatch watch = new RoleWatch(old)) {
                set.start(old);
                assertThat(watch.seen()).isSubsetOf("slave");
                set.awaitReplicas(SOON);
                assertThat(watch.seen()).containsExactly("slave");
            }
            assertThat(set.replicas()).containsExactly(old);
        }
    }

    @Test
    void aFrozenMasterIsReplacedAndFollowsSoonAfterItWakes() {
        try (LocalSet set = LocalSet.builder().start()) {
            Node old = set.master();
            set.freeze(old);
            awaitAnotherMasterThan(set, old, FAILOVER);
            set.resume(old);
            // Sentinel alone takes 8 s and more
            Await.until(
                    () -> role(old).equals("slave"),
                    Duration.ofSeconds(5),
                    () -> old + " still says " + role(old));
            set.awaitReplicas(SOON);
        }
    }

    @Test
    void aStoppedMasterHandsOverFirst() {
        try (LocalSet set = LocalSet.builder().start()) {
            Node old = set.master();
            append(old, "frames", 100);
            set.stop(old);
            // not after the time in which a silent master is noticed: it was told
            assertThat(set.master()).isNotEqualTo(old);
            assertThat(entries(set.master(), "frames")).isEqualTo(100);
            set.start(old);
            set.awaitReplicas(SOON);
        }
    }

    @Test
    void aNodeThatHasNoOtherFsyncsEachWrite() {
        try (LocalSet set = LocalSet.builder().start()) {
            Node old = set.master();
            Node replica = set.replicas().getFirst();
            awaitFsync(old, "everysec");
            awaitFsync(replica, "everysec");
            set.kill(old);
            // before it is promoted: the first write after the promotion counts already
            Await.until(
                    () -> fsync(replica).equals("always") && role(replica).equals("slave"),
                    FAILOVER,
                    () -> role(replica) + " with appendfsync " + fsync(replica));
            awaitAnotherMasterThan(set, old, FAILOVER);
            assertThat(fsync(replica)).isEqualTo("always");
            set.start(old);
            set.awaitReplicas(SOON);
            awaitFsync(old, "everysec");
            awaitFsync(replica, "everysec");
        }
    }

    private static void awaitFsync(Node node, String policy) {
        Await.until(
                () -> fsync(node).equals(policy),
                SOON,
                () -> node + ": appendfsync " + fsync(node));
    }

    private static String fsync(Node node) {
        return Resp.tryAsk(node, "CONFIG", "GET", "appendfsync")
                .map(reply -> String.valueOf(((List<?>) reply).getLast()))
                .orElse("");
    }

    @Test
    void withoutAnyReplicaTheKilledMasterServesAgainWithItsData() {
        try (LocalSet set = LocalSet.builder().start()) {
            Node master = set.master();
            append(master, "frames", 100);
            Node replica = set.replicas().getFirst();
            set.stop(replica);
            append(master, "frames", 100);
            set.kill(master);
            set.start(master);
            assertThat(role(master)).isEqualTo("master");
            assertThat(entries(master, "frames")).isEqualTo(200);
            set.start(replica);
            set.awaitReplicas(SOON);
            assertThat(entries(replica, "frames")).isEqualTo(200);
        }
    }

    @Test
    void aSetThatWasStoppedWholeComesBackWithItsRolesAndItsData() {
        try (LocalSet set = LocalSet.builder().start()) {
            set.switchMaster();
            set.awaitReplicas(SOON);
            Node master = set.master();
            Node replica = set.replicas().getFirst();
            assertThat(master.name()).isEqualTo("redis-2");
            append(master, "frames", 100);
            set.stop(replica);
            append(master, "frames", 100);
            set.stop(master);
            set.sentinelNodes().forEach(set::stop);

            set.sentinelNodes().forEach(set::start);
            try (RoleWatch watch = new RoleWatch(replica)) {
                // redis-1 is the first master of the configuration, and the first one to be back
                set.start(replica);
                set.start(master);
                set.awaitReplicas(SOON);
                assertThat(watch.seen()).containsExactly("slave");
            }
            assertThat(set.master()).isEqualTo(master);
            assertThat(entries(master, "frames")).isEqualTo(200);
            assertThat(entries(replica, "frames")).isEqualTo(200);
        }
    }

    @Test
    void aMasterThatComesBackWithoutItsDataDoesNotWipeTheOthers() {
        try (LocalSet set = LocalSet.builder().start()) {
            Node old = set.master();
            append(old, "frames", 100);
            set.kill(old);
            Wiping.wipe(old);
            try (RoleWatch watch = new RoleWatch(old)) {
                set.start(old);
                set.awaitReplicas(SOON);
                assertThat(watch.seen()).containsExactly("slave");
            }
            assertThat(set.replicas()).containsExactly(old);
            assertThat(entries(set.master(), "frames")).isEqualTo(100);
            assertThat(entries(old, "frames")).isEqualTo(100);
        }
    }

    @Test
    void aReplicaInMidSyncIsNotPromoted() {
        try (LocalSet set = LocalSet.builder().start()) {
            Node master = set.master();
            Node replica = set.replicas().getFirst();
            set.stop(replica);
            Wiping.wipe(replica);
            for (int i = 0; i < 100; i++) {
                append(master, "frames-" + i, 1);
            }
            // 50 ms for each key: five seconds for the whole
            tell(master, "CONFIG", "SET", "rdb-key-save-delay", "50000");
            set.start(replica);
            Await.until(
                    () -> info(replica, "master_sync_in_progress").equals("1"),
                    SOON,
                    () -> replica + " does not sync");
            assertThat(info(replica, "slave_priority")).isEqualTo("0");

            set.kill(master);
            set.start(master);
            assertThat(role(master)).isEqualTo("master");
            set.awaitReplicas(SOON);
            assertThat(set.master()).isEqualTo(master);
            assertThat(info(master, "db0")).startsWith("keys=100,");
            assertThat(info(replica, "db0")).startsWith("keys=100,");
            assertThat(info(replica, "slave_priority")).isEqualTo("100");
        }
    }

    @Test
    void aReplicaThatIsHeldBackIsPromotedWithoutWhatItMissed() {
        try (LocalSet set = LocalSet.builder().start()) {
            Node old = set.master();
            append(old, "frames", 100);
            Node replica = set.replicas().getFirst();
            Await.until(() -> entries(replica, "frames") == 100, SOON, () -> "it lags");
            set.holdBack(replica);
            append(old, "frames", 100);
            set.kill(old);
            awaitAnotherMasterThan(set, old, FAILOVER);
            assertThat(entries(replica, "frames")).isEqualTo(100);
            set.release(replica);
            set.start(old);
            set.awaitReplicas(SOON);
        }
    }
}
