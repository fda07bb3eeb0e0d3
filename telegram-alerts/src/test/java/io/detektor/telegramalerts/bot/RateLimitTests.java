package io.detektor.telegramalerts.bot;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RateLimitTests {

    private long now;

    @Test
    void oneASecondAndTwentyAMinuteInAnyMinute() {
        RateLimit limit = new RateLimit(Duration.ofMillis(1100), 18, () -> now);
        List<Long> taken = new ArrayList<>();
        while (now < Duration.ofMinutes(5).toNanos()) {
            if (limit.tryTake(true).isZero()) {
                now += Duration.ofMillis(80).toNanos();
                limit.ended();
                taken.add(now);
            }
            now += Duration.ofMillis(10).toNanos();
        }
        assertThat(taken).hasSizeBetween(80, 90);
        for (int i = 1; i < taken.size(); i++) {
            assertThat(taken.get(i) - taken.get(i - 1))
                    .isGreaterThan(Duration.ofSeconds(1).toNanos());
            if (i >= 18) {
                assertThat(taken.get(i) - taken.get(i - 18))
                        .isGreaterThan(Duration.ofMinutes(1).toNanos());
            }
        }
    }

    @Test
    void aThirdOfTheMinuteIsKeptForWhatIsUrgent() {
        RateLimit limit = new RateLimit(Duration.ofMillis(1), 18, () -> now);
        for (int i = 0; i < 12; i++) {
            assertThat(limit.tryTake(false)).isZero();
            now += Duration.ofMillis(10).toNanos();
        }
        assertThat(limit.tryTake(false)).isGreaterThan(Duration.ofSeconds(55));
        for (int i = 0; i < 6; i++) {
            assertThat(limit.tryTake(true)).isZero();
            now += Duration.ofMillis(10).toNanos();
        }
        assertThat(limit.tryTake(true)).isGreaterThan(Duration.ofSeconds(55));
    }

    @Test
    void aPauseHoldsForAll() {
        RateLimit limit = new RateLimit(Duration.ofMillis(1), 18, () -> now);
        limit.pause(Duration.ofSeconds(30));
        assertThat(limit.tryTake(true)).isEqualTo(Duration.ofSeconds(30));
        now += Duration.ofSeconds(30).toNanos();
        assertThat(limit.tryTake(true)).isZero();
    }
}
