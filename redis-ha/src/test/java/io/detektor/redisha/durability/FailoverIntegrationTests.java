package io.detektor.redisha.durability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.detektor.localset.LocalSet;
import io.detektor.localset.Node;
import io.detektor.redisha.NodeAddress;
import io.detektor.redisha.Rig;
import io.detektor.redisha.connect.Role;
import io.detektor.redisha.durability.WriteOutcome.Confirmed;
import io.detektor.redisha.sentinel.SentinelView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What was confirmed is there afterwards, whatever happens to the master, and nothing is there
 * twice.
 */
class FailoverIntegrationTests {

    private static final String STREAM = "frames";

    /**
     * The promise for any loss of the master; half a second of it is left to a busy test machine.
     */
    private static final Duration GAP = Duration.ofMillis(4500);

    private LocalSet set;
    private Rig rig;
    private Traffic traffic;

    @BeforeEach
    void start() {
        start(LocalSet.builder().start());
    }

    private void start(LocalSet started) {
        set = started;
        rig = new Rig(set);
        traffic = new Traffic(rig);
    }

    /**
     * The same on a set whose nodes can be cut off from one another: each its own network
     * namespace.
     */
    private void startIsolated() {
        stop();
        start(LocalSet.builder().isolated(true).start());
    }

    @AfterEach
    void stop() {
        traffic.stop();
        rig.close();
        set.close();
    }

    @Test
    void aKilledMaster() {
        Node old = set.master();
        traffic.untilConfirmed(2000);
        set.kill(old);
        awaitMasterOtherThan(old);
        traffic.untilConfirmed(2000);
        assertThat(traffic.longestGap()).isLessThan(GAP);

        set.start(old);
        set.awaitReplicas(Duration.ofSeconds(30));
        traffic.untilConfirmed(2000);
        nothingIsLostOrStoredTwice();
    }

    @Test
    void whatIsRefusedForItsDeadlineIsNotStoredWithTheRestOfItsBatch() {
        Node old = set.master();
        traffic.untilConfirmed(500);
        traffic.stop();
        String other = STREAM + "-deadlines";
        set.kill(old);
        // in one burst, so that batches hold some of both; half a second is over before the
        // failover
        List<CompletableFuture<WriteOutcome>> shortOnes = new ArrayList<>();
        List<CompletableFuture<WriteOutcome>> longOnes = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            shortOnes.add(
                    rig.writer.append(Rig.entry(other, "short-" + i, Duration.ofMillis(500))));
            longOnes.add(rig.writer.append(Rig.entry(other, "long-" + i, Duration.ofSeconds(30))));
        }

        List<String> stored = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        for (int i = 0; i < longOnes.size(); i++) {
            assertThat(longOnes.get(i).orTimeout(30, TimeUnit.SECONDS).join())
                    .isInstanceOf(WriteOutcome.Confirmed.class);
            stored.add("long-" + i);
            if (shortOnes.get(i).join() instanceof WriteOutcome.Refused) {
                refused.add("short-" + i);
            }
        }
        assertThat(refused).hasSizeGreaterThan(1000);
        assertThat(Rig.values(set.master(), other))
                .containsAll(stored)
                .doesNotContainAnyElementsOf(refused);
        set.start(old);
    }

    @Test
    void aFrozenMasterThatKeepsItsSocketsOpen() {
        Node old = set.master();
        traffic.untilConfirmed(2000);
        set.freeze(old);
        awaitMasterOtherThan(old);
        traffic.untilConfirmed(2000);
        assertThat(traffic.longestGap()).isLessThan(GAP);

        set.resume(old);
        set.awaitReplicas(Duration.ofSeconds(60));
        traffic.untilConfirmed(2000);
        nothingIsLostOrStoredTwice();
    }

    @Test
    void aPlannedSwitch() {
        Node old = set.master();
        traffic.untilConfirmed(2000);
        set.switchMaster();
        awaitMasterOtherThan(old);
        traffic.untilConfirmed(2000);
        assertThat(traffic.longestGap()).isLessThan(Duration.ofMillis(1500));

        set.awaitReplicas(Duration.ofSeconds(30));
        nothingIsLostOrStoredTwice();
    }

    @Test
    void aMasterThatIsStoppedHandsOver() {
        Node old = set.master();
        traffic.untilConfirmed(2000);
        set.stop(old);
        awaitMasterOtherThan(old);
        traffic.untilConfirmed(2000);

        set.start(old);
        set.awaitReplicas(Duration.ofSeconds(30));
        nothingIsLostOrStoredTwice();
    }

    @Test
    void twoFailoversInARow() {
        for (int round = 0; round < 2; round++) {
            Node old = set.master();
            traffic.untilConfirmed(1000);
            set.kill(old);
            awaitMasterOtherThan(old);
            traffic.untilConfirmed(1000);
            set.start(old);
            set.awaitReplicas(Duration.ofSeconds(30));
            await().atMost(Duration.ofSeconds(15))
                    .until(() -> !rig.monitor.view().promotable().isEmpty());
        }
        nothingIsLostOrStoredTwice();
    }

    /** The client goes on talking to a master that everybody else has given up. */
    @Test
    @Tag("isolated")
    void aMasterCutOffFromAllButTheClient() {
        startIsolated();
        Node old = set.master();
        traffic.untilConfirmed(2000);
        set.cutOff(old);
        awaitMasterOtherThan(old);
        traffic.untilConfirmed(2000);
        assertThat(traffic.longestGap()).isLessThan(GAP);

        set.heal(old);
        set.awaitReplicas(Duration.ofSeconds(60));
        traffic.untilConfirmed(2000);
        nothingIsLostOrStoredTwice();
    }

    /** Two masters for a while: the replica still follows the old one when it is promoted. */
    @Test
    @Tag("isolated")
    void aMasterCutOffFromTheSentinelsOnly() {
        startIsolated();
        Node old = set.master();
        traffic.untilConfirmed(2000);
        set.cut(old, set.sentinelNodes());
        awaitMasterOtherThan(old);
        traffic.untilConfirmed(2000);
        assertThat(traffic.longestGap()).isLessThan(GAP);

        set.heal(old);
        set.awaitReplicas(Duration.ofSeconds(60));
        traffic.untilConfirmed(2000);
        nothingIsLostOrStoredTwice();
    }

    /**
     * Sentinel promotes without waiting for anything; what the old master answers then is
     * worthless.
     */
    @Test
    void aBareSentinelFailover() {
        Node old = set.master();
        traffic.untilConfirmed(2000);
        Node sentinel = set.sentinelNodes().getFirst();
        Rig.failover(sentinel, set.masterName());
        awaitMasterOtherThan(old);
        traffic.untilConfirmed(2000);

        set.awaitReplicas(Duration.ofSeconds(60));
        traffic.untilConfirmed(2000);
        nothingIsLostOrStoredTwice();
    }

    @Test
    void withoutSentinelsTheLastKnownMasterServesOn() {
        traffic.untilConfirmed(500);
        set.sentinelNodes().forEach(set::kill);
        await().atMost(Duration.ofSeconds(10))
                .until(() -> rig.monitor.view().source() == SentinelView.Source.LAST_KNOWN);

        traffic.untilConfirmed(2000);
        assertThat(traffic.lastReplicas()).isEqualTo(1);
        nothingIsLostOrStoredTwice();
    }

    @Test
    void aReplicaThatIsKilledHoldsWritesUpUntilItIsExcludedAndJoinsAgain() {
        traffic.untilConfirmed(1000);
        Node replica = set.replicas().getFirst();
        set.kill(replica);
        await().atMost(Duration.ofSeconds(10))
                .until(() -> rig.monitor.view().promotable().isEmpty());
        traffic.untilConfirmed(1000);
        assertThat(traffic.longestGap()).isLessThan(GAP);
        assertThat(traffic.lastReplicas()).isZero();

        set.start(replica);
        set.awaitReplicas(Duration.ofSeconds(30));
        await().atMost(Duration.ofSeconds(20)).until(() -> traffic.lastReplicas() == 1);
        nothingIsLostOrStoredTwice();
    }

    private NodeAddress master() {
        NodeAddress master = rig.monitor.view().master();
        assertThat(master).isNotNull();
        return master;
    }

    private void awaitMasterOtherThan(Node old) {
        NodeAddress address = new NodeAddress(old.host(), old.port());
        await().atMost(Duration.ofSeconds(15))
                .until(() -> !address.equals(rig.monitor.view().master()));
    }

    private void nothingIsLostOrStoredTwice() {
        traffic.stop();
        assertThat(traffic.unconfirmed()).isEmpty();
        NodeAddress master = master();
        List<String> stored = Rig.values(master, STREAM);
        assertThat(stored).doesNotHaveDuplicates();
        Set<String> lost = new TreeSet<>(traffic.confirmed());
        stored.forEach(lost::remove);
        assertThat(lost).as("confirmed and not there").isEmpty();
        assertThat(stored).as("there and confirmed").hasSize(traffic.confirmed().size());
        Role role = Rig.ask(master, commands -> Role.parse(commands.role()));
        assertThat(role).isInstanceOf(Role.Master.class);
    }

    /** A few appends always on their way; each with a deadline that outlasts any failover. */
    private static final class Traffic {

        private static final int IN_FLIGHT = 32;

        private final Rig rig;
        private final Semaphore room = new Semaphore(IN_FLIGHT);
        private final Set<String> confirmed = ConcurrentHashMap.newKeySet();
        private final Set<String> unconfirmed = ConcurrentHashMap.newKeySet();
        private final AtomicLong lastConfirmed = new AtomicLong(System.nanoTime());
        private final AtomicLong longestGap = new AtomicLong();
        private final AtomicReference<Integer> lastReplicas = new AtomicReference<>(-1);
        private final Thread sender;
        private volatile boolean running = true;

        Traffic(Rig rig) {
            this.rig = rig;
            this.sender = Thread.ofPlatform().name("traffic").start(this::send);
        }

        private void send() {
            for (int i = 0; running; i++) {
                room.acquireUninterruptibly();
                String value = "v" + i;
                var _ =
                        rig.writer
                                .append(Rig.entry(STREAM, value, Duration.ofSeconds(30)))
                                .thenAccept(outcome -> ended(value, outcome));
            }
        }

        private void ended(String value, WriteOutcome outcome) {
            if (outcome instanceof Confirmed done) {
                long now = System.nanoTime();
                long gap = now - lastConfirmed.getAndSet(now);
                longestGap.accumulateAndGet(gap, Math::max);
                lastReplicas.set(done.replicas());
                confirmed.add(value);
            } else {
                unconfirmed.add(value + " " + outcome);
            }
            room.release();
        }

        void untilConfirmed(int more) {
            int enough = confirmed.size() + more;
            await().atMost(Duration.ofSeconds(30)).until(() -> confirmed.size() >= enough);
        }

        void stop() {
            running = false;
            try {
                sender.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            room.acquireUninterruptibly(IN_FLIGHT);
            room.release(IN_FLIGHT);
        }

        Set<String> confirmed() {
            return confirmed;
        }

        Set<String> unconfirmed() {
            return unconfirmed;
        }

        Duration longestGap() {
            return Duration.ofNanos(longestGap.get());
        }

        int lastReplicas() {
            return lastReplicas.get();
        }
    }
}
