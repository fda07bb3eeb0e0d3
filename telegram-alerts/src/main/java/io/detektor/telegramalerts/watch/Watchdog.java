package io.detektor.telegramalerts.watch;

import io.detektor.telegramalerts.incident.OwnSignal;
import io.detektor.telegramalerts.incident.Severity;
import io.detektor.telegramalerts.incident.Signal;
import io.detektor.telegramalerts.outbox.Outbox;
import io.detektor.telegramalerts.settings.TelegramAlertsProperties;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.springframework.stereotype.Component;

/**
 * The dead-man's switch: an alert that always fires, and so calls here again and again. When it
 * stays away, nobody else would say that alerts no longer come.
 */
@Component
public final class Watchdog {

    private static final String KEY = "watchdog";
    private static final Duration LOOK = Duration.ofMillis(500);

    private final Outbox outbox;
    private final Reports reports;
    private final InstantSource clock;
    private final Duration timeout;
    private volatile Instant lastCall;
    private volatile boolean everCalled;

    Watchdog(
            Outbox outbox,
            Reports reports,
            InstantSource clock,
            MeterRegistry registry,
            TelegramAlertsProperties properties) {
        this.outbox = outbox;
        this.reports = reports;
        this.clock = clock;
        this.timeout = properties.watch().watchdogTimeout();
        this.lastCall = clock.instant();
        Gauge.builder(
                        "telegram.alerts.watchdog.age.seconds",
                        this,
                        each -> each.silence().toMillis() / 1000.0)
                .description("Since the watchdog's last call, or the start")
                .register(registry);
        if (expected()) {
            reports.every(LOOK, this::look);
        }
    }

    /** Whether it is waited for. */
    public boolean expected() {
        return timeout.isPositive();
    }

    /** For how long it has been silent, counted from the start if it never called. */
    public Duration silence() {
        Duration silence = Duration.between(lastCall, clock.instant());
        return silence.isNegative() ? Duration.ZERO : silence;
    }

    /** It called. */
    public void called() {
        lastCall = clock.instant();
        everCalled = true;
    }

    private void look() {
        boolean blind = silence().compareTo(timeout) > 0;
        if (blind && !outbox.firing(KEY)) {
            reports.tell(
                    "watchdog",
                    signal(
                            Signal.Kind.FIRING,
                            lastCall.plus(timeout),
                            "Monitoring is blind: no watchdog for " + timeout.toSeconds() + " s",
                            "Prometheus or Alertmanager is down, or cannot reach telegram-alerts."
                                    + " Only what telegram-alerts sees itself is told."));
        } else if (!blind && everCalled && outbox.firing(KEY)) {
            reports.tell(
                    "watchdog",
                    signal(
                            Signal.Kind.RESOLVED,
                            clock.instant(),
                            "Monitoring sees again: the watchdog calls",
                            ""));
        }
    }

    private static Signal signal(Signal.Kind kind, Instant at, String summary, String hint) {
        return Signal.own(
                "monitoring",
                KEY,
                kind,
                at,
                Severity.CRITICAL,
                OwnSignal.MONITORING_BLIND,
                summary,
                hint);
    }
}
