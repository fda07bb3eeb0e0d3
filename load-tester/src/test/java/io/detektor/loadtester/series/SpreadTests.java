package io.detektor.loadtester.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SpreadTests {

    @Test
    void aSingleRunSaysNothingAboutTheMedian() {
        assertThat(Spread.of(List.of(5.0))).isEqualTo(new Spread(1, 5, 5, 5, 5, 5, 0));
    }

    @Test
    void fewRunsGiveWhatCertaintyTheyCan() {
        // 1 - 2 / 2^5
        assertThat(Spread.of(List.of(5.0, 1.0, 4.0, 2.0, 3.0)))
                .isEqualTo(new Spread(5, 3, 1, 5, 1, 5, 93.7));
        assertThat(Spread.of(List.of(4.0, 1.0, 3.0, 2.0)).median()).isEqualTo(2.5);
    }

    @Test
    void tenRunsAreTheTableOfTheBinomial() {
        List<Double> values = IntStream.rangeClosed(1, 10).mapToObj(i -> (double) i).toList();

        // the second and the ninth of ten hold the median with 97.85 %
        assertThat(Spread.of(values)).isEqualTo(new Spread(10, 5.5, 1, 10, 2, 9, 97.8));
    }

    @Test
    void theRangeHoldsTheTrueMedianAsOftenAsItSays() {
        Random random = new Random(1);
        int held = 0;
        int rounds = 5_000;
        for (int round = 0; round < rounds; round++) {
            List<Double> values = new ArrayList<>();
            // skewed, with a median of ln 2
            DoubleStream.generate(() -> -Math.log(random.nextDouble()))
                    .limit(15)
                    .forEach(values::add);
            Spread spread = Spread.of(values);
            assertThat(spread.confidencePercent()).isGreaterThanOrEqualTo(95);
            held += spread.low() <= Math.log(2) && Math.log(2) <= spread.high() ? 1 : 0;
        }
        assertThat(held).isBetween(rounds * 95 / 100, rounds * 99 / 100);
    }

    @Test
    void noRunsHaveNoMedian() {
        assertThatThrownBy(() -> Spread.of(List.of()))
                .hasMessage("values: none (expected: at least one)");
    }
}
