package io.detektor.loadtester.drill;

import io.detektor.loadtester.plan.Units;
import io.detektor.loadtester.report.Console;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A drill on one screen, and as a page of text. Stateless. */
final class DrillTable {

    private DrillTable() {}

    /** One row, when it is done. */
    static String line(DrillReport.RowResult row, Console console) {
        String text =
                "ROW " + row.number() + "  " + console.outcome(row.outcome()) + "  " + figures(row);
        return row.reasons().isEmpty()
                ? text
                : text + "\n         " + String.join("\n         ", row.reasons());
    }

    private static String figures(DrillReport.RowResult row) {
        DrillReport.Numbers numbers = row.numbers();
        if (numbers == null) {
            return "";
        }
        return "acked "
                + numbers.acked()
                + " of "
                + numbers.attempted()
                + "  lost "
                + numbers.lost()
                + "  duplicated "
                + numbers.duplicated()
                + "  gap "
                + seconds(row.gapMs())
                + " s";
    }

    /** The whole matrix. */
    static String text(DrillReport report, Console console) {
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add(
                String.format(
                        Locale.ROOT,
                        "%3s  %-52s %-12s %7s %5s %4s %6s %7s %5s  %8s %-10s %s",
                        "ROW",
                        "FAULT",
                        "VERDICT",
                        "ACKED",
                        "LOST",
                        "DUP",
                        "UNEXP",
                        "CORRUPT",
                        "STUCK",
                        "GAP s",
                        "EXPECTED",
                        "WITH ack=master"));
        for (DrillReport.RowResult row : report.rows()) {
            lines.add(matrixLine(row, console));
        }
        for (DrillReport.SelfTest test : report.selfTests()) {
            lines.add(
                    "SELF-TEST  "
                            + test.name()
                            + ": "
                            + test.seen()
                            + (test.caught()
                                    ? console.paint(Console.Paint.GREEN, "  caught")
                                    : console.paint(Console.Paint.RED, "  NOT CAUGHT")));
        }
        lines.add(verdict(report, console));
        report.reasons().forEach(reason -> lines.add("         " + reason));
        return String.join("\n", lines);
    }

    private static String matrixLine(DrillReport.RowResult row, Console console) {
        DrillReport.Numbers numbers = row.numbers();
        String name = row.name().length() > 52 ? row.name().substring(0, 51) + "…" : row.name();
        // padded before it is coloured: a colour has no width
        String outcome =
                console.outcome(row.outcome())
                        + " ".repeat(Math.max(0, 12 - row.outcome().length()));
        if (numbers == null) {
            return String.format(Locale.ROOT, "%3d  %-52s ", row.number(), name)
                    + outcome
                    + " "
                    + String.join("; ", row.reasons());
        }
        return String.format(Locale.ROOT, "%3d  %-52s ", row.number(), name)
                + outcome
                + String.format(
                        Locale.ROOT,
                        " %7d %5d %4d %6d %7d %5d  %8s %-10s %s",
                        numbers.acked(),
                        numbers.lost(),
                        numbers.duplicated(),
                        numbers.unexpected(),
                        numbers.corrupted(),
                        numbers.stuck(),
                        seconds(row.gapMs()),
                        row.gapExpected(),
                        control(row));
    }

    /** What plain acknowledgements would have cost. */
    static String control(DrillReport.RowResult row) {
        DrillReport.Control control = row.control();
        return control == null
                ? ""
                : control.lost() + " of " + control.acked() + " acknowledged lost";
    }

    static String verdict(DrillReport report, Console console) {
        long left = report.rows().stream().filter(DrillReport.RowResult::leftOut).count();
        long done = report.rows().size() - left;
        long passed = report.rows().stream().filter(row -> row.outcome().equals("PASS")).count();
        return "VERDICT  "
                + console.outcome(report.outcome())
                + "  "
                + passed
                + " of "
                + done
                + " rows passed"
                + (left == 0 ? "" : ", " + left + " left out")
                + "  seed "
                + report.seed()
                + "  "
                + Units.text(Duration.ofMillis(report.durationMs()));
    }

    static String seconds(long millis) {
        return String.format(Locale.ROOT, "%.2f", millis / 1000.0);
    }
}
