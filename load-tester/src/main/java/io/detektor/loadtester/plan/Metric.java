package io.detektor.loadtester.plan;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a threshold can be about. The names are part of the program's interface. */
public enum Metric {
    /** From the first message's time on. */
    RATE("rate", Unit.PER_SECOND, "confirmed messages per second"),
    SENT("sent", Unit.PER_SECOND, "messages sent per second"),
    CONSUMED("consumed", Unit.PER_SECOND, "messages received by consumers per second"),
    SUCCESS("success", Unit.PERCENT, "finally confirmed out of attempted, retries allowed"),
    FIRST_TRY("success.first-try", Unit.PERCENT, "confirmed by the first try out of attempted"),

    ACK_MEAN("ack.mean", Unit.MILLIS, Family.ACK, "mean"),
    ACK_P50("ack.p50", Unit.MILLIS, Family.ACK, "median"),
    ACK_P75("ack.p75", Unit.MILLIS, Family.ACK, "75 %"),
    ACK_P90("ack.p90", Unit.MILLIS, Family.ACK, "90 %"),
    ACK_P95("ack.p95", Unit.MILLIS, Family.ACK, "95 %"),
    ACK_P99("ack.p99", Unit.MILLIS, Family.ACK, "99 %"),
    ACK_P999("ack.p99.9", Unit.MILLIS, Family.ACK, "99.9 %"),
    ACK_P9999("ack.p99.99", Unit.MILLIS, Family.ACK, "99.99 %"),
    ACK_MAX("ack.max", Unit.MILLIS, Family.ACK, "maximum"),

    SERVICE_MEAN("service.mean", Unit.MILLIS, Family.SERVICE, "mean"),
    SERVICE_P50("service.p50", Unit.MILLIS, Family.SERVICE, "median"),
    SERVICE_P75("service.p75", Unit.MILLIS, Family.SERVICE, "75 %"),
    SERVICE_P90("service.p90", Unit.MILLIS, Family.SERVICE, "90 %"),
    SERVICE_P95("service.p95", Unit.MILLIS, Family.SERVICE, "95 %"),
    SERVICE_P99("service.p99", Unit.MILLIS, Family.SERVICE, "99 %"),
    SERVICE_P999("service.p99.9", Unit.MILLIS, Family.SERVICE, "99.9 %"),
    SERVICE_P9999("service.p99.99", Unit.MILLIS, Family.SERVICE, "99.99 %"),
    SERVICE_MAX("service.max", Unit.MILLIS, Family.SERVICE, "maximum"),

    E2E_MEAN("e2e.mean", Unit.MILLIS, Family.E2E, "mean"),
    E2E_P50("e2e.p50", Unit.MILLIS, Family.E2E, "median"),
    E2E_P75("e2e.p75", Unit.MILLIS, Family.E2E, "75 %"),
    E2E_P90("e2e.p90", Unit.MILLIS, Family.E2E, "90 %"),
    E2E_P95("e2e.p95", Unit.MILLIS, Family.E2E, "95 %"),
    E2E_P99("e2e.p99", Unit.MILLIS, Family.E2E, "99 %"),
    E2E_P999("e2e.p99.9", Unit.MILLIS, Family.E2E, "99.9 %"),
    E2E_P9999("e2e.p99.99", Unit.MILLIS, Family.E2E, "99.99 %"),
    E2E_MAX("e2e.max", Unit.MILLIS, Family.E2E, "maximum"),

    GAP("gap", Unit.MILLIS, "longest time without a confirmation"),
    ERRORS("errors", Unit.COUNT, "tries that failed, repeated ones included"),
    REFUSED("refused", Unit.COUNT, "messages refused in the end"),
    UNKNOWN("unknown", Unit.COUNT, "messages of which nobody knows whether they are stored"),
    RETRIED("retried", Unit.COUNT, "messages that took more than one try"),
    UNREPLICATED("unreplicated", Unit.COUNT, "messages confirmed by the master alone"),
    LATE("late", Unit.COUNT, "messages that started more than 1 ms after their time"),
    LOST("lost", Unit.COUNT, "confirmed, and not in the stream"),
    DUPLICATED("duplicated", Unit.COUNT, "messages that are in the stream more than once"),
    UNEXPECTED("unexpected", Unit.COUNT, "entries that nobody sent"),
    CORRUPTED("corrupted", Unit.COUNT, "messages that came back different"),
    RECOVERED("recovered", Unit.COUNT, "outcome unknown, and in the stream"),
    RESURRECTED("resurrected", Unit.COUNT, "refused, and in the stream all the same"),
    ORDER_BREAKS("order-breaks", Unit.COUNT, "entries that come before an earlier message's"),
    UNDELIVERED("undelivered", Unit.COUNT, "confirmed, and never received by a consumer"),
    REDELIVERED("redelivered", Unit.COUNT, "received more than once");

    /** What a value is measured in, and how it is typed. */
    public enum Unit {
        /** Milliseconds; typed with us, ms or s. */
        MILLIS("a time: us, ms (default) or s"),
        /** Typed with or without a percent sign. */
        PERCENT("percent"),
        /** Typed with or without {@code /s}. */
        PER_SECOND("messages per second"),
        /** A whole number. */
        COUNT("messages");

        private final String text;

        Unit(String text) {
            this.text = text;
        }

        /** For the table. */
        public String text() {
            return text;
        }
    }

    /** Where a latency is taken. */
    private enum Family {
        ACK("response time: from the intended time to the confirmation, waiting included"),
        SERVICE("service time: from sending to the confirmation"),
        E2E("from the intended time to a consumer");

        private final String text;

        Family(String text) {
            this.text = text;
        }
    }

    /** What k6's users type, and short forms. */
    private static final String SHORT = "ack.";

    private final String text;
    private final Unit unit;
    private final String meaning;

    Metric(String text, Unit unit, String meaning) {
        this.text = text;
        this.unit = unit;
        this.meaning = meaning;
    }

    Metric(String text, Unit unit, Family family, String which) {
        this(text, unit, which + " of the " + family.text);
    }

    /** As it is typed. */
    public String text() {
        return text;
    }

    public Unit unit() {
        return unit;
    }

    /** In words. */
    public String meaning() {
        return meaning;
    }

    /**
     * Reads a name: one of {@link #text}; {@code mean}, {@code max} and {@code p99} alone are those
     * of {@code ack}; k6's {@code p(99)} is {@code p99}.
     */
    static Optional<Metric> named(String typed) {
        String name =
                typed.trim()
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("p\\((\\d+(?:\\.\\d+)?)\\)", "p$1");
        return Arrays.stream(values())
                .filter(metric -> metric.text.equals(name) || metric.text.equals(SHORT + name))
                .findFirst();
    }

    /** All names, for whoever typed a wrong one. */
    static String names() {
        return Stream.concat(
                        Arrays.stream(values())
                                .filter(metric -> metric.unit != Unit.MILLIS || metric == GAP)
                                .map(metric -> metric.text),
                        Stream.of("ack.*", "service.*", "e2e.* with mean, p50 … p99.99, max"))
                .collect(Collectors.joining(", "));
    }
}
