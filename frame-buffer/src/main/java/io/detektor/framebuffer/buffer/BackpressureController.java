package io.detektor.framebuffer.buffer;

import com.fasterxml.jackson.annotation.JsonValue;
import io.detektor.framebuffer.settings.FrameBufferProperties;
import io.detektor.framebuffer.stream.BufferSizes;
import io.detektor.framebuffer.stream.FrameLog;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/** {@code GET /buffer/backpressure} as version 1 had it. */
@RestController
class BackpressureController {

    private final BufferMonitor monitor;
    private final FrameLog frames;
    private final InstantSource clock;
    private final long maxFrames;
    private final int batchSize;

    BackpressureController(
            BufferMonitor monitor,
            FrameLog frames,
            InstantSource clock,
            FrameBufferProperties properties) {
        this.monitor = monitor;
        this.frames = frames;
        this.clock = clock;
        this.maxFrames = properties.streams().maxFrames();
        this.batchSize = properties.consumer().batchSize();
    }

    /** How much of the room is taken. */
    enum Severity {
        NONE,
        MODERATE,
        HIGH,
        CRITICAL;

        @JsonValue
        String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Severity of(double usage) {
            if (usage > 0.9) {
                return CRITICAL;
            }
            if (usage > BufferMonitor.PRESSING) {
                return HIGH;
            }
            return usage > 0.5 ? MODERATE : NONE;
        }
    }

    @JsonNaming(SnakeCaseStrategy.class)
    record Report(
            Buffer buffer,
            Backpressure backpressure,
            Consumer consumer,
            List<String> recommendations) {}

    /**
     * The room.
     *
     * @param currentSize frames that wait; -1 when not known
     */
    @JsonNaming(SnakeCaseStrategy.class)
    record Buffer(long currentSize, long maxSize, double usageRatio, double usagePercent) {}

    /**
     * Whether those who send should hold back.
     *
     * @param totalEvents how often the buffer came to be above 70 %, since the start
     * @param lastEventTime Unix time in seconds; null for never
     */
    @JsonNaming(SnakeCaseStrategy.class)
    record Backpressure(
            Severity severity,
            boolean isExperiencingBackpressure,
            long totalEvents,
            @Nullable Double lastEventTime,
            @Nullable Double secondsSinceLastEvent) {}

    @JsonNaming(SnakeCaseStrategy.class)
    record Consumer(boolean running, int batchSize) {}

    @GetMapping("/buffer/backpressure")
    Mono<Report> backpressure() {
        return monitor.now().map(this::report);
    }

    private Report report(Optional<BufferSizes> sizes) {
        long size = sizes.map(BufferSizes::waiting).orElse(-1L);
        double usage = sizes.map(monitor::usage).orElse(0.0);
        Severity severity = Severity.of(usage);
        boolean running = sizes.isPresent() && frames.readable();
        BufferMonitor.Events events = monitor.events();
        Instant last = events.last();
        return new Report(
                new Buffer(size, maxFrames, usage, Math.round(usage * 10_000) / 100.0),
                new Backpressure(
                        severity,
                        usage > BufferMonitor.PRESSING,
                        events.count(),
                        last == null ? null : last.toEpochMilli() / 1000.0,
                        last == null
                                ? null
                                : Duration.between(last, clock.instant()).toMillis() / 1000.0),
                new Consumer(running, batchSize),
                recommendations(severity, running));
    }

    private static List<String> recommendations(Severity severity, boolean running) {
        List<String> all = new ArrayList<>();
        if (!running) {
            all.add("Redis does not answer: see /health");
        }
        switch (severity) {
            case NONE -> {}
            case MODERATE -> all.add("Watch the buffer: frames come faster than they are taken");
            case HIGH -> all.add("Take frames faster: more consumers, or a larger count");
            case CRITICAL -> {
                all.add("Take frames faster: more consumers, or a larger count");
                all.add("Send fewer frames, or raise MAX_BUFFER_SIZE: the buffer is nearly full");
            }
        }
        return all;
    }
}
