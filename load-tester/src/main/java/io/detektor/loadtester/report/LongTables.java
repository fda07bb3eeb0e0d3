package io.detektor.loadtester.report;

import io.detektor.loadtester.measure.Measurements;
import io.detektor.loadtester.verify.DeliveryProof;
import io.detektor.loadtester.verify.StreamProof;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/** The tables behind the charts, and others that few people open. */
final class LongTables {

    /** More rows are in timeline.csv; a page that long is none. */
    private static final int MOST_SECONDS = 600;

    private static final int MOST_GAPS = 50;

    /** Shown elsewhere on the page. */
    private static final Set<String> SHOWN =
            Set.of(
                    "schemaVersion",
                    "run",
                    "config",
                    "target",
                    "counts",
                    "rates",
                    "latency",
                    "timeline",
                    "events",
                    "faults",
                    "proof",
                    "thresholds",
                    "generator",
                    "verdict",
                    "writeGaps",
                    "masters");

    private LongTables() {}

    static Table events(RunResult result) {
        Table table =
                new Table("Events (" + result.events().size() + ")", "", true)
                        .column("at", true)
                        .column("who", false)
                        .column("what", false);
        for (RunResult.Event event : result.events()) {
            table.row(
                    Table.Cell.number(String.format(Locale.ROOT, "%.3f s", event.tMs() / 1000.0)),
                    Table.Cell.key(event.kind()),
                    Table.Cell.text(event.text()));
        }
        return table;
    }

    static Table gaps(RunResult result) {
        int all = result.writeGaps().gaps().size();
        Table table =
                new Table(
                                "Write gaps ("
                                        + (all > MOST_GAPS
                                                ? "the longest " + MOST_GAPS + " of " + all
                                                : all)
                                        + ")",
                                String.format(
                                        Locale.ROOT,
                                        "Nothing was acknowledged for more than %.1f ms.",
                                        result.writeGaps().longerThanMs()),
                                true)
                        .column("from", true)
                        .column("length", true);
        result.writeGaps().gaps().stream()
                .sorted(Comparator.comparingDouble(RunResult.WriteGap::lengthMs).reversed())
                .limit(MOST_GAPS)
                .forEach(gap ->
                        table.row(
                                Table.Cell.number(
                                        String.format(Locale.ROOT, "%.3f s", gap.startMs() / 1000)),
                                Table.Cell.number(Spans.length(gap.lengthMs()))));
        return table;
    }

    static Table timeline(RunResult result) {
        int seconds = result.timeline().size();
        int every = Math.max(1, (seconds + MOST_SECONDS - 1) / MOST_SECONDS);
        Table table =
                new Table(
                        "Figures of the charts over time",
                        every == 1
                                ? "Latencies in milliseconds."
                                : "Every "
                                        + every
                                        + "th second; timeline.csv has all. Latencies in milliseconds.",
                        true);
        for (String column :
                new String[] {
                    "second",
                    "sent",
                    "acked",
                    "consumed",
                    "failed tries",
                    "in flight",
                    "consumer lag",
                    "response p50",
                    "p99",
                    "max",
                    "service p50",
                    "p99",
                    "max",
                    "master alone p50",
                    "p99"
                }) {
            table.column(column, true);
        }
        table.column("master", false);
        Series series = Series.of(result);
        for (int i = 0; i < seconds; i += every) {
            Measurements.Second second = result.timeline().get(i);
            table.row(
                    Table.Cell.number(String.format(Locale.ROOT, "%.1f", second.t())),
                    Table.Cell.number(second.sent()),
                    Table.Cell.number(second.confirmed()),
                    Table.Cell.number(series.consumed().get(i)),
                    Table.Cell.number(second.errors()),
                    Table.Cell.number(second.inFlight()),
                    Table.Cell.number(series.backlog().get(i)),
                    Tables.millis(second.p50()),
                    Tables.millis(second.p99()),
                    Tables.millis(second.max()),
                    Tables.millis(second.serviceP50()),
                    Tables.millis(second.serviceP99()),
                    Tables.millis(second.serviceMax()),
                    Tables.millis(second.masterReplyP50()),
                    Tables.millis(second.masterReplyP99()),
                    Table.Cell.key(series.masterAt(second.t())));
        }
        return table;
    }

    static Table percentiles(RunResult result) {
        Map<String, Histogram> histograms = HistogramFiles.of(result);
        Table table =
                new Table("Figures of the percentile curves", "In milliseconds.", true)
                        .column("percentile", true);
        histograms.keySet().forEach(name -> table.column(name, true));
        for (double percentile :
                new double[] {
                    0, 25, 50, 75, 90, 95, 97.5, 99, 99.5, 99.9, 99.95, 99.99, 99.999, 100
                }) {
            Table.Cell[] cells = new Table.Cell[histograms.size() + 1];
            cells[0] =
                    Table.Cell.number(
                            percentile == 0
                                    ? "min"
                                    : percentile == 100
                                            ? "max"
                                            : String.format(Locale.ROOT, "%s %%", percentile));
            int i = 1;
            for (Histogram histogram : histograms.values()) {
                double value =
                        percentile == 0
                                ? histogram.getMinValue()
                                : histogram.getValueAtPercentile(percentile);
                cells[i++] = Tables.millis(value / 1e6);
            }
            if (!histograms.isEmpty()) {
                table.row(cells);
            }
        }
        return table;
    }

    /** The first of those messages that should not be as they are. */
    static Table samples(RunResult result) {
        Table table =
                new Table("Messages that should not be so", "The first hundred of each kind.", true)
                        .column("read from", false)
                        .column("message", false);
        StreamProof master = result.proof().master();
        if (master != null) {
            samples(master, table);
        }
        result.proof().replicas().forEach(replica -> samples(replica, table));
        for (DeliveryProof delivery : result.proof().deliveries()) {
            delivery.samples()
                    .forEach(sample ->
                            table.row(Table.Cell.key(delivery.how()), Table.Cell.text(sample)));
        }
        return table;
    }

    private static void samples(StreamProof proof, Table table) {
        proof.samples()
                .forEach((kind, samples) ->
                        samples.forEach(sample ->
                                table.row(
                                        Table.Cell.key(proof.node()),
                                        Table.Cell.text(kind + ": " + sample))));
    }

    /** Members of the result that have no place of their own yet. */
    static Table others(RunResult result) {
        Table table =
                new Table("More in result.json", "", true)
                        .column("member", false)
                        .column("value", false);
        Set<String> known =
                Arrays.stream(RunResult.class.getRecordComponents())
                        .map(RecordComponent::getName)
                        .collect(Collectors.toSet());
        ResultFile.tree(result)
                .properties()
                .forEach(member -> {
                    if (known.contains(member.getKey())
                            && !SHOWN.contains(member.getKey())
                            && !member.getValue().isEmpty()) {
                        table.row(
                                Table.Cell.key(RunTables.words(member.getKey())),
                                Table.Cell.text(
                                        member.getValue().isObject()
                                                ? member.getValue().toPrettyString()
                                                : RunTables.text(member.getValue())));
                    }
                });
        return table;
    }
}
