package io.detektor.loadtester.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTests {

    private static final Duration DAY = Duration.ofDays(1);

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 300, 500, 30_000, 99_999, 333_333, 1_000_000})
    void roundingNeverAddsUp(int perSecond) {
        Schedule schedule = Schedule.constant(perSecond, DAY);
        for (long second : new long[] {1, 60, 3_600, 86_399}) {
            assertThat(schedule.offsetNanos(second * perSecond)).isEqualTo(second * 1_000_000_000L);
        }
        assertThat(schedule.count()).isEqualTo(86_400L * perSecond);
    }

    @Test
    void eachMessageIsWithinANanosecondOfItsExactTime() {
        Schedule schedule = Schedule.constant(300_007, DAY);
        for (long n = 0; n < 1_000_000; n += 997) {
            double exact = n * 1e9 / 300_007;
            assertThat(exact - schedule.offsetNanos(n)).isBetween(-0.001, 1.001);
        }
    }

    @Test
    void aHundredMillionMessagesAreExactAndNeverGoBack() {
        Schedule schedule = schedule("ramp:1-1000000:70s,const:999983:65500ms,pause:3s,spike:7:1m");
        assertThat(schedule.count()).isGreaterThan(100_000_000);
        long before = -1;
        for (long n = 0; n < schedule.count(); n++) {
            long offset = schedule.offsetNanos(n);
            // not assertThat: it would take minutes
            if (offset < before) {
                throw new AssertionError(n + ": " + offset + " after " + before);
            }
            before = offset;
        }
        assertThat(before).isLessThan(schedule.duration().toNanos());
    }

    @Test
    void countsWhatIsDueBeforeTheEnd() {
        assertThat(Schedule.constant(500, Duration.ofSeconds(20)).count()).isEqualTo(10_000);
        assertThat(Schedule.constant(3, Duration.ofMillis(1500)).count()).isEqualTo(5);
        assertThat(Schedule.constant(1, Duration.ofMillis(10)).count()).isEqualTo(1);
        Schedule seven = Schedule.constant(7, Duration.ofSeconds(1));
        assertThat(seven.offsetNanos(seven.count() - 1)).isLessThan(1_000_000_000L);
    }

    @Test
    void theCountIsTheSumOfThePhases() {
        assertThat(schedule("const:500:60s,ramp:500-5000:60s").count()).isEqualTo(30_000 + 165_000);
        assertThat(schedule("step:1000x5:20s").count()).isEqualTo(20_000 * (1 + 2 + 3 + 4 + 5));
        assertThat(schedule("const:1:1500ms,const:1:1500ms").count()).isEqualTo(3);
        assertThat(schedule("ramp:0-1:1s").count()).isEqualTo(1);
    }

    @Test
    void aPauseSendsNothingAndTheNextPhaseStartsWhereTheSumSays() {
        Schedule schedule = schedule("const:10:1s,pause:5s,const:10:1s");
        assertThat(schedule.offsetNanos(9)).isEqualTo(900_000_000L);
        assertThat(schedule.offsetNanos(10)).isEqualTo(6_000_000_000L);
        assertThat(schedule.offsetNanos(11)).isEqualTo(6_100_000_000L);

        // a message that is half due when the pause begins is due half an interval after it
        Schedule half = schedule("const:1:1500ms,pause:1s,const:1:2s");
        assertThat(half.offsetNanos(1)).isEqualTo(1_000_000_000L);
        assertThat(half.offsetNanos(2)).isEqualTo(3_000_000_000L);
    }

    @Test
    void anyProfileIsMonotoneAndEachTimeIsTheOneAtWhichTheSumMakesTheMessage() {
        Random random = new Random(20);
        for (int round = 0; round < 200; round++) {
            List<Phase> phases = new ArrayList<>();
            for (int i = 0; i <= random.nextInt(5); i++) {
                phases.add(
                        new Phase(
                                rate(random),
                                rate(random),
                                Duration.ofMillis(1 + random.nextInt(100_000))));
            }
            Schedule schedule = new Schedule(phases);
            BigDecimal sum =
                    phases.stream()
                            .map(ScheduleTests::messages)
                            .reduce(BigDecimal.ZERO, BigDecimal::add);
            assertThat(schedule.count())
                    .isEqualTo(sum.setScale(0, java.math.RoundingMode.CEILING).longValueExact());
            long before = -1;
            for (int i = 0; i < 300 && schedule.count() > 0; i++) {
                long n = schedule.count() * i / 300;
                long offset = schedule.offsetNanos(n);
                assertThat(offset).isGreaterThanOrEqualTo(before);
                assertThat(offset).isLessThanOrEqualTo(schedule.duration().toNanos());
                double rate = Math.max(1, schedule.perSecondAt(Duration.ofNanos(offset)));
                // a few nanoseconds of the rate, or what a nanosecond is where the rate is near 0
                assertThat(due(phases, offset))
                        .as("%s message %d", phases, n)
                        .isCloseTo((double) n, within(rate * 4e-9 + 1e-3));
                before = offset;
            }
        }
    }

    @Test
    void knowsTheRateOfEachMoment() {
        Schedule schedule = schedule("ramp:0-1000:10s,const:50:1s");
        assertThat(schedule.perSecondAt(Duration.ZERO)).isZero();
        assertThat(schedule.perSecondAt(Duration.ofSeconds(5))).isEqualTo(500);
        assertThat(schedule.perSecondAt(Duration.ofSeconds(10))).isEqualTo(50);
        assertThat(schedule.perSecondAt(Duration.ofSeconds(11))).isZero();
        assertThat(schedule.highestPerSecond()).isEqualTo(1000);
        assertThat(Schedule.constant(500, DAY).meanPerSecond()).isCloseTo(500, within(1e-4));
    }

    @Test
    void rejectsWhatIsNoRate() {
        assertThatThrownBy(() -> Schedule.constant(1_000_001, DAY))
                .hasMessage("perSecond: 1000001 (expected: 0 to 1000000)");
    }

    private static int rate(Random random) {
        return random.nextInt(4) == 0
                ? 0
                : 1 + random.nextInt(random.nextBoolean() ? 10 : 1_000_000);
    }

    private static BigDecimal messages(Phase phase) {
        return BigDecimal.valueOf((long) phase.fromPerSecond() + phase.toPerSecond())
                .multiply(BigDecimal.valueOf(phase.duration().toNanos()))
                .divide(BigDecimal.valueOf(2_000_000_000L), MathContext.DECIMAL128);
    }

    /** The rate summed up to a moment, apart from the code under test. */
    private static double due(List<Phase> phases, long nanos) {
        BigDecimal due = BigDecimal.ZERO;
        long left = nanos;
        for (Phase phase : phases) {
            long length = phase.duration().toNanos();
            long inside = Math.min(left, length);
            BigDecimal t = BigDecimal.valueOf(inside);
            BigDecimal rise =
                    BigDecimal.valueOf((long) phase.toPerSecond() - phase.fromPerSecond())
                            .multiply(t)
                            .multiply(t)
                            .divide(BigDecimal.valueOf(2 * length), MathContext.DECIMAL128);
            due =
                    due.add(
                            BigDecimal.valueOf(phase.fromPerSecond())
                                    .multiply(t)
                                    .add(rise)
                                    .divide(BigDecimal.valueOf(1_000_000_000L)));
            left -= inside;
            if (left == 0) {
                break;
            }
        }
        return due.doubleValue();
    }

    private static Schedule schedule(String profile) {
        return new Schedule(Profile.parse("--profile", profile).phases());
    }
}
