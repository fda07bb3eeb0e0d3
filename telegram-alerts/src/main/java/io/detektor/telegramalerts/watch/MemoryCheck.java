package io.detektor.telegramalerts.watch;

import io.detektor.redisha.connect.ConnectionSettings;
import io.detektor.telegramalerts.incident.OwnSignal;
import io.detektor.telegramalerts.incident.Signal;
import io.detektor.telegramalerts.outbox.Outbox;
import io.detektor.telegramalerts.settings.TelegramAlertsProperties;
import java.time.InstantSource;
import org.springframework.stereotype.Component;

/** The master's memory. Nothing is said while it does not answer: others say that. */
@Component
final class MemoryCheck {

    private static final double GIB = 1L << 30;
    private static final double CLEARED_LOWER_GIB = 0.5;

    /** Of a low threshold 0.5 GiB less may be nothing at all: at most a seventh less. */
    private static final double CLEARED_LOWER = 1 / 7.0;

    private final SetWatch set;
    private final Outbox outbox;
    private final Reports reports;
    private final InstantSource clock;
    private final Hysteresis hysteresis;

    MemoryCheck(
            SetWatch set,
            ConnectionSettings settings,
            Outbox outbox,
            Reports reports,
            InstantSource clock,
            TelegramAlertsProperties properties) {
        this.set = set;
        this.outbox = outbox;
        this.reports = reports;
        this.clock = clock;
        double threshold = properties.watch().redisMemoryThresholdGb();
        this.hysteresis =
                new Hysteresis(
                        "memory",
                        Signal.set(settings.masterName()),
                        "redis-memory:" + settings.masterName(),
                        OwnSignal.REDIS_MEMORY_HIGH,
                        threshold,
                        threshold - Math.min(CLEARED_LOWER_GIB, threshold * CLEARED_LOWER));
        reports.everySlowly(properties.watch().interval(), this::look);
    }

    private void look() {
        set.freshAnswer().ifPresent(this::look);
    }

    private void look(MasterAnswer answer) {
        double gib = answer.usedMemoryBytes() / GIB;
        hysteresis.see(
                gib,
                clock.instant(),
                outbox,
                reports,
                "Redis %s uses %.2f GiB".formatted(answer.node(), gib),
                "Told above %.2f GiB, cleared below %.2f GiB. Writes are refused at maxmemory."
                        .formatted(hysteresis.raise(), hysteresis.clear()));
    }
}
