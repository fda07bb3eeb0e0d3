package io.detektor.loadtester.report;

import io.detektor.loadtester.fault.FaultReport;
import io.detektor.loadtester.measure.Latencies;
import io.detektor.loadtester.plan.Units;
import io.detektor.loadtester.verify.Threshold;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A result on one screen. */
public final class Summary {

    /** The width of a label. */
    private static final int INDENT = 9;

    private Summary() {}

    /** The summary, lines separated by newlines. */
    public static String text(RunResult result, Console console) {
        List<String> lines = new ArrayList<>();
        lines.add("");
        head(result, lines, console);
        rate(result, lines, console);
        latency(result, lines, console);
        ProofLines.add(result.proof(), result.counts(), lines, console);
        faults(result, lines, console);
        verdict(result, lines, console);
        return lines.stream()
                .map(line -> Columns.wrap(line, INDENT))
                .collect(Collectors.joining("\n"));
    }

    private static void head(RunResult result, List<String> lines, Console console) {
        Map<String, String> config = result.config();
        lines.add(
                console.label("RUN")
                        + result.run().id()
                        + "  "
                        + result.target().kind()
                        + " via "
                        + result.target().where()
                        + "  rate "
                        + config.get("rate")
                        + "  "
                        + config.get("duration")
                        + "  "
                        + config.get("payload")
                        + "  ack="
                        + config.get("ack")
                        + (result.faults().isEmpty() ? "" : "  faults: " + result.faults().size())
                        + (result.run().interrupted() ? "  INTERRUPTED" : ""));
    }

    private static void rate(RunResult result, List<String> lines, Console console) {
        RunResult.Counts counts = result.counts();
        RunResult.Rates rates = result.rates();
        Double error = result.generator().pacingErrorPercent();
        lines.add(
                console.label("RATE")
                        + (rates.asked() > 0 ? number(rates.asked()) + "/s asked  " : "")
                        + number(rates.sent())
                        + "/s sent"
                        + (error == null
                                ? ""
                                : String.format(Locale.ROOT, " (off by %.3f %%)", error))
                        + "  "
                        + number(rates.acked())
                        + "/s acked  late "
                        + counts.late()
                        + "  dropped "
                        + counts.dropped());
        lines.add(
                console.label("SUCCESS")
                        + percent(counts.successPercent())
                        + " finally acknowledged of "
                        + counts.attempted()
                        + " attempted  "
                        + percent(counts.firstTryPercent())
                        + " at the first try  refused "
                        + counts.failedDefinite()
                        + "  unknown "
                        + counts.unknown());
        List<String> more = new ArrayList<>();
        if (!counts.errors().isEmpty()) {
            more.add(
                    "tries that failed: "
                            + counts.errors().entrySet().stream()
                                    .sorted(Map.Entry.comparingByKey())
                                    .map(each -> each.getKey() + " " + each.getValue())
                                    .collect(Collectors.joining(", ")));
        }
        if (counts.repeatedBatches() > 0) {
            more.add("batches that the writer repeated by itself: " + counts.repeatedBatches());
        }
        if (counts.unreplicated() > 0) {
            more.add("acknowledged by the master alone: " + counts.unreplicated());
        }
        more.addAll(result.generator().notes());
        for (String line : more) {
            lines.add(console.label("") + line);
        }
    }

    private static void latency(RunResult result, List<String> lines, Console console) {
        lines.add(
                console.label("LATENCY")
                        + String.format(
                                Locale.ROOT,
                                "%-14s %9s %9s %9s %9s %9s %9s",
                                "ms",
                                "mean",
                                "p50",
                                "p95",
                                "p99",
                                "p99.9",
                                "max"));
        row("ack(service)", result.latency().ackService(), "from send", lines, console);
        row("ack(response)", result.latency().ackResponse(), "from due time", lines, console);
        row(
                "master alone",
                result.latency().masterReply(),
                "from send to its answer: no confirmation yet",
                lines,
                console);
        row("end-to-end", result.latency().endToEnd(), "to a consumer", lines, console);
    }

    private static void row(
            String name,
            Latencies.@Nullable Summary summary,
            String note,
            List<String> lines,
            Console console) {
        if (summary == null || summary.count() == 0) {
            return;
        }
        lines.add(
                console.label("")
                        + String.format(
                                Locale.ROOT,
                                "%-14s %9.3f %9.3f %9.3f %9.3f %9.3f %9.3f  %s",
                                name,
                                summary.mean(),
                                summary.p50(),
                                summary.p95(),
                                summary.p99(),
                                summary.p999(),
                                summary.max(),
                                note));
    }

    private static void faults(RunResult result, List<String> lines, Console console) {
        int number = 1;
        for (FaultReport fault : result.faults()) {
            Long injected = fault.tInjectMs();
            lines.add(
                    console.label("FAULT " + number++)
                            + fault.fault()
                            + (injected == null
                                    ? ""
                                    : "  done at "
                                            + seconds(injected)
                                            + " to "
                                            + fault.node()
                                            + " "
                                            + fault.address()
                                            + (fault.onMaster() ? ", the master" : "")));
            if (injected != null) {
                String after = fault.masterAfter();
                after("held to be down by a Sentinel", injected, fault.tSdownMs(), lines, console);
                after("by a quorum of them", injected, fault.tOdownMs(), lines, console);
                after("new master promoted", injected, fault.tPromotedMs(), lines, console);
                after("announced: " + after, injected, fault.tSwitchMs(), lines, console);
                after(
                        "first acknowledgement by it",
                        injected,
                        fault.tFirstAckNewMs(),
                        lines,
                        console);
                after("healed", injected, fault.tHealMs(), lines, console);
                after(fault.node() + " is back", injected, fault.tBackMs(), lines, console);
            }
            lines.add(
                    console.label("")
                            + "longest time without an acknowledgement "
                            + Units.text(Duration.ofMillis(fault.longestWriteGapMs())));
            for (String problem : fault.problems()) {
                lines.add(console.label("") + console.paint(Console.Paint.RED, problem));
            }
        }
        if (result.faults().isEmpty() && result.proof().longestWriteGapMs() > 0) {
            lines.add(
                    console.label("GAP")
                            + "longest time without an acknowledgement "
                            + Units.text(Duration.ofMillis(result.proof().longestWriteGapMs())));
        }
    }

    private static void after(
            String what, long from, @Nullable Long at, List<String> lines, Console console) {
        if (at != null) {
            lines.add(
                    console.label("")
                            + String.format(
                                    Locale.ROOT, "%+8.2f s  %s", (at - from) / 1000.0, what));
        }
    }

    private static String seconds(long millis) {
        return String.format(Locale.ROOT, "%.2f s", millis / 1000.0);
    }

    private static void verdict(RunResult result, List<String> lines, Console console) {
        lines.add(verdictLine(result, console));
        for (String reason : result.verdict().reasons()) {
            lines.add(console.label("") + reason);
        }
    }

    /** The word, and the figures that were asked for. */
    public static String verdictLine(RunResult result, Console console) {
        String word = result.verdict().outcome();
        String figures =
                result.thresholds().stream()
                        .map(Summary::threshold)
                        .collect(Collectors.joining("  "));
        return Columns.wrap(
                console.label("VERDICT") + console.outcome(word) + "  " + figures, INDENT);
    }

    private static String threshold(Threshold threshold) {
        return threshold.expr() + (threshold.ok() ? " ok" : " MISSED (" + threshold.value() + ")");
    }

    private static String number(double value) {
        return value >= 10_000
                ? String.format(Locale.ROOT, "%,.0f", value)
                : String.format(Locale.ROOT, "%.1f", value);
    }

    /** Rounds down: 99.9999 % is not 100 %. */
    static String percent(double value) {
        return value == 100
                ? "100 %"
                : String.format(Locale.ROOT, "%.3f %%", Math.floor(value * 1000) / 1000);
    }
}
