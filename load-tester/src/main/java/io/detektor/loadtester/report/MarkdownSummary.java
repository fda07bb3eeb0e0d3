package io.detektor.loadtester.report;

import io.detektor.loadtester.fault.FaultReport;
import io.detektor.loadtester.measure.Latencies;
import io.detektor.loadtester.verify.Threshold;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code summary.md}: for a pull request or a chat. */
final class MarkdownSummary {

    private MarkdownSummary() {}

    static String of(RunResult result) {
        RunResult.Counts counts = result.counts();
        StringBuilder text = new StringBuilder();
        text.append("## Load test ")
                .append(plain(result.run().id()))
                .append(": ")
                .append(plain(result.verdict().outcome()))
                .append("\n\n")
                .append(plain(HtmlReport.line(result)))
                .append("\n\n");
        for (String reason : result.verdict().reasons()) {
            text.append("- ").append(plain(reason)).append('\n');
        }
        if (!result.verdict().reasons().isEmpty()) {
            text.append('\n');
        }
        text.append("| | |\n|---|---|\n");
        row("acknowledged", Tables.one(result.rates().acked()) + "/s", text);
        row(
                "success",
                Summary.percent(counts.successPercent())
                        + " ("
                        + counts.acked()
                        + " of "
                        + counts.attempted()
                        + "; at the first try "
                        + Summary.percent(counts.firstTryPercent())
                        + ")",
                text);
        row(
                "proof",
                result.proof().master() == null && result.proof().deliveries().isEmpty()
                        ? "nothing was read back"
                        : Zero.of(result.proof()).stream()
                                .collect(
                                        Collectors.groupingBy(
                                                Zero::what,
                                                java.util.LinkedHashMap::new,
                                                Collectors.summingLong(Zero::count)))
                                .entrySet()
                                .stream()
                                .map(zero -> zero.getKey() + " " + zero.getValue())
                                .collect(Collectors.joining(", ")),
                text);
        row("longest write gap", Spans.length(result.proof().longestWriteGapMs()), text);
        row(
                "thresholds",
                result.thresholds().stream()
                        .map(MarkdownSummary::threshold)
                        .collect(Collectors.joining(", ")),
                text);
        text.append("\n| latency, ms | mean | p50 | p95 | p99 | p99.9 | max |\n")
                .append("|---|--:|--:|--:|--:|--:|--:|\n");
        latency("response", result.latency().ackResponse(), text);
        latency("service", result.latency().ackService(), text);
        latency("master alone", result.latency().masterReply(), text);
        latency("end-to-end", result.latency().endToEnd(), text);
        if (!result.faults().isEmpty()) {
            text.append("\n| fault | node | write gap | first ack by the new master |\n")
                    .append("|---|---|--:|--:|\n");
            for (FaultReport fault : result.faults()) {
                Long first = fault.tFirstAckNewMs();
                Long injected = fault.tInjectMs();
                text.append("| ")
                        .append(plain(fault.fault()))
                        .append(" | ")
                        .append(plain(fault.node()))
                        .append(" | ")
                        .append(Spans.length(fault.longestWriteGapMs()))
                        .append(" | ")
                        .append(
                                first == null || injected == null
                                        ? "–"
                                        : "after " + Spans.length(first - injected))
                        .append(" |\n");
            }
        }
        return text.toString();
    }

    private static String threshold(Threshold threshold) {
        return threshold.expr()
                + (threshold.ok() ? " ok (" : " MISSED (")
                + threshold.value()
                + ")";
    }

    private static void row(String name, String value, StringBuilder text) {
        text.append("| ").append(name).append(" | ").append(plain(value)).append(" |\n");
    }

    private static void latency(
            String name, Latencies.@Nullable Summary latency, StringBuilder text) {
        if (latency != null && latency.count() > 0) {
            text.append(
                    String.format(
                            Locale.ROOT,
                            "| %s | %.3f | %.3f | %.3f | %.3f | %.3f | %.3f |%n",
                            name,
                            latency.mean(),
                            latency.p50(),
                            latency.p95(),
                            latency.p99(),
                            latency.p999(),
                            latency.max()));
        }
    }

    /** Text that is neither markup nor the end of a cell. */
    private static String plain(String text) {
        return text.replaceAll("[\\r\\n]+", " ").replaceAll("([\\\\|`*_<>\\[\\]])", "\\\\$1");
    }
}
