package io.detektor.loadtester.series;

import io.detektor.loadtester.report.RunResult;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One run of several.
 *
 * @param name also the directory of its own result
 * @param side which of the compared it belongs to
 * @param asked messages per second; 0 for as fast as possible
 * @param figures by metric: rate in messages per second, latencies in milliseconds
 * @param successPercent finally confirmed out of attempted
 * @param outcome PASS, FAIL or INCONCLUSIVE
 * @param exitCode what a run alone would have ended with
 * @param reasons why it is no pass
 */
public record Slice(
        String name,
        String side,
        double asked,
        Map<String, Double> figures,
        double successPercent,
        String outcome,
        int exitCode,
        List<String> reasons) {

    /** Confirmed messages per second. */
    static final String RATE = "rate";

    /** The latencies that are compared: response times, in milliseconds. */
    static final String MEAN = "ack.mean";

    static final String P50 = "ack.p50";
    static final String P99 = "ack.p99";

    public Slice {
        figures = Map.copyOf(figures);
        reasons = List.copyOf(reasons);
    }

    static Slice of(String name, String side, RunResult result) {
        Map<String, Double> figures = new TreeMap<>();
        figures.put(RATE, result.rates().acked());
        if (result.latency().ackResponse().count() > 0) {
            figures.put(MEAN, result.latency().ackResponse().mean());
            figures.put(P50, result.latency().ackResponse().p50());
            figures.put(P99, result.latency().ackResponse().p99());
        }
        return new Slice(
                name,
                side,
                result.rates().asked(),
                figures,
                result.counts().successPercent(),
                result.verdict().outcome(),
                result.verdict().exitCode(),
                result.verdict().reasons());
    }

    double figure(String metric) {
        return figures.getOrDefault(metric, Double.NaN);
    }
}
