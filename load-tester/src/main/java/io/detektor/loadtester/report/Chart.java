package io.detektor.loadtester.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A chart as {@code report.js} draws it.
 *
 * @param id of its element in the page
 * @param kind how it is drawn
 * @param says the chart in words, for who cannot see it
 * @param unit of the values: ms, /s, or empty for counts
 * @param log whether the values are on a logarithmic axis
 * @param x where the values are: seconds, or for a percentile curve 1/(1-p)
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Chart(
        String id,
        Kind kind,
        String title,
        String says,
        String unit,
        boolean log,
        List<Double> x,
        List<Line> lines,
        List<Lane> lanes) {

    /** How a chart is drawn. */
    enum Kind {
        /** Over time, one point a second. */
        TIME,
        /** Stacked bars over time. */
        STACK,
        /** Percentiles. */
        CURVE,
        /** Spans of time in lanes. */
        LANES
    }

    /**
     * One series.
     *
     * @param color name of a color of the page
     * @param y null where there is no value
     * @param dashed for what is no measurement, or the less important of two
     * @param area whether what is below is tinted
     */
    record Line(
            String label, String color, List<@Nullable Double> y, boolean dashed, boolean area) {

        static Line of(
                String label, String color, @Nullable Double[] y, boolean dashed, boolean area) {
            // nulls are allowed in it, other than in List.of()
            List<@Nullable Double> values = new ArrayList<>();
            for (Double value : y) {
                values.add(value);
            }
            return new Line(label, color, values, dashed, area);
        }
    }

    /**
     * One row of spans.
     *
     * @param label empty for a lone one
     */
    record Lane(String label, List<Span> spans) {}

    /**
     * A time in which something was so, in seconds.
     *
     * @param role name of a color, and of what it stands for
     * @param text shown where there is room
     */
    record Span(double from, double to, String role, String text) {}

    /** What a template shows of it. */
    Map<String, String> model() {
        return Map.of(
                "id", id,
                "kind", kind.name().toLowerCase(Locale.ROOT),
                "title", title,
                "says", says);
    }

    static Chart lines(
            String id,
            Kind kind,
            String title,
            String says,
            String unit,
            boolean log,
            double[] x,
            List<Line> lines) {
        return new Chart(
                id,
                kind,
                title,
                says,
                unit,
                log,
                Arrays.stream(x).boxed().toList(),
                lines,
                List.of());
    }

    static Chart lanes(String id, String title, String says, List<Lane> lanes) {
        return new Chart(id, Kind.LANES, title, says, "", false, List.of(), List.of(), lanes);
    }
}
