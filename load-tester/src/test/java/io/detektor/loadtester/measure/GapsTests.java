package io.detektor.loadtester.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class GapsTests {

    private final Gaps gaps = new Gaps();

    @Test
    void findsTheLongestGapThatTouchesATime() {
        for (long millis : new long[] {0, 10, 400, 410, 2900, 3000}) {
            gaps.confirmed(millis * 1_000_000);
        }

        assertThat(gaps.longest(seconds(0), seconds(10)))
                .contains(new Gaps.Gap(Duration.ofMillis(410), Duration.ofMillis(2900)));
        assertThat(gaps.longest(seconds(0), Duration.ofMillis(405)))
                .contains(new Gaps.Gap(Duration.ofMillis(10), Duration.ofMillis(400)));
        assertThat(gaps.longest(seconds(4), seconds(10))).isEmpty();
        assertThat(gaps.open(seconds(5))).isEqualTo(seconds(2));
    }

    @Test
    void aGapBelongsToTheFaultThatItBeganWith() {
        confirmEach(4, 9_000, 9_998);
        confirmEach(4, 10_300, 19_998);
        confirmEach(4, 23_200, 24_000);

        // the last confirmation before the second fault lies in the time of the first
        assertThat(gaps.longestOf(seconds(10), seconds(20), seconds(40)).orElseThrow().length())
                .isLessThan(Duration.ofMillis(310));
        assertThat(gaps.longestOf(seconds(20), seconds(60), seconds(50)).orElseThrow().length())
                .isGreaterThan(Duration.ofMillis(3_190));
    }

    @Test
    void aGapThatTheNextFaultProlongsBelongsToBoth() {
        confirmEach(4, 9_000, 9_998);
        confirmEach(4, 15_000, 15_100);

        assertThat(gaps.longestOf(seconds(10), seconds(13), seconds(40))).isPresent();
        assertThat(gaps.longestOf(seconds(13), seconds(60), seconds(43))).isPresent();
        assertThat(gaps.longestOf(seconds(16), seconds(60), seconds(46))).isEmpty();
    }

    private void confirmEach(long everyMillis, long fromMillis, long toMillis) {
        for (long millis = fromMillis; millis <= toMillis; millis += everyMillis) {
            gaps.confirmed(millis * 1_000_000);
        }
    }

    @Test
    void findsTheFirstConfirmationAfterAMoment() {
        for (long millis : new long[] {0, 10, 2500, 2510, 2513}) {
            gaps.confirmed(millis * 1_000_000);
        }
        Duration last = Duration.ofMillis(2513);

        assertThat(gaps.firstConfirmedFrom(seconds(1), last)).contains(Duration.ofMillis(2500));
        assertThat(gaps.firstConfirmedFrom(Duration.ofMillis(2505), last))
                .contains(Duration.ofMillis(2510));
        // in no gap of 5 ms
        assertThat(gaps.firstConfirmedFrom(Duration.ofMillis(2512), last))
                .contains(Duration.ofMillis(2512));
        assertThat(gaps.firstConfirmedFrom(seconds(3), last)).isEmpty();
    }

    @Test
    void listsThoseLongerThanATimeByTheirStart() {
        for (long millis : new long[] {3, 10, 400, 410, 2900, 3000}) {
            gaps.confirmed(millis * 1_000_000);
        }

        assertThat(gaps.first()).contains(Duration.ofMillis(3));
        assertThat(gaps.longerThan(Duration.ofMillis(50), 10))
                .extracting(gap -> gap.length().toMillis())
                .containsExactly(390L, 2490L, 100L);
        assertThat(gaps.longerThan(Duration.ofMillis(50), 2))
                .extracting(gap -> gap.length().toMillis())
                .containsExactly(390L, 2490L);
    }

    @Test
    void anOutageIsKeptHoweverManyShortGapsThereAre() {
        long now = 0;
        for (int i = 0; i < 15_000; i++) {
            now += 10_000_000;
            gaps.confirmed(now);
        }
        Duration from = Duration.ofNanos(now);
        now += 3_000_000_000L;
        gaps.confirmed(now);

        assertThat(gaps.longest(from, Duration.ofNanos(now)))
                .contains(new Gaps.Gap(from, Duration.ofNanos(now)));
    }

    private static Duration seconds(long seconds) {
        return Duration.ofSeconds(seconds);
    }
}
