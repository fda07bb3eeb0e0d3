package io.detektor.framebuffer.status;

import io.detektor.framebuffer.metrics.FrameBufferMeters;
import io.detektor.framebuffer.metrics.FrameBufferMeters.Sizes;
import io.detektor.framebuffer.settings.FrameBufferProperties;
import io.detektor.framebuffer.stream.BufferSizes;
import io.detektor.framebuffer.stream.FrameLog;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** How full the buffer is: looked up now and then for the gauges, and at once for who asks. */
@Component
class BufferMonitor {

    /** Who asks for the status gets an answer by then, with or without Redis. */
    private static final Duration ANSWER_WITHIN = Duration.ofMillis(500);

    private static final Sizes UNKNOWN = new Sizes(Double.NaN, Double.NaN, Double.NaN, Double.NaN);

    private final FrameLog frames;
    private final InstantSource clock;
    private final long maxFrames;

    /** The latest look; null while Redis is out of reach. */
    private volatile @Nullable BufferSizes latest;

    BufferMonitor(
            FrameLog frames,
            InstantSource clock,
            FrameBufferProperties properties,
            FrameBufferMeters meters) {
        this.frames = frames;
        this.clock = clock;
        this.maxFrames = properties.streams().maxFrames();
        meters.gauges(this::gauges);
    }

    @Scheduled(fixedDelayString = "${frame-buffer.consumer.poll-interval}")
    void look() {
        look(Duration.ofSeconds(5)).block();
    }

    /** The sizes just now; empty when Redis does not answer soon. Never fails. */
    Mono<Optional<BufferSizes>> now() {
        return look(ANSWER_WITHIN);
    }

    /** Seconds since the oldest frame that waits was written; 0 when none waits. */
    double oldestAge(BufferSizes sizes) {
        return sizes.oldest() == null
                ? 0
                : Math.max(
                        0, Duration.between(sizes.oldest(), clock.instant()).toMillis() / 1000.0);
    }

    private Mono<Optional<BufferSizes>> look(Duration within) {
        return Mono.fromFuture(frames::sizes)
                .timeout(within)
                .map(Optional::of)
                .onErrorReturn(Optional.empty())
                .doOnNext(sizes -> latest = sizes.orElse(null));
    }

    private Sizes gauges() {
        BufferSizes sizes = latest;
        return sizes == null
                ? UNKNOWN
                : new Sizes(
                        sizes.waiting(),
                        sizes.deadLetters(),
                        (double) sizes.waiting() / maxFrames,
                        oldestAge(sizes));
    }
}
