package io.detektor.loadtester.report;

import io.detektor.loadtester.measure.Latencies;
import io.detektor.loadtester.measure.Measurements;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The charts of one result. */
final class Charts {

    /** Shorter than this, a last second says nothing as a rate. */
    private static final double WORTH_A_RATE = 0.5;

    /** More reasons than that cannot be told apart; the rest is one more. */
    private static final int MOST_REASONS = 6;

    private static final String[] COLORS = {"red", "orange", "purple", "blue", "green", "grey"};

    private final RunResult result;
    private final List<Measurements.Second> timeline;
    private final Series series;
    private final double[] t;

    private Charts(RunResult result) {
        this.result = result;
        this.timeline = result.timeline();
        this.series = Series.of(result);
        this.t = timeline.stream().mapToDouble(Measurements.Second::t).toArray();
    }

    /** All that there is anything to draw for. */
    static List<Chart> of(RunResult result) {
        Charts charts = new Charts(result);
        List<Chart> all = new ArrayList<>();
        if (!charts.timeline.isEmpty()) {
            all.add(charts.throughput());
            all.add(charts.latency());
        }
        if (!HistogramFiles.of(result).isEmpty()) {
            all.add(Curves.of(result));
        }
        if (!charts.timeline.isEmpty()) {
            if (charts.timeline.stream().anyMatch(second -> second.errors() > 0)) {
                all.add(charts.errors());
            }
            all.add(charts.inFlight());
        }
        if (!result.writeGaps().gaps().isEmpty()) {
            all.add(charts.gaps());
        }
        List<Chart.Lane> lanes = Lanes.of(result);
        if (!lanes.isEmpty()) {
            all.add(Chart.lanes("lanes", "Who was master", Lanes.says(result), lanes));
        }
        return all;
    }

    private Chart throughput() {
        List<Chart.Line> lines = new ArrayList<>();
        @Nullable Double[] acked = perSecond(second -> second.confirmed());
        lines.add(Chart.Line.of("acked", "blue", acked, false, true));
        lines.add(
                Chart.Line.of("sent", "grey", perSecond(Measurements.Second::sent), false, false));
        if (Series.consumers(result)) {
            @Nullable Double[] consumed = new Double[t.length];
            for (int i = 0; i < t.length; i++) {
                consumed[i] = rate(series.consumed().get(i), i);
            }
            lines.add(Chart.Line.of("consumed", "green", consumed, false, false));
        }
        double asked = result.rates().asked();
        if (asked > 0) {
            Double[] flat = new Double[t.length];
            java.util.Arrays.fill(flat, asked);
            lines.add(Chart.Line.of("asked", "orange", flat, true, false));
        }
        return Chart.lines(
                "throughput",
                Chart.Kind.TIME,
                "Messages per second",
                String.format(
                        Locale.ROOT,
                        "Acknowledged %.1f a second over the run%s; lowest second %.0f, highest %.0f.",
                        result.rates().acked(),
                        asked > 0 ? String.format(Locale.ROOT, " of %.1f asked", asked) : "",
                        extreme(acked, Comparator.naturalOrder()),
                        extreme(acked, Comparator.reverseOrder())),
                "/s",
                false,
                t,
                lines);
    }

    private Chart latency() {
        Latencies.Summary all = result.latency().ackResponse();
        List<Chart.Line> lines =
                new ArrayList<>(
                        List.of(
                                line("response max", "red", Measurements.Second::max),
                                line("response p99", "orange", Measurements.Second::p99),
                                line("response p50", "blue", Measurements.Second::p50),
                                dashed("service p99", "purple", Measurements.Second::serviceP99),
                                dashed("service p50", "green", Measurements.Second::serviceP50)));
        boolean byMaster = timeline.stream().anyMatch(second -> second.masterReplyP50() > 0);
        if (byMaster) {
            lines.add(dashed("master alone p50", "grey", Measurements.Second::masterReplyP50));
        }
        return Chart.lines(
                "latency",
                Chart.Kind.TIME,
                "Latency over time",
                String.format(
                        Locale.ROOT,
                        "Response times of each second, from the intended send time; over the run"
                                + " p50 %.3f ms, p99 %.3f ms, max %.3f ms. Service: from the actual send.%s",
                        all.p50(),
                        all.p99(),
                        all.max(),
                        byMaster
                                ? " Master alone: from the send to its own answer; what service has"
                                        + " on top is the wait for the replicas."
                                : ""),
                "ms",
                true,
                t,
                lines);
    }

    private Chart errors() {
        Map<String, Long> totals = new TreeMap<>();
        for (Measurements.Second second : timeline) {
            second.errorsByReason()
                    .forEach((reason, count) -> totals.merge(reason, count, Long::sum));
        }
        List<String> reasons =
                totals.entrySet().stream()
                        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                        .map(Map.Entry::getKey)
                        .toList();
        List<Chart.Line> lines = new ArrayList<>();
        List<String> named = reasons.subList(0, Math.min(MOST_REASONS - 1, reasons.size()));
        for (String reason : named) {
            Double[] y = new Double[t.length];
            for (int i = 0; i < t.length; i++) {
                y[i] = (double) timeline.get(i).errorsByReason().getOrDefault(reason, 0L);
            }
            lines.add(Chart.Line.of(reason, COLORS[lines.size()], y, false, true));
        }
        Double[] rest = new Double[t.length];
        double others = 0;
        for (int i = 0; i < t.length; i++) {
            Measurements.Second second = timeline.get(i);
            long known =
                    named.stream()
                            .mapToLong(reason -> second.errorsByReason().getOrDefault(reason, 0L))
                            .sum();
            rest[i] = (double) Math.max(0, second.errors() - known);
            others += rest[i];
        }
        if (others > 0) {
            lines.add(Chart.Line.of(named.isEmpty() ? "all" : "others", "grey", rest, false, true));
        }
        return Chart.lines(
                "errors",
                Chart.Kind.STACK,
                "Failed tries, by reason",
                "Tries that failed in each second, repeated ones included: "
                        + (totals.isEmpty()
                                ? result.timeline().getLast().errorsTotal() + " in all"
                                : reasons.stream()
                                        .map(reason -> reason + " " + totals.get(reason))
                                        .reduce((a, b) -> a + ", " + b)
                                        .orElse(""))
                        + ".",
                "",
                false,
                t,
                lines);
    }

    private Chart inFlight() {
        List<Chart.Line> lines = new ArrayList<>();
        @Nullable Double[] inFlight = values(second -> (double) second.inFlight());
        lines.add(Chart.Line.of("in flight", "blue", inFlight, false, true));
        String says =
                String.format(
                        Locale.ROOT,
                        "Messages without an outcome at the end of each second; highest %.0f.",
                        extreme(inFlight, Comparator.reverseOrder()));
        if (Series.consumers(result)) {
            Double[] backlog = new Double[t.length];
            for (int i = 0; i < t.length; i++) {
                backlog[i] = (double) series.backlog().get(i);
            }
            lines.add(Chart.Line.of("consumer lag", "green", backlog, false, false));
            says +=
                    String.format(
                            Locale.ROOT,
                            " Consumer lag: acknowledged and not yet received; highest %.0f.",
                            extreme(backlog, Comparator.reverseOrder()));
        }
        return Chart.lines(
                "inflight",
                Chart.Kind.TIME,
                "In flight, and consumer lag",
                says,
                "",
                false,
                t,
                lines);
    }

    private Chart gaps() {
        List<Chart.Span> spans =
                result.writeGaps().gaps().stream()
                        .map(gap ->
                                new Chart.Span(
                                        gap.startMs() / 1000,
                                        (gap.startMs() + gap.lengthMs()) / 1000,
                                        "gap",
                                        Spans.length(gap.lengthMs())))
                        .toList();
        return Chart.lanes(
                "gaps",
                "Write gaps",
                String.format(
                        Locale.ROOT,
                        "Times in which nothing was acknowledged for more than %.1f ms: %d, the longest %s.",
                        result.writeGaps().longerThanMs(),
                        spans.size(),
                        Spans.length(
                                result.writeGaps().gaps().stream()
                                        .mapToDouble(RunResult.WriteGap::lengthMs)
                                        .max()
                                        .orElse(0))),
                List.of(new Chart.Lane("", spans)));
    }

    private Chart.Line line(
            String label, String color, ToDoubleFunction<Measurements.Second> value) {
        return Chart.Line.of(label, color, latencies(value), false, false);
    }

    private Chart.Line dashed(
            String label, String color, ToDoubleFunction<Measurements.Second> value) {
        return Chart.Line.of(label, color, latencies(value), true, false);
    }

    /** A logarithmic axis has no zero; a second without a confirmation has no latency. */
    private @Nullable Double[] latencies(ToDoubleFunction<Measurements.Second> value) {
        return values(second -> {
            double millis = value.applyAsDouble(second);
            return second.confirmed() > 0 && millis > 0 ? millis : null;
        });
    }

    private @Nullable Double[] perSecond(ToDoubleFunction<Measurements.Second> count) {
        @Nullable Double[] rates = new Double[t.length];
        for (int i = 0; i < t.length; i++) {
            rates[i] = rate(count.applyAsDouble(timeline.get(i)), i);
        }
        return rates;
    }

    private @Nullable Double rate(double count, int i) {
        double seconds = t[i] - (i == 0 ? 0 : t[i - 1]);
        return seconds < WORTH_A_RATE ? null : Math.round(count / seconds * 10) / 10.0;
    }

    private @Nullable Double[] values(
            java.util.function.Function<Measurements.Second, @Nullable Double> value) {
        return timeline.stream().map(value).toArray(Double[]::new);
    }

    private static double extreme(@Nullable Double[] values, Comparator<Double> order) {
        return java.util.Arrays.stream(values)
                .filter(java.util.Objects::nonNull)
                .min(order)
                .orElse(0.0);
    }
}
