package io.detektor.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PromQlTests {

    @Test
    void findsTheSeriesAndNothingElse() {
        assertThat(
                        PromQl.metrics(
                                "sum by (le, x) (rate(a_bucket{job=\"b\"}[1m])) / on (c) group_left ()"
                                        + " d:e > 0.5 and f offset 1m == bool 1 unless label_replace(g, \"h\", \"$1\", \"i\", \"(.+)\")"))
                .containsExactly("a_bucket", "d:e", "f", "g");
    }
}
