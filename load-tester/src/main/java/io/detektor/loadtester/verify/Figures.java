package io.detektor.loadtester.verify;

import io.detektor.loadtester.measure.Latencies;
import io.detektor.loadtester.measure.Ledger;
import io.detektor.loadtester.measure.Measurements;
import io.detektor.loadtester.plan.Metric;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a run came to, as far as thresholds can be about it.
 *
 * @param counts the ledger; while a run goes on, only messages that have an outcome are attempted
 * @param firstTry messages confirmed by the first try
 * @param totals everything that was measured
 * @param rates messages per second
 * @param longestGap longest time without a confirmation
 * @param master the final read from the master, or null when there was none
 * @param deliveries what consumers received
 */
public record Figures(
        Ledger.Counts counts,
        long firstTry,
        Measurements.Totals totals,
        Rates rates,
        Duration longestGap,
        @Nullable StreamProof master,
        List<DeliveryProof> deliveries) {

    /**
     * Messages per second.
     *
     * @param consumers whether there are any
     */
    public record Rates(double sent, double acked, double consumed, boolean consumers) {}

    public Figures {
        deliveries = List.copyOf(deliveries);
    }

    /** A figure in the metric's unit; empty where there is none, as without consumers. */
    OptionalDouble value(Metric metric) {
        return switch (metric) {
            case RATE -> OptionalDouble.of(rates.acked());
            case SENT -> OptionalDouble.of(rates.sent());
            case CONSUMED ->
                    rates.consumers()
                            ? OptionalDouble.of(rates.consumed())
                            : OptionalDouble.empty();
            case SUCCESS -> percent(counts.confirmed());
            case FIRST_TRY -> percent(firstTry);
            case ACK_MEAN,
                    ACK_P50,
                    ACK_P75,
                    ACK_P90,
                    ACK_P95,
                    ACK_P99,
                    ACK_P999,
                    ACK_P9999,
                    ACK_MAX ->
                    latency(totals.response(), metric);
            case SERVICE_MEAN,
                    SERVICE_P50,
                    SERVICE_P75,
                    SERVICE_P90,
                    SERVICE_P95,
                    SERVICE_P99,
                    SERVICE_P999,
                    SERVICE_P9999,
                    SERVICE_MAX ->
                    latency(totals.service(), metric);
            case E2E_MEAN,
                    E2E_P50,
                    E2E_P75,
                    E2E_P90,
                    E2E_P95,
                    E2E_P99,
                    E2E_P999,
                    E2E_P9999,
                    E2E_MAX ->
                    latency(totals.endToEnd(), metric);
            case GAP -> OptionalDouble.of(longestGap.toNanos() / 1e6);
            case ERRORS ->
                    count(totals.errors().values().stream().mapToLong(Long::longValue).sum());
            case REFUSED -> count(counts.refused());
            case UNKNOWN -> count(counts.unknown());
            case RETRIED -> count(counts.retried());
            case UNREPLICATED -> count(totals.unreplicated());
            case LATE -> count(totals.late());
            case LOST -> read(StreamProof::lost);
            case DUPLICATED -> read(StreamProof::duplicated);
            case UNEXPECTED -> read(StreamProof::unexpected);
            case CORRUPTED -> read(StreamProof::corrupted);
            case RECOVERED -> read(StreamProof::recovered);
            case RESURRECTED -> read(StreamProof::resurrected);
            case ORDER_BREAKS -> read(StreamProof::orderBreaks);
            case UNDELIVERED -> delivered(DeliveryProof::undelivered);
            case REDELIVERED -> delivered(DeliveryProof::redelivered);
        };
    }

    private static OptionalDouble count(long count) {
        return OptionalDouble.of((double) count);
    }

    private OptionalDouble percent(long part) {
        return counts.attempted() == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(100.0 * part / counts.attempted());
    }

    private OptionalDouble read(ToLongFunction<StreamProof> figure) {
        return master == null ? OptionalDouble.empty() : count(figure.applyAsLong(master));
    }

    private OptionalDouble delivered(ToLongFunction<DeliveryProof> figure) {
        return deliveries.isEmpty()
                ? OptionalDouble.empty()
                : count(deliveries.stream().mapToLong(figure).sum());
    }

    private static OptionalDouble latency(Latencies.Summary summary, Metric metric) {
        if (summary.count() == 0) {
            return OptionalDouble.empty();
        }
        String which = metric.text().substring(metric.text().indexOf('.') + 1);
        return OptionalDouble.of(
                switch (which) {
                    case "mean" -> summary.mean();
                    case "p50" -> summary.p50();
                    case "p75" -> summary.p75();
                    case "p90" -> summary.p90();
                    case "p95" -> summary.p95();
                    case "p99" -> summary.p99();
                    case "p99.9" -> summary.p999();
                    case "p99.99" -> summary.p9999();
                    case "max" -> summary.max();
                    default -> throw new IllegalArgumentException("metric: " + metric);
                });
    }
}
