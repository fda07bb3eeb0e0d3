package io.detektor.telegramalerts.webhook;

import io.detektor.telegramalerts.incident.Signal;
import io.detektor.telegramalerts.outbox.Outbox;
import io.detektor.telegramalerts.outbox.UnstorableException;
import io.detektor.telegramalerts.watch.Watchdog;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Alertmanager's way in. It repeats a message that was answered with 5xx, and forgets one that was
 * answered with 4xx: so what it can send is never answered with that.
 */
@RestController
final class WebhookController {

    private static final Logger log = LoggerFactory.getLogger(WebhookController.class);

    private final AlertTranslator translator;
    private final Outbox outbox;
    private final Watchdog watchdog;
    private final Counter fresh;
    private final Counter repeated;
    private final Counter stored;
    private final Counter unstorable;
    private final Counter unreadable;

    WebhookController(
            AlertTranslator translator, Outbox outbox, Watchdog watchdog, MeterRegistry registry) {
        this.translator = translator;
        this.outbox = outbox;
        this.watchdog = watchdog;
        fresh = alerts(registry, "new");
        repeated = alerts(registry, "repeated");
        stored = webhooks(registry, "stored");
        unstorable = webhooks(registry, "unstorable");
        unreadable = webhooks(registry, "unreadable");
    }

    private static Counter alerts(MeterRegistry registry, String outcome) {
        return Counter.builder("telegram.alerts.alerts")
                .description("Alerts in Alertmanager's messages: news, and what was told before")
                .tag("outcome", outcome)
                .register(registry);
    }

    private static Counter webhooks(MeterRegistry registry, String outcome) {
        return Counter.builder("telegram.alerts.webhooks")
                .description("Messages of Alertmanager by what became of them")
                .tag("outcome", outcome)
                .register(registry);
    }

    /** 200 when it is on disk, 503 when it could not be put there. */
    @PostMapping("/webhooks/alertmanager")
    ResponseEntity<Map<String, Object>> alerts(
            @RequestBody(required = false) @Nullable String body) {
        List<Signal> signals;
        try {
            signals =
                    translator.signals(
                            JsonMapper.shared()
                                    .readValue(
                                            body == null ? "" : body, AlertmanagerMessage.class));
        } catch (JacksonException e) {
            unreadable.increment();
            return ResponseEntity.badRequest()
                    .body(
                            Map.of(
                                    "detail",
                                    "body: not Alertmanager's JSON, version 4 ("
                                            + e.getOriginalMessage()
                                            + "); a retry does not help"));
        }
        try {
            int news = outbox.accept(signals);
            fresh.increment(news);
            repeated.increment(signals.size() - news);
            stored.increment();
            return ResponseEntity.ok(
                    Map.of("status", "stored", "alerts", signals.size(), "new", news));
        } catch (UnstorableException e) {
            unstorable.increment();
            log.warn("alertmanager: {}", e.getMessage());
            return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
                    .body(Map.of("detail", String.valueOf(e.getMessage())));
        }
    }

    /** The dead-man's switch; what it says does not matter. */
    @PostMapping("/webhooks/watchdog")
    Map<String, String> watchdog() {
        watchdog.called();
        return Map.of("status", "heard");
    }
}
