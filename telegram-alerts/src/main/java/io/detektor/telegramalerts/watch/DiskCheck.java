package io.detektor.telegramalerts.watch;

import io.detektor.telegramalerts.incident.OwnSignal;
import io.detektor.telegramalerts.outbox.Outbox;
import io.detektor.telegramalerts.settings.TelegramAlertsProperties;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/** Disks that fill up. Paths that do not exist are left out, also when they appear later. */
@Component
final class DiskCheck {

    private static final Logger log = LoggerFactory.getLogger(DiskCheck.class);

    private static final double CLEARED_LOWER = 10;

    private final Outbox outbox;
    private final Reports reports;
    private final InstantSource clock;
    private final double threshold;
    private final List<Path> paths;
    private final DiskUsage.Source source;

    @Autowired
    DiskCheck(
            Outbox outbox,
            Reports reports,
            InstantSource clock,
            TelegramAlertsProperties properties) {
        this(outbox, reports, clock, properties, DiskUsage::of);
    }

    DiskCheck(
            Outbox outbox,
            Reports reports,
            InstantSource clock,
            TelegramAlertsProperties properties,
            DiskUsage.Source source) {
        this.source = source;
        this.outbox = outbox;
        this.reports = reports;
        this.clock = clock;
        this.threshold = properties.watch().diskThreshold();
        this.paths = properties.watch().diskPaths().stream().filter(Files::isDirectory).toList();
        reports.everySlowly(properties.watch().interval(), this::look);
    }

    private void look() {
        for (Path path : paths) {
            try {
                look(path, source.of(path));
            } catch (IOException e) {
                log.warn("{}: cannot be looked at: {}", path, e.toString());
            }
        }
    }

    private void look(Path path, DiskUsage usage) {
        if (!usage.known()) {
            return;
        }
        double percent = usage.percent();
        String key = "disk:" + path;
        new Hysteresis(
                        "disk",
                        "host",
                        key,
                        OwnSignal.DISK_FULL,
                        threshold,
                        threshold - CLEARED_LOWER)
                .see(
                        percent,
                        clock.instant(),
                        outbox,
                        reports,
                        "Disk %s is %.0f %% full".formatted(path, percent),
                        String.format(
                                Locale.ROOT,
                                "%.1f GiB left. Told above %.0f %%, cleared below %.0f %%.",
                                usage.usableBytes() / (double) (1L << 30),
                                threshold,
                                threshold - CLEARED_LOWER));
    }
}
