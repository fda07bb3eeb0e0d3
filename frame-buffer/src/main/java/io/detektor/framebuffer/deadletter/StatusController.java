package io.detektor.framebuffer.deadletter;

import io.detektor.framebuffer.buffer.BufferMonitor;
import io.detektor.framebuffer.stream.BufferSizes;
import io.detektor.framebuffer.stream.DeadLetter;
import io.detektor.framebuffer.stream.DeadLetters;
import java.time.Duration;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/** {@code GET /dlq/status} as version 1 had it. */
@RestController("deadLetterStatusController")
class StatusController {

    private static final int SAMPLES = 5;
    private static final Duration ANSWER_WITHIN = Duration.ofMillis(500);

    private final BufferMonitor monitor;
    private final DeadLetters letters;

    StatusController(BufferMonitor monitor, DeadLetters letters) {
        this.monitor = monitor;
        this.letters = letters;
    }

    /**
     * What version 1 said.
     *
     * @param size dead letters; -1 when not known
     * @param recentFailures the newest ones, newest first
     */
    @JsonNaming(SnakeCaseStrategy.class)
    record Status(long size, boolean connected, List<Failure> recentFailures) {}

    /**
     * One of them.
     *
     * @param timestamp Unix time in milliseconds, as text
     */
    record Failure(String id, String reason, String timestamp) {

        static Failure of(DeadLetter letter) {
            return new Failure(
                    letter.id(), letter.reason(), Long.toString(letter.at().toEpochMilli()));
        }
    }

    @GetMapping("/dlq/status")
    Mono<Status> status() {
        Mono<List<Failure>> newest =
                Mono.fromFuture(() -> letters.newest(SAMPLES))
                        .timeout(ANSWER_WITHIN)
                        .map(all -> all.stream().map(Failure::of).toList());
        return monitor.now()
                .flatMap(sizes ->
                        sizes.isEmpty()
                                ? Mono.just(unreachable())
                                : newest.map(all -> status(sizes.get(), all)))
                .onErrorReturn(unreachable());
    }

    private static Status status(BufferSizes sizes, List<Failure> newest) {
        return new Status(sizes.deadLetters(), true, newest);
    }

    private static Status unreachable() {
        return new Status(-1, false, List.of());
    }
}
