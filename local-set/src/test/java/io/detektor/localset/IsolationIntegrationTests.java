package io.detektor.localset;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class IsolationIntegrationTests {

    private static final Duration SOON = Duration.ofSeconds(60);

    @Test
    void aMasterCutOffIsReplacedAndFollowsOnceHealed() {
        assertThat(LocalSet.canIsolate()).isEmpty();
        try (LocalSet set = LocalSet.builder().isolated(true).start()) {
            Node old = set.master();
            set.cutOff(old);
            Await.until(
                    () -> !set.master().equals(old),
                    Duration.ofSeconds(8),
                    () -> "the Sentinels still name " + old);
            // it does not know, and the client still reaches it
            assertThat(role(old)).contains("master");
            set.heal(old);
            set.awaitReplicas(SOON);
            assertThat(set.replicas()).containsExactly(old);
        }
    }

    private static String role(Node node) {
        return Resp.tryAsk(node, "ROLE").orElseThrow().toString();
    }
}
