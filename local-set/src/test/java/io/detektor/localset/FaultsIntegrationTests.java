package io.detektor.localset;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class FaultsIntegrationTests {

    private static final Duration SOON = Duration.ofSeconds(30);

    @Test
    void aKilledMasterIsReplacedAndComesBackAsReplica() {
        try (LocalSet set = LocalSet.builder().start()) {
            Node old = set.master();
            set.kill(old);
            Await.until(
                    () -> !set.master().equals(old),
                    Duration.ofSeconds(5),
                    () -> "the Sentinels still name " + old);
            set.start(old);
            set.awaitReplicas(SOON);
            assertThat(set.replicas()).containsExactly(old);
        }
    }

    @Test
    void aPlannedSwitchPausesWritesForLessThanASecond() {
        try (LocalSet set = LocalSet.builder().start()) {
            Node old = set.master();
            assertThat(set.switchMaster()).isLessThan(Duration.ofSeconds(1));
            set.awaitReplicas(SOON);
            assertThat(set.replicas()).containsExactly(old);
        }
    }
}
