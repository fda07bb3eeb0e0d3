package io.detektor.telegramalerts.web;

import io.detektor.telegramalerts.bot.Sender;
import io.detektor.telegramalerts.outbox.Backlog;
import io.detektor.telegramalerts.outbox.Outbox;
import io.detektor.telegramalerts.watch.SetStatus;
import io.detektor.telegramalerts.watch.SetWatch;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code GET /health} and {@code GET /metrics}, short, for load balancers and scrapers. This
 * service is well while Redis or Telegram is not: that is what it is for. Never blocks.
 */
@RestController
final class OperationsController {

    private final SetWatch set;
    private final Outbox outbox;
    private final Sender sender;
    private final PrometheusMeterRegistry registry;

    OperationsController(
            SetWatch set, Outbox outbox, Sender sender, PrometheusMeterRegistry registry) {
        this.set = set;
        this.outbox = outbox;
        this.sender = sender;
        this.registry = registry;
    }

    @GetMapping("/health")
    Map<String, Object> health() {
        SetStatus status = set.status();
        Backlog backlog = outbox.backlog();
        Map<String, Object> health = new LinkedHashMap<>();
        boolean well = backlog.journalWell() && sender.troubles().isEmpty();
        health.put("status", well ? "healthy" : "degraded");
        health.put("redis", status.answers() ? "UP" : "DOWN");
        health.put("delivery", sender.printing() ? "printing" : "telegram");
        health.put("waiting", backlog.messages());
        health.put("outbox", backlog.journalWell() ? "UP" : "DOWN");
        health.put("troubles", sender.troubles());
        return health;
    }

    @GetMapping(path = "/metrics", produces = MediaType.TEXT_PLAIN_VALUE)
    String metrics() {
        return registry.scrape();
    }
}
