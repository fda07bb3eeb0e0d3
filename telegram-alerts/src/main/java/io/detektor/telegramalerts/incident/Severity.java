package io.detektor.telegramalerts.incident;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How much it matters, least first. */
public enum Severity {
    /** Good to know. */
    INFO,
    /** Somebody should look at it in the next hours. */
    WARNING,
    /** Writes or data are at risk now. */
    CRITICAL;

    /** Reads an alert's label; what it does not know, or nothing, is a warning. */
    public static Severity of(@Nullable String label) {
        return switch (label == null ? "" : label.toLowerCase(Locale.ROOT)) {
            case "critical", "page", "error" -> CRITICAL;
            case "info", "none" -> INFO;
            default -> WARNING;
        };
    }
}
