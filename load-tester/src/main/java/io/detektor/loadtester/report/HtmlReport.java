package io.detektor.loadtester.report;

import io.detektor.loadtester.measure.Latencies;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** {@code report.html}. */
final class HtmlReport {

    private HtmlReport() {}

    static String of(RunResult result) {
        Map<String, Object> model = new LinkedHashMap<>();
        String outcome = result.verdict().outcome();
        model.put("verdict", outcome);
        model.put("verdictClass", style(outcome));
        model.put("heading", "Load test " + result.run().id());
        model.put("line", line(result));
        model.put("interrupted", result.run().interrupted());
        model.put("reasons", result.verdict().reasons());
        model.put("hasReasons", !result.verdict().reasons().isEmpty());
        model.put("tiles", tiles(result));
        model.put("hasTimeline", !result.timeline().isEmpty());
        List<Chart> charts = Charts.of(result);
        model.put("charts", charts.stream().map(Chart::model).toList());
        model.put(
                "tables",
                models(
                        Stream.of(
                                Tables.thresholds(result),
                                RunTables.generator(result),
                                Tables.latency(result),
                                Tables.proof(result),
                                Tables.faults(result))));
        model.put(
                "lower",
                models(
                        Stream.of(
                                RunTables.counts(result),
                                RunTables.configuration(result),
                                RunTables.environment(result))));
        model.put(
                "long",
                models(
                        Stream.of(
                                LongTables.events(result),
                                LongTables.gaps(result),
                                LongTables.timeline(result),
                                LongTables.percentiles(result),
                                LongTables.samples(result),
                                LongTables.others(result))));
        return Page.of(
                outcome + " – load test " + result.run().id(),
                "report",
                model,
                new Page.Data(
                        Spans.end(result),
                        Spans.bands(result),
                        result.masters().stream()
                                .skip(1)
                                .map(master -> master.fromMs() / 1000.0)
                                .toList(),
                        charts));
    }

    static String style(String outcome) {
        return switch (outcome) {
            case "PASS" -> "good";
            case "FAIL" -> "bad";
            default -> "doubt";
        };
    }

    private static List<Map<String, Object>> models(Stream<Table> tables) {
        return tables.filter(table -> !table.isEmpty()).map(Table::model).toList();
    }

    /** The run in one line. */
    static String line(RunResult result) {
        Map<String, String> config = result.config();
        List<String> words = new ArrayList<>();
        words.add(result.target().kind() + " via " + result.target().where());
        word("rate ", config.get("rate"), words);
        word("for ", config.get("duration"), words);
        word("payload ", config.get("payload"), words);
        word("ack=", config.get("ack"), words);
        words.add(
                result.faults().isEmpty()
                        ? "no faults"
                        : result.faults().size() == 1
                                ? "1 fault"
                                : result.faults().size() + " faults");
        words.add("started " + result.run().started().replaceFirst("\\.\\d+", ""));
        return String.join("  ·  ", words);
    }

    private static void word(
            String before, @org.jspecify.annotations.Nullable String value, List<String> words) {
        if (value != null && !value.isEmpty()) {
            words.add(before + value);
        }
    }

    private static List<Map<String, String>> tiles(RunResult result) {
        RunResult.Counts counts = result.counts();
        Latencies.Summary service = result.latency().ackService();
        Latencies.Summary response = result.latency().ackResponse();
        List<Map<String, String>> tiles = new ArrayList<>();
        tiles.add(
                tile(
                        "acknowledged",
                        Tables.one(result.rates().acked()) + "/s",
                        result.rates().asked() > 0
                                ? "of " + Tables.one(result.rates().asked()) + "/s asked"
                                : "as fast as possible",
                        ""));
        tiles.add(
                tile(
                        "success",
                        Summary.percent(counts.successPercent()),
                        Tables.count(counts.acked()) + " of " + Tables.count(counts.attempted()),
                        counts.acked() == counts.attempted() && counts.acked() > 0
                                ? "good"
                                : "bad"));
        List<Zero> zeros = Zero.of(result.proof());
        long broken = zeros.stream().mapToLong(Zero::count).sum();
        long lost =
                zeros.stream()
                        .filter(zero ->
                                zero.what().equals("lost") || zero.what().equals("undelivered"))
                        .mapToLong(Zero::count)
                        .max()
                        .orElse(0);
        tiles.add(
                zeros.isEmpty()
                        ? tile("lost", "unknown", "nothing was read back", "doubt")
                        : tile(
                                "lost",
                                Tables.count(lost),
                                broken == 0
                                        ? "nothing doubled, damaged or invented either"
                                        : "see the proof for every set that must be empty",
                                broken == 0 ? "good" : "bad"));
        tiles.add(
                tile(
                        "service, mean",
                        Spans.length(service.mean()),
                        "p50 "
                                + Spans.length(service.p50())
                                + ", p99 "
                                + Spans.length(service.p99())
                                + "; from the send",
                        ""));
        tiles.add(
                tile(
                        "response, p99",
                        Spans.length(response.p99()),
                        "p50 " + Spans.length(response.p50()) + "; from the due time",
                        ""));
        tiles.add(
                tile(
                        "longest write gap",
                        Spans.length(result.proof().longestWriteGapMs()),
                        "without an acknowledgement",
                        ""));
        return tiles;
    }

    private static Map<String, String> tile(String name, String value, String note, String style) {
        return Map.of("name", name, "value", value, "note", note, "class", style);
    }
}
