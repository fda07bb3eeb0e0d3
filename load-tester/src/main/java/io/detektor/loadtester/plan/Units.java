package io.detektor.loadtester.plan;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads and writes durations and sizes the way people type them. */
public final class Units {

    private static final Pattern DURATION =
            Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(ms|s|m|h)?");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,9})(b|kb|kib|mb|mib)?");

    private Units() {}

    /**
     * Reads {@code 30}, {@code 30s}, {@code 2m}, {@code 1.5h} or {@code 500ms}; without a unit it
     * is seconds.
     *
     * @throws InvalidValueException when the text is none of these
     */
    public static Duration duration(String name, String text) {
        Matcher matcher = DURATION.matcher(text.trim().toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            throw new InvalidValueException(
                    name, text, "seconds, or a number with ms, s, m or h, for instance 30s");
        }
        double amount = Double.parseDouble(matcher.group(1));
        String unit = matcher.group(2) == null ? "s" : matcher.group(2);
        double millis =
                switch (unit) {
                    case "ms" -> amount;
                    case "m" -> amount * 60_000;
                    case "h" -> amount * 3_600_000;
                    default -> amount * 1000;
                };
        return Duration.ofMillis(Math.round(millis));
    }

    /**
     * Reads {@code 1024}, {@code 1KB}, {@code 1KiB} or {@code 2MB}; 1 KB is 1024 bytes.
     *
     * @return bytes
     * @throws InvalidValueException when the text is none of these
     */
    public static int bytes(String name, String text) {
        Matcher matcher = SIZE.matcher(text.trim().toLowerCase(Locale.ROOT));
        if (matcher.matches()) {
            long factor =
                    switch (matcher.group(2) == null ? "b" : matcher.group(2)) {
                        case "kb", "kib" -> 1024;
                        case "mb", "mib" -> 1024 * 1024;
                        default -> 1;
                    };
            long bytes = Long.parseLong(matcher.group(1)) * factor;
            if (bytes >= 1 && bytes <= Payload.LARGEST) {
                return (int) bytes;
            }
        }
        throw new InvalidValueException(name, text, "a size from 1B to 16MB, for instance 1KB");
    }

    /** Writes a duration as {@code 2.35 s}, {@code 45 ms} or {@code 3 m 20 s}. */
    public static String text(Duration duration) {
        long millis = duration.toMillis();
        if (Math.abs(millis) < 1000) {
            return millis + " ms";
        }
        if (Math.abs(millis) < 120_000) {
            return millis % 1000 == 0
                    ? millis / 1000 + " s"
                    : String.format(Locale.ROOT, "%.2f s", millis / 1000.0);
        }
        return duration.toMinutes() + " m " + duration.toSecondsPart() + " s";
    }

    /** Writes a size as {@code 1 KB}. */
    public static String text(int bytes) {
        if (bytes % (1024 * 1024) == 0) {
            return bytes / (1024 * 1024) + " MB";
        }
        return bytes % 1024 == 0 ? bytes / 1024 + " KB" : bytes + " B";
    }
}
