package io.detektor.loadtester.plan;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.detektor.redisha.NodeAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeapRoomTests {

    private static final long SHIPPED = 192L << 20;

    @Test
    void theDefaultsFitTheHeapThatIsShipped() {
        assertThatCode(() -> HeapRoom.check(plan(1024, 20_000), SHIPPED))
                .doesNotThrowAnyException();
        assertThatCode(() -> HeapRoom.check(plan(1 << 20, 100), SHIPPED))
                .doesNotThrowAnyException();
    }

    @Test
    void whatDoesNotFitIsToldWithWhatWould() {
        assertThatThrownBy(() -> HeapRoom.check(plan(64 * 1024, 20_000), SHIPPED))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageStartingWith("--max-in-flight: 20000 (expected: at most 1985 with")
                .hasMessageContaining("LOADTEST_HEAP=1g");
        assertThatCode(() -> HeapRoom.check(plan(64 * 1024, 1985), SHIPPED))
                .doesNotThrowAnyException();
    }

    @Test
    void asManyAsFitAreNeverTooMany() {
        for (int bytes : new int[] {1, 1024, 4700, 64 * 1024, 1 << 20}) {
            int most = HeapRoom.most(Payload.fixed(bytes), plan(bytes, 1).target(), SHIPPED);

            assertThatCode(() -> HeapRoom.check(plan(bytes, most), SHIPPED))
                    .doesNotThrowAnyException();
            assertThatThrownBy(() -> HeapRoom.check(plan(bytes, most + 1), SHIPPED))
                    .isInstanceOf(InvalidValueException.class);
        }
    }

    private static LoadPlan plan(int payloadSize, int maxInFlight) {
        RedisPlan redis =
                new RedisPlan(List.of(), "mymaster", new NodeAddress("127.0.0.1", 1), "", "");
        return new LoadPlan(
                new TargetPlan.Redis(redis, "s", TargetPlan.Ack.IN_SYNC, true),
                new Rate.PerSecond(100),
                Duration.ZERO,
                Duration.ofSeconds(1),
                0,
                payloadSize,
                null,
                maxInFlight,
                Duration.ofSeconds(5),
                Duration.ofSeconds(1),
                List.of(),
                1);
    }
}
