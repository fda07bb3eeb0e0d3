package io.detektor.framebuffer.enqueue;

import io.detektor.framebuffer.enqueue.EnqueueResult.BufferFull;
import io.detektor.framebuffer.enqueue.EnqueueResult.Enqueued;
import io.detektor.framebuffer.enqueue.EnqueueResult.NotStored;
import io.detektor.framebuffer.enqueue.EnqueueResult.OutcomeUnknown;
import io.detektor.framebuffer.frame.DeadLetterReason;
import io.detektor.framebuffer.frame.JsonFrame;
import io.detektor.framebuffer.frame.MalformedFrameException;
import io.detektor.framebuffer.metrics.FrameBufferMeters;
import io.detektor.framebuffer.metrics.FrameBufferMeters.Operation;
import io.detektor.framebuffer.metrics.FrameBufferMeters.Outcome;
import io.detektor.framebuffer.stream.FrameLog;
import io.detektor.redisha.durability.WriteFailure;
import io.detektor.redisha.durability.WriteOutcome;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Check → append → confirm, or → dead letter when the buffer is full. Thread-safe. */
@Component
final class EnqueueService {

    private final FrameLog frames;
    private final FrameBufferMeters meters;

    EnqueueService(FrameLog frames, FrameBufferMeters meters) {
        this.frames = frames;
        this.meters = meters;
    }

    /**
     * Enqueues a frame; goes on to its end even when nobody waits for the result any more.
     *
     * @param body what the client sent
     * @param idempotencyKey the client's name for this request, or null
     * @throws MalformedFrameException when the body is not one JSON object
     */
    CompletableFuture<EnqueueResult> enqueue(byte[] body, @Nullable String idempotencyKey) {
        long start = System.nanoTime();
        JsonFrame frame;
        try {
            frame = JsonFrame.parse(body);
        } catch (MalformedFrameException e) {
            meters.frames(Operation.ENQUEUE, Outcome.ERROR, 1);
            throw e;
        }
        return frames.append(frame, idempotencyKey)
                .thenCompose(outcome -> result(outcome, frame, idempotencyKey))
                .whenComplete((result, _) ->
                        meters.processed(
                                Operation.ENQUEUE, Duration.ofNanos(System.nanoTime() - start)));
    }

    private CompletableFuture<EnqueueResult> result(
            WriteOutcome outcome, JsonFrame frame, @Nullable String idempotencyKey) {
        return switch (outcome) {
            case WriteOutcome.Confirmed(var id, _, var repeated, var length) -> {
                meters.frames(Operation.ENQUEUE, Outcome.SUCCESS, 1);
                yield CompletableFuture.completedFuture(new Enqueued(frame, id, length, repeated));
            }
            case WriteOutcome.Refused(var reason, _) when reason == WriteFailure.STREAM_FULL -> {
                meters.frames(Operation.ENQUEUE, Outcome.DROPPED, 1);
                yield deadLetter(frame, idempotencyKey);
            }
            case WriteOutcome.Refused(var reason, var detail) -> {
                meters.frames(Operation.ENQUEUE, Outcome.ERROR, 1);
                yield CompletableFuture.completedFuture(new NotStored(reason, detail));
            }
            case WriteOutcome.Unknown(var reason, var detail) -> {
                meters.frames(Operation.ENQUEUE, Outcome.ERROR, 1);
                yield CompletableFuture.completedFuture(new OutcomeUnknown(reason, detail));
            }
        };
    }

    private CompletableFuture<EnqueueResult> deadLetter(
            JsonFrame frame, @Nullable String idempotencyKey) {
        DeadLetterReason reason = DeadLetterReason.BUFFER_FULL;
        return frames.deadLetter(frame, reason, idempotencyKey)
                .thenApply(outcome -> {
                    boolean stored = outcome instanceof WriteOutcome.Confirmed;
                    if (stored) {
                        meters.deadLetter(reason);
                    }
                    return new BufferFull(stored);
                });
    }
}
