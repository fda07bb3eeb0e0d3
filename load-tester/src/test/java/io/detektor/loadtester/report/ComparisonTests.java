package io.detektor.loadtester.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ComparisonTests {

    @Test
    void theSameTwiceHasNoRegression() {
        Comparison comparison = Comparison.of(Results.withAFault(), Results.withAFault(), 0);

        assertThat(comparison.regressions()).isEmpty();
        assertThat(comparison.text())
                .endsWith("DIFF     PASS  no judged figure is more than 0 % worse");
    }

    @Test
    void whatIsSlowerByMoreThanAllowedIsARegression() {
        Comparison comparison = Comparison.of(Results.withAFault(), Results.slower(), 10);

        assertThat(comparison.regressions())
                .extracting(Comparison.Figure::name)
                .contains("service mean", "service p50", "response mean", "response p95")
                .doesNotContain("acknowledged", "success", "service max", "longest write gap");
        assertThat(figure(comparison, "service p50").worsePercent()).isBetween(20.0, 45.0);
        assertThat(Comparison.of(Results.withAFault(), Results.slower(), 1000).regressions())
                .isEmpty();
    }

    @Test
    void whatIsFasterIsNone() {
        assertThat(Comparison.of(Results.slower(), Results.withAFault(), 0).regressions())
                .isEmpty();
    }

    @Test
    void aFigureThatOneLacksIsNotCompared() {
        Comparison comparison = Comparison.of(Results.withAFault(), Results.quiet(), 10);

        assertThat(figure(comparison, "end-to-end p99").b()).isNull();
        assertThat(figure(comparison, "end-to-end p99").worsePercent()).isNull();
        assertThat(figure(comparison, "end-to-end p99").regressed()).isFalse();
    }

    @Test
    void nothingConfirmedInBIsAsMuchWorseAsCanBe() {
        Comparison comparison = Comparison.of(Results.quiet(), Results.interrupted(), 10);

        assertThat(figure(comparison, "acknowledged").worsePercent()).isEqualTo(100);
        assertThat(comparison.regressions())
                .extracting(Comparison.Figure::name)
                .contains("acknowledged", "success");
    }

    @Test
    void theTextFitsATerminal() {
        assertThat(Comparison.of(Results.withAFault(), Results.slower(), 10).text().lines())
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(100));
    }

    private static Comparison.Figure figure(Comparison comparison, String name) {
        return comparison.figures().stream()
                .filter(figure -> figure.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
