package io.detektor.redisha.sentinel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.detektor.localset.LocalSet;
import io.detektor.localset.Node;
import io.detektor.redisha.NodeAddress;
import io.detektor.redisha.Rig;
import io.detektor.redisha.master.MasterConnection;
import io.detektor.redisha.master.MasterUnavailableException;
import io.detektor.redisha.sentinel.SentinelView.Source;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Following the master on a real set. */
class MajorityMonitorIntegrationTests {

    private LocalSet set;

    @BeforeEach
    void start() {
        set = LocalSet.builder().start();
    }

    @AfterEach
    void stop() {
        set.close();
    }

    @Test
    void seesTheWholeSet() {
        try (Rig rig = new Rig(set)) {
            await().atMost(Duration.ofSeconds(3)).until(() -> rig.monitor.view().answering() == 3);
            SentinelView view = rig.monitor.view();

            assertThat(view.master()).isEqualTo(address(set.master()));
            assertThat(view.source()).isEqualTo(Source.SENTINELS);
            assertThat(view.promotable()).containsExactly(address(set.replicas().getFirst()));
            assertThat(view.down()).isEmpty();
            assertThat(view.quorum()).isEqualTo(2);
            assertThat(view.majorityAnswers()).isTrue();
        }
    }

    @Test
    void oneOfThreeSentinelsMayBeDeadAtTheStart() {
        set.kill(set.sentinelNodes().getFirst());
        try (Rig rig = new Rig(set)) {
            assertThat(rig.monitor.view().master()).isEqualTo(address(set.master()));
            assertThat(rig.monitor.view().source()).isEqualTo(Source.SENTINELS);
        }
    }

    @Test
    void withoutAMajorityTheLastKnownMasterStandsAndNoReplicaLeaves() {
        try (Rig rig = new Rig(set)) {
            NodeAddress replica = address(set.replicas().getFirst());
            set.sentinelNodes().subList(0, 2).forEach(set::kill);
            await().atMost(Duration.ofSeconds(5))
                    .until(() -> rig.monitor.view().source() == Source.LAST_KNOWN);
            set.kill(set.node(name(replica)));

            SentinelView view = rig.monitor.view();
            assertThat(view.master()).isEqualTo(address(set.node("redis-1")));
            assertThat(view.promotable()).containsExactly(replica);
        }
    }

    @Test
    void startsFromTheFallbackWhenNoSentinelEverAnswered() {
        NodeAddress master = address(set.master());
        set.sentinelNodes().forEach(set::kill);
        try (Rig rig = new Rig(set.masterName(), set.sentinels(), master, Rig.defaults())) {
            assertThat(rig.monitor.view().master()).isEqualTo(master);
            assertThat(rig.monitor.view().source()).isEqualTo(Source.FALLBACK);

            set.sentinelNodes().forEach(set::start);
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> rig.monitor.view().source() == Source.SENTINELS);
        }
    }

    @Test
    void aFallbackThatIsAReplicaLeadsToItsMaster() {
        NodeAddress master = address(set.master());
        NodeAddress replica = address(set.replicas().getFirst());
        set.sentinelNodes().forEach(set::kill);
        try (Rig rig = new Rig(set.masterName(), set.sentinels(), replica, Rig.defaults())) {
            assertThat(rig.monitor.view().master()).isEqualTo(master);
        }
    }

    @Test
    void anUnknownMasterNameEndsTheStartWithWhatToDo() {
        assertThatThrownBy(() -> new Rig("mymastre", set.sentinels(), null, Rig.defaults()))
                .isInstanceOfSatisfying(
                        SentinelConfigurationException.class,
                        wrong -> {
                            // two of three are enough to know; the third may be as quick
                            assertThat(wrong)
                                    .hasMessageStartingWith(
                                            "spring.data.redis.sentinel.master: 'mymastre' (expected:"
                                                    + " a name that the Sentinels monitor; ")
                                    .hasMessageMatching(".* [23] of 3 say: no such master\\)");
                            assertThat(wrong.action()).contains("SENTINEL MASTERS");
                        });
    }

    @Test
    void fewerSentinelsThanAMajorityEndTheStart() {
        assertThatThrownBy(() ->
                        new Rig(
                                set.masterName(),
                                List.of(set.sentinels().getFirst()),
                                null,
                                Rig.defaults()))
                .isInstanceOf(SentinelConfigurationException.class)
                .hasMessageStartingWith(
                        "spring.data.redis.sentinel.nodes: 1 node(s) (expected: at least 2;");
    }

    @Test
    void tellsEventsAndChangesOfAFailover() {
        try (Rig rig = new Rig(set)) {
            Queue<SentinelEvent> events = new ConcurrentLinkedQueue<>();
            Queue<SentinelView> views = new ConcurrentLinkedQueue<>();
            rig.monitor.onEvent(events::add);
            rig.monitor.onChange(views::add);
            NodeAddress old = address(set.master());
            NodeAddress next = address(set.replicas().getFirst());

            set.kill(set.master());

            await().atMost(Duration.ofSeconds(10))
                    .until(() -> next.equals(rig.monitor.view().master()));
            assertThat(views).anyMatch(view -> next.equals(view.master()));
            await().atMost(Duration.ofSeconds(15))
                    .untilAsserted(() ->
                            assertThat(events)
                                    .anyMatch(event -> event.type().equals("+sdown"))
                                    .anyMatch(event ->
                                            event.type().equals("+switch-master")
                                                    && event.details()
                                                            .equals(
                                                                    "mymaster "
                                                                            + spaced(old)
                                                                            + " "
                                                                            + spaced(next))));
            // the dead master is listed as a replica, and is none that could be promoted
            assertThat(rig.monitor.view().promotable()).isEmpty();
        }
    }

    @Test
    void aFollowingConnectionIsOnTheNewMasterAfterTheOldOneFroze() throws Exception {
        try (Rig rig = new Rig(set);
                MasterConnection connection = rig.connections.open("test")) {
            Node old = set.master();
            connection
                    .call(commands -> commands.set("key", Rig.bytes("value")))
                    .get(2, TimeUnit.SECONDS);
            set.freeze(old);
            try {
                await().atMost(Duration.ofSeconds(6))
                        .ignoreExceptions()
                        .until(() ->
                                connection
                                        .call(commands -> commands.set("key", Rig.bytes("new")))
                                        .get(2, TimeUnit.SECONDS)
                                        .equals("OK"));
                assertThat(rig.monitor.view().master()).isNotEqualTo(address(old));
            } finally {
                set.resume(old);
            }
        }
    }

    @Test
    void withNobodyThereAFollowingConnectionSaysSoAtOnce() {
        try (Rig rig = new Rig("mymaster", List.of("127.0.0.1:1"), null, Rig.defaults());
                MasterConnection connection = rig.connections.open("test")) {
            assertThatThrownBy(() -> connection.call(commands -> commands.ping()).join())
                    .hasCauseInstanceOf(MasterUnavailableException.class);
        }
    }

    /** As on a machine so busy that the monitor's thread gets nowhere while it is closed. */
    @Test
    void nobodyIsToldAnythingOnceItIsClosed() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Queue<SentinelView> later = new ConcurrentLinkedQueue<>();
        AtomicReference<Thread> thread = new AtomicReference<>();
        Rig rig = new Rig(set);
        rig.monitor.onChange(_ -> {
            thread.set(Thread.currentThread());
            busy.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        rig.monitor.onChange(later::add);
        try {
            set.kill(set.sentinelNodes().getFirst());
            assertThat(busy.await(10, TimeUnit.SECONDS)).isTrue();
        } finally {
            rig.close();
            goOn.countDown();
        }

        assertThat(thread.get().join(Duration.ofSeconds(10))).isTrue();
        assertThat(later).isEmpty();
    }

    private String name(NodeAddress address) {
        return set.redisNodes().stream()
                .filter(node -> address(node).equals(address))
                .map(Node::name)
                .findFirst()
                .orElseThrow();
    }

    private static String spaced(NodeAddress address) {
        return address.host() + " " + address.port();
    }

    private static NodeAddress address(Node node) {
        return new NodeAddress(node.host(), node.port());
    }
}
