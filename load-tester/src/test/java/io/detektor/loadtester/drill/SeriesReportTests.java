package io.detektor.loadtester.drill;

import static org.assertj.core.api.Assertions.assertThat;

import io.detektor.loadtester.plan.FaultAction;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeriesReportTests {

    @Test
    void quantilesAreOfTheNearestRank() {
        SeriesReport.Distribution gaps =
                SeriesReport.Distribution.of(LongStream.rangeClosed(1, 20).boxed().toList());

        assertThat(gaps).isEqualTo(new SeriesReport.Distribution(20, 1, 10, 19, 20));
    }

    @Test
    void noLossInAHundredFailoversBoundsTheChanceByThreePercent() {
        assertThat(report(100, SeriesReport.Totals.NONE).lossBoundPercent()).isEqualTo(3);
        assertThat(report(100, lost(1)).lossBoundPercent()).isEqualTo(100);
        assertThat(report(0, SeriesReport.Totals.NONE).lossBoundPercent()).isEqualTo(100);
        assertThat(report(100, SeriesReport.Totals.NONE).markdown()).contains("below 3.0 %");
    }

    @Test
    void thePageOfASoakLeadsToEachRun(@TempDir Path out) throws Exception {
        SeriesReport.Held before = new SeriesReport.Held(10 * 1024, 7);
        SeriesReport.Held after = new SeriesReport.Held(20 * 1024, 9);
        SeriesReport report =
                report(
                        100,
                        SeriesReport.Totals.NONE,
                        List.of(
                                new SeriesReport.Sample(0, Map.of("redis-1", before, "x", before)),
                                new SeriesReport.Sample(9, Map.of("redis-1", after))));

        DrillFiles.write(report, out);

        assertThat(out.resolve("report.html"))
                .content()
                .contains("<a href=\"run-001/report.html\">1</a>")
                .contains("below 3.0 %");
        assertThat(out.resolve("summary.md")).content().contains("| redis-1 | 10, 20 | 7, 9 |");
        assertThat(out.resolve("drill.json")).content().contains("\"failovers\" : 100");
    }

    @Test
    void aSoakTakesKindsAtRandomAndAStudyEachAsOften() {
        assertThat(Series.order(plan("soak", 50))).hasSize(50).contains(FaultAction.KILL);
        assertThat(Series.order(plan("gaps", 7)))
                .hasSize(14)
                .filteredOn(kind -> kind == FaultAction.FREEZE)
                .hasSize(7);
        assertThat(Series.order(plan("soak", 50))).isEqualTo(Series.order(plan("soak", 50)));
    }

    private static SeriesReport.Totals lost(long count) {
        return new SeriesReport.Totals(10, 10, count, 0, 0, 0, 0, 0);
    }

    private static SeriesReport report(int failovers, SeriesReport.Totals totals) {
        return report(failovers, totals, List.of());
    }

    private static SeriesReport report(
            int failovers, SeriesReport.Totals totals, List<SeriesReport.Sample> samples) {
        List<SeriesReport.Fault> faults =
                IntStream.range(0, failovers)
                        .mapToObj(i -> new SeriesReport.Fault(1, "kill", i, 2000, true, List.of()))
                        .toList();
        return SeriesReport.of(
                plan("soak", failovers),
                "",
                1,
                false,
                failovers,
                totals,
                faults,
                samples,
                0,
                List.of());
    }

    private static SeriesPlan plan(String name, int count) {
        return new SeriesPlan(
                name,
                List.of(FaultAction.KILL, FaultAction.FREEZE),
                count,
                Duration.ofSeconds(2),
                SeriesPlan.Client.OURS,
                300,
                7,
                Path.of("."));
    }
}
