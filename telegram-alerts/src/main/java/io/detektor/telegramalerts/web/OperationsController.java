package io.detektor.telegramalerts.web;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Map;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.contributor.Status;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET /health} and {@code GET /metrics}, short, for load balancers and scrapers. */
@RestController
final class OperationsController {

    private final HealthEndpoint health;
    private final PrometheusMeterRegistry registry;

    OperationsController(HealthEndpoint health, PrometheusMeterRegistry registry) {
        this.health = health;
        this.registry = registry;
    }

    @GetMapping("/health")
    ResponseEntity<Map<String, String>> health() {
        Status status = health.health().getStatus();
        // this service is well while Redis is down: that is what it is for
        return ResponseEntity.ok(Map.of("status", "healthy", "redis", status.getCode()));
    }

    @GetMapping(path = "/metrics", produces = MediaType.TEXT_PLAIN_VALUE)
    String metrics() {
        return registry.scrape();
    }
}
