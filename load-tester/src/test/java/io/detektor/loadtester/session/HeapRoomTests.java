package io.detektor.loadtester.session;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.detektor.loadtester.plan.InvalidValueException;
import io.detektor.loadtester.plan.LoadPlan;
import io.detektor.loadtester.plan.Rate;
import io.detektor.loadtester.plan.RedisPlan;
import io.detektor.loadtester.plan.TargetPlan;
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
