package io.detektor.telegramalerts.page;

import io.detektor.telegramalerts.bot.Sender;
import io.detektor.telegramalerts.incident.Condition;
import io.detektor.telegramalerts.incident.Incident;
import io.detektor.telegramalerts.incident.Severity;
import io.detektor.telegramalerts.outbox.Backlog;
import io.detektor.telegramalerts.outbox.Outbox;
import io.detektor.telegramalerts.settings.TelegramAlertsProperties;
import io.detektor.telegramalerts.watch.SetStatus;
import io.detektor.telegramalerts.watch.SetWatch;
import io.detektor.telegramalerts.watch.Watchdog;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** What the page shows; the page asks for it every other second. */
@RestController
final class OverviewController {

    /** As many as anybody scrolls through. */
    private static final int MOST_INCIDENTS = 100;

    private static final int MOST_CONDITIONS = 50;

    private final SetWatch set;
    private final Watchdog watchdog;
    private final Outbox outbox;
    private final Sender sender;
    private final TelegramAlertsProperties.Links links;
    private final InstantSource clock;

    OverviewController(
            SetWatch set,
            Watchdog watchdog,
            Outbox outbox,
            Sender sender,
            TelegramAlertsProperties properties,
            InstantSource clock) {
        this.set = set;
        this.watchdog = watchdog;
        this.outbox = outbox;
        this.sender = sender;
        this.links = properties.links();
        this.clock = clock;
    }

    /**
     * Everything.
     *
     * @param prometheus where people reach it, or empty
     * @param grafana where people reach it, or empty
     */
    record Overview(
            Instant now,
            SetStatus set,
            DeliveryState delivery,
            @Nullable Long watchdogSilentSeconds,
            int openCount,
            List<Item> open,
            List<Item> history,
            String prometheus,
            String grafana) {}

    /**
     * How messages get through.
     *
     * @param printing there is no token, or nobody to tell
     * @param lastSuccess null for never since the start
     * @param troubles why messages do not get through
     */
    record DeliveryState(
            boolean printing,
            int waiting,
            @Nullable Instant oldest,
            @Nullable Instant lastSuccess,
            boolean diskWell,
            List<String> troubles) {}

    /** An incident. */
    record Item(
            long id,
            Severity severity,
            String name,
            String summary,
            String description,
            Instant openedAt,
            @Nullable Instant closedAt,
            @Nullable String runbookUrl,
            @Nullable String dashboardUrl,
            List<Part> parts) {}

    /** A condition of it. */
    record Part(
            Severity severity,
            String name,
            String summary,
            Instant startedAt,
            @Nullable Instant endedAt) {}

    @GetMapping("/api/overview")
    ResponseEntity<Overview> overview() {
        List<Incident> all = outbox.incidents();
        List<Incident> open = all.stream().filter(Incident::open).toList();
        Backlog backlog = outbox.backlog();
        Instant last = sender.lastSuccess();
        Overview overview =
                new Overview(
                        clock.instant(),
                        set.status(),
                        new DeliveryState(
                                sender.printing(),
                                backlog.messages(),
                                backlog.oldest(),
                                last.equals(Instant.EPOCH) ? null : last,
                                backlog.journalWell(),
                                sender.troubles()),
                        watchdog.expected() ? Long.valueOf(watchdog.silence().toSeconds()) : null,
                        open.size(),
                        items(open),
                        items(all.stream().filter(each -> !each.open()).toList()),
                        links.prometheus(),
                        links.grafana());
        return ResponseEntity.ok().cacheControl(CacheControl.noStore()).body(overview);
    }

    private static List<Item> items(List<Incident> incidents) {
        return incidents.stream().limit(MOST_INCIDENTS).map(OverviewController::item).toList();
    }

    private static Item item(Incident incident) {
        Condition lead = incident.lead();
        return new Item(
                incident.id(),
                incident.severity(),
                lead.signal().name(),
                lead.signal().summary(),
                lead.signal().description(),
                incident.openedAt(),
                incident.closedAt(),
                lead.signal().runbookUrl(),
                lead.signal().dashboardUrl(),
                incident.conditions().stream()
                        .filter(each -> !each.equals(lead))
                        .limit(MOST_CONDITIONS)
                        .map(OverviewController::part)
                        .toList());
    }

    private static Part part(Condition condition) {
        String outcome = condition.outcome();
        return new Part(
                condition.signal().severity(),
                condition.signal().name(),
                outcome == null ? condition.signal().summary() : outcome,
                condition.signal().startedAt(),
                condition.endedAt());
    }
}
