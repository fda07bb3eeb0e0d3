package io.detektor.loadtester.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTests {

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 300, 500, 30_000, 99_999, 333_333, 1_000_000})
    void roundingNeverAddsUp(int perSecond) {
        Schedule schedule = new Schedule(perSecond);
        for (long second : new long[] {1, 60, 3_600, 86_400}) {
            assertThat(schedule.offsetNanos(second * perSecond)).isEqualTo(second * 1_000_000_000L);
        }
    }

    @Test
    void eachMessageIsWithinANanosecondOfItsExactTime() {
        Schedule schedule = new Schedule(300_007);
        for (long n = 0; n < 1_000_000; n += 997) {
            double exact = n * 1e9 / 300_007;
            assertThat(exact - schedule.offsetNanos(n)).isBetween(-0.001, 1.001);
        }
    }

    @Test
    void countsWhatIsDueBeforeTheEnd() {
        assertThat(new Schedule(500).count(Duration.ofSeconds(20))).isEqualTo(10_000);
        assertThat(new Schedule(3).count(Duration.ofMillis(1500))).isEqualTo(5);
        assertThat(new Schedule(1).count(Duration.ofMillis(10))).isEqualTo(1);
        assertThat(new Schedule(7).offsetNanos(new Schedule(7).count(Duration.ofSeconds(1)) - 1))
                .isLessThan(1_000_000_000L);
    }

    @Test
    void rejectsWhatIsNoRate() {
        assertThatThrownBy(() -> new Schedule(0))
                .hasMessage("perSecond: 0 (expected: 1 to 1000000)");
    }
}
