package io.detektor.loadtester.report;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Text for a terminal of 100 columns. */
final class Columns {

    static final int WIDTH = 100;

    /** Colors take no room. */
    private static final String COLOR = "\u001b\\[[0-9;]*m";

    private Columns() {}

    /**
     * Breaks a line that is too long, where two spaces separate its parts if that is possible, and
     * between words if not; a word that is too long by itself stays whole.
     *
     * @param indent of the lines that follow
     */
    static String wrap(String line, int indent) {
        if (width(line) <= WIDTH) {
            return line;
        }
        int at = place(line, "  ", indent);
        if (at < WIDTH / 2) {
            at = place(line, " ", indent);
        }
        if (at < 0) {
            return line;
        }
        String rest = " ".repeat(indent) + line.substring(at).stripLeading();
        return line.substring(0, at).stripTrailing() + "\n" + wrap(rest, indent);
    }

    /**
     * The last separator behind the indent with which the first line is no longer than it may be.
     */
    private static int place(String line, String separator, int indent) {
        int first = indent;
        while (first < line.length() && line.charAt(first) == ' ') {
            first++;
        }
        int best = -1;
        int earliest = -1;
        for (int at = line.indexOf(separator, first + 1);
                at >= 0;
                at = line.indexOf(separator, at + 1)) {
            if (line.substring(at).isBlank()) {
                break;
            }
            if (width(line.substring(0, at)) <= WIDTH) {
                best = at;
            } else if (earliest < 0) {
                earliest = at;
            }
        }
        return best >= 0 || separator.length() > 1 ? best : earliest;
    }

    private static int width(String text) {
        return text.replaceAll(COLOR, "").length();
    }

    /** {@code 10}, {@code 2.5}. */
    static String plain(double value) {
        return BigDecimal.valueOf(value)
                .setScale(3, RoundingMode.HALF_UP)
                .stripTrailingZeros()
                .toPlainString();
    }
}
