package io.detektor.telegramalerts.incident;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One report of one fact, from wherever it comes. The same fact is reported many times: by
 * Alertmanager again and again, by each Sentinel, by Sentinel and Prometheus.
 *
 * @param scope what belongs together in one incident: {@link #set} for everything about a Redis
 *     set, Alertmanager's group for the rest
 * @param key the fact's identity within all scopes, such as Alertmanager's fingerprint
 * @param kind whether it began, ended, or is over as soon as it happened
 * @param startedAt when it began; with {@code key} and {@code kind} it tells a repeat from news
 * @param severity how much it matters
 * @param name the alert's name
 * @param summary one line, for a phone; at most {@value #LONGEST_SUMMARY} characters are kept
 * @param description what was measured and what to look at, or empty; at most {@value
 *     #LONGEST_DESCRIPTION} characters are kept
 * @param runbookUrl what to do about it
 * @param dashboardUrl where to see it
 */
public record Signal(
        String scope,
        String key,
        Kind kind,
        Instant startedAt,
        Severity severity,
        String name,
        String summary,
        String description,
        @Nullable String runbookUrl,
        @Nullable String dashboardUrl) {

    private static final int LONGEST_SUMMARY = 300;
    private static final int LONGEST_DESCRIPTION = 600;

    /** What became of a fact. */
    public enum Kind {
        /** It is so from now on. */
        FIRING,
        /** It is no longer so. */
        RESOLVED,
        /** It happened; there is no end to wait for. */
        EVENT
    }

    public Signal {
        summary = shortened(summary.isBlank() ? name : summary, LONGEST_SUMMARY);
        description = shortened(description, LONGEST_DESCRIPTION);
    }

    /** A report of this service's own, without links. */
    public static Signal own(
            String scope,
            String key,
            Kind kind,
            Instant startedAt,
            Severity severity,
            OwnSignal name,
            String summary,
            String description) {
        return new Signal(
                scope,
                key,
                kind,
                startedAt,
                severity,
                name.label(),
                summary,
                description,
                null,
                null);
    }

    /** The scope of everything about the Redis set of this master name. */
    public static String set(String masterName) {
        return "redis:" + masterName;
    }

    private static String shortened(String text, int longest) {
        String oneSpace = text.strip();
        if (oneSpace.length() <= longest) {
            return oneSpace;
        }
        int end = longest - 1;
        // half of a character outside of the basic plane is none
        if (Character.isHighSurrogate(oneSpace.charAt(end - 1))) {
            end--;
        }
        return oneSpace.substring(0, end) + "…";
    }
}
