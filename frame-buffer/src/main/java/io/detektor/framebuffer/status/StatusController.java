package io.detektor.framebuffer.status;

import io.detektor.framebuffer.buffer.BufferMonitor;
import io.detektor.framebuffer.metrics.FrameBufferMeters;
import io.detektor.framebuffer.metrics.FrameBufferMeters.Operation;
import io.detektor.framebuffer.metrics.FrameBufferMeters.Outcome;
import io.detektor.framebuffer.settings.FrameBufferProperties;
import io.detektor.framebuffer.stream.BufferSizes;
import io.detektor.framebuffer.stream.FrameLog;
import java.util.Optional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/** {@code GET /frames/status}: how full the buffer is. */
@RestController
class StatusController {

    private final BufferMonitor monitor;
    private final FrameLog frames;
    private final FrameBufferMeters meters;
    private final long maxFrames;

    StatusController(
            BufferMonitor monitor,
            FrameLog frames,
            FrameBufferMeters meters,
            FrameBufferProperties properties) {
        this.monitor = monitor;
        this.frames = frames;
        this.meters = meters;
        this.maxFrames = properties.streams().maxFrames();
    }

    /**
     * What version 1 said.
     *
     * @param connected whether Redis answers
     * @param consumerRunning whether frames can be read
     */
    @JsonNaming(SnakeCaseStrategy.class)
    record Status(boolean connected, boolean consumerRunning, Buffer buffer, Redis redis) {}

    /**
     * The buffer as a taker sees it.
     *
     * @param size frames that were not acknowledged, of both streams; -1 when not known
     * @param maxSize most frames that enqueue accepts
     * @param usagePercent size of maxSize; above 100 when the capture service wrote more
     * @param isFull whether the next enqueue is refused
     * @param droppedCount frames refused because the buffer was full, since the start
     * @param totalProcessed frames handed out since the start
     */
    @JsonNaming(SnakeCaseStrategy.class)
    record Buffer(
            long size,
            long maxSize,
            double usagePercent,
            boolean isFull,
            long droppedCount,
            long totalProcessed) {}

    /**
     * The streams in Redis.
     *
     * @param queueSize frames of {@code POST /frames/enqueue}; -1 when not known
     * @param metadataSize frames of the capture service; -1 when not known
     * @param dlqSize dead letters; -1 when not known
     */
    @JsonNaming(SnakeCaseStrategy.class)
    record Redis(long queueSize, long metadataSize, long dlqSize) {}

    @GetMapping("/frames/status")
    Mono<Status> status() {
        return monitor.now().map(this::status);
    }

    private Status status(Optional<BufferSizes> known) {
        BufferSizes sizes = known.orElse(new BufferSizes(-1, -1, -1, 0, null));
        long waiting = known.map(BufferSizes::waiting).orElse(-1L);
        return new Status(
                known.isPresent(),
                known.isPresent() && frames.readable(),
                new Buffer(
                        waiting,
                        maxFrames,
                        known.isPresent() ? percent(waiting) : 0,
                        sizes.frames() >= maxFrames,
                        meters.framesSoFar(Operation.ENQUEUE, Outcome.DROPPED),
                        meters.framesSoFar(Operation.DEQUEUE, Outcome.SUCCESS)),
                new Redis(sizes.frames(), sizes.metadata(), sizes.deadLetters()));
    }

    private double percent(long waiting) {
        return Math.round(10_000.0 * waiting / maxFrames) / 100.0;
    }
}
