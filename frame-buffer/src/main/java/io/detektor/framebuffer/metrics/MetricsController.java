package io.detektor.framebuffer.metrics;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.charset.StandardCharsets;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** {@code GET /metrics}: where version 1 had them, in the text format that every scraper reads. */
@RestController
class MetricsController {

    private static final MediaType TEXT =
            MediaType.parseMediaType("text/plain; version=0.0.4; charset=utf-8");

    private final PrometheusMeterRegistry registry;

    MetricsController(PrometheusMeterRegistry registry) {
        this.registry = registry;
    }

    @GetMapping("/metrics")
    Mono<ResponseEntity<byte[]>> metrics() {
        // some milliseconds, for which other requests would wait on the event loop
        return Mono.fromCallable(registry::scrape)
                .subscribeOn(Schedulers.boundedElastic())
                .map(text ->
                        ResponseEntity.ok()
                                .contentType(TEXT)
                                .body(text.getBytes(StandardCharsets.UTF_8)));
    }
}
