package io.detektor.telegramalerts.bot;

import io.detektor.telegramalerts.outbox.Outbox;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/** What delivery does, counted from 0 on. Thread-safe. */
final class DeliveryMeters {

    /** What became of a call to Telegram. */
    enum Result {
        SENT,
        EDITED,
        ANSWERED,
        DIGEST_SENT,
        DIGEST_EDITED,
        /** 429. */
        RATE_LIMITED,
        /** Not done, tried again. */
        FAILED,
        /** No answer; tried again, marked. */
        UNKNOWN,
        /** 400; sent without its formatting. */
        UNFORMATTED,
        /** Given up. */
        REFUSED,
        /** Nothing goes before somebody changes the token or the bot's rights. */
        FORBIDDEN
    }

    private final Map<Result, Counter> messages = new EnumMap<>(Result.class);
    private final AtomicLong lastSuccessMillis = new AtomicLong();
    private final InstantSource clock;
    private final Timer unconfirmed;

    DeliveryMeters(MeterRegistry registry, Outbox outbox, InstantSource clock) {
        this.clock = clock;
        for (Result result : Result.values()) {
            messages.put(
                    result,
                    Counter.builder("telegram.alerts.messages")
                            .description("Calls to Telegram by what became of them")
                            .tag("outcome", result.name().toLowerCase(Locale.ROOT))
                            .register(registry));
        }
        Gauge.builder("telegram.alerts.outbox.messages", outbox, o -> o.backlog().messages())
                .description("Messages, edits and answers that wait to be delivered")
                .register(registry);
        Gauge.builder("telegram.alerts.outbox.oldest.seconds", outbox, this::oldestSeconds)
                .description("Age of the one that has waited longest; 0 when nothing waits")
                .register(registry);
        Gauge.builder("telegram.alerts.outbox.bytes", outbox, o -> o.backlog().journalBytes())
                .description("Size of the journal")
                .register(registry);
        Gauge.builder(
                        "telegram.alerts.outbox.write.failures",
                        outbox,
                        o -> o.backlog().journalFailures())
                .description("Times that the journal could not be written since the start")
                .register(registry);
        Gauge.builder(
                        "telegram.alerts.last.success.timestamp.seconds",
                        lastSuccessMillis,
                        millis -> millis.get() / 1000.0)
                .description("When Telegram last took something; 0 for never since the start")
                .register(registry);
        unconfirmed =
                Timer.builder("telegram.alerts.unconfirmed")
                        .description(
                                "From the mark 'sending' on disk to Telegram's answer on disk: a"
                                        + " crash in between means a repeat")
                        .register(registry);
    }

    private double oldestSeconds(Outbox outbox) {
        Instant oldest = outbox.backlog().oldest();
        return oldest == null
                ? 0
                : Math.max(0, Duration.between(oldest, clock.instant()).toMillis() / 1000.0);
    }

    void count(Result result) {
        Objects.requireNonNull(messages.get(result)).increment();
    }

    void succeeded() {
        lastSuccessMillis.set(clock.instant().toEpochMilli());
    }

    void unconfirmedFor(long nanos) {
        unconfirmed.record(Duration.ofNanos(nanos));
    }

    /** When Telegram last took something; the epoch for never. */
    Instant lastSuccess() {
        return Instant.ofEpochMilli(lastSuccessMillis.get());
    }
}
