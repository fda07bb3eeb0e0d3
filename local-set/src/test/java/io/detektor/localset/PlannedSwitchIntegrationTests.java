package io.detektor.localset;

import static io.detektor.localset.Asking.SOON;
import static io.detektor.localset.Asking.role;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlannedSwitchIntegrationTests {

    @Test
    void noAcknowledgedWriteIsLostThoughNoneWaitsForTheReplica() {
        try (LocalSet set = LocalSet.builder().start();
                PlainWriter writer = new PlainWriter(set, "frames")) {
            for (int i = 0; i < 3; i++) {
                Node old = set.master();
                assertThat(set.switchMaster()).isLessThan(Duration.ofSeconds(1));
                set.awaitReplicas(SOON);
                assertThat(set.replicas()).containsExactly(old);
            }
            List<String> acknowledged = writer.stop();
            assertThat(acknowledged).hasSizeGreaterThan(100);
            Object stored = Resp.tryAsk(set.master(), "XRANGE", "frames", "-", "+").orElseThrow();
            assertThat(((List<?>) stored).stream().map(e -> ((List<?>) e).getFirst().toString()))
                    .containsAll(acknowledged);
        }
    }

    @Test
    void withTwoReplicasBothFollowTheNewMaster() {
        try (LocalSet set = LocalSet.builder().replicas(2).start()) {
            Node old = set.master();
            assertThat(set.switchMaster()).isLessThan(Duration.ofSeconds(1));
            set.awaitReplicas(SOON);
            assertThat(set.replicas()).hasSize(2).contains(old);
        }
    }

    @Test
    void withoutAPromotableReplicaNothingIsChanged() {
        try (LocalSet set = LocalSet.builder().start()) {
            Node master = set.master();
            set.kill(set.replicas().getFirst());
            assertThatThrownBy(set::switchMaster)
                    .isInstanceOf(LocalSetException.class)
                    .hasMessageContaining("status 1")
                    .hasMessageContaining("no replica of " + master.address());
            assertThat(role(master)).isEqualTo("master");
            Asking.append(master, "frames", 1);
        }
    }
}
