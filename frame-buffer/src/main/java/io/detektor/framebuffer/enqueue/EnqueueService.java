package io.detektor.framebuffer.enqueue;

import io.detektor.framebuffer.buffer.Admission;
import io.detektor.framebuffer.enqueue.EnqueueResult.BufferFull;
import io.detektor.framebuffer.enqueue.EnqueueResult.Enqueued;
import io.detektor.framebuffer.enqueue.EnqueueResult.KeyReused;
import io.detektor.framebuffer.enqueue.EnqueueResult.NotStored;
import io.detektor.framebuffer.enqueue.EnqueueResult.OutcomeUnknown;
import io.detektor.framebuffer.frame.DeadLetterReason;
import io.detektor.framebuffer.metrics.FrameBufferMeters;
import io.detektor.framebuffer.metrics.FrameBufferMeters.Operation;
import io.detektor.framebuffer.metrics.FrameBufferMeters.Outcome;
import io.detektor.framebuffer.stream.FrameAppend;
import io.detektor.framebuffer.stream.FrameLog;
import io.detektor.redisha.durability.WriteFailure;
import io.detektor.redisha.durability.WriteOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.springframework.stereotype.Component;

/** Append → confirm, or → dead letter when the buffer is full. Thread-safe. */
@Component
final class EnqueueService {

    private final FrameLog frames;
    private final FrameBufferMeters meters;
    private final Admission admission;

    EnqueueService(FrameLog frames, FrameBufferMeters meters, Admission admission) {
        this.frames = frames;
        this.meters = meters;
        this.admission = admission;
    }

    /**
     * Enqueues a frame; goes on to its end even when nobody waits for the result any more.
     *
     * @return never fails exceptionally
     */
    CompletableFuture<EnqueueResult> enqueue(FrameAppend frame) {
        long start = System.nanoTime();
        return frames.append(frame)
                .thenCompose(outcome -> result(outcome, frame))
                .whenComplete((_, _) -> processed(start));
    }

    /**
     * Enqueues frames in their order, with one confirmation for all.
     *
     * @param batch at least one
     * @return a result for each, in their order; never fails exceptionally
     */
    CompletableFuture<List<EnqueueResult>> enqueueAll(List<FrameAppend> batch) {
        long start = System.nanoTime();
        List<CompletableFuture<WriteOutcome>> outcomes = frames.appendTogether(batch);
        List<CompletableFuture<EnqueueResult>> results = new ArrayList<>(batch.size());
        for (int i = 0; i < batch.size(); i++) {
            FrameAppend frame = batch.get(i);
            results.add(outcomes.get(i).thenCompose(outcome -> result(outcome, frame)));
        }
        return CompletableFuture.allOf(results.toArray(CompletableFuture<?>[]::new))
                .thenApply(_ -> results.stream().map(CompletableFuture::join).toList())
                .whenComplete((_, _) -> processed(start));
    }

    private void processed(long start) {
        meters.processed(Operation.ENQUEUE, Duration.ofNanos(System.nanoTime() - start));
    }

    /** Counts what was sent as frame and is none. */
    void malformed() {
        meters.frames(Operation.ENQUEUE, Outcome.ERROR, 1);
    }

    /** Counts frames for which there was no room in bytes. */
    void refused(int count) {
        meters.frames(Operation.ENQUEUE, Outcome.DROPPED, count);
    }

    private CompletableFuture<EnqueueResult> result(WriteOutcome outcome, FrameAppend frame) {
        return switch (outcome) {
            case WriteOutcome.Confirmed(var id, _, var repeated, var length) -> {
                meters.frames(Operation.ENQUEUE, Outcome.SUCCESS, 1);
                if (!repeated) {
                    admission.stored(frame.frame().body().length);
                }
                yield done(new Enqueued(frame.frame(), id, length, repeated));
            }
            case WriteOutcome.Refused(var reason, _) when reason == WriteFailure.STREAM_FULL -> {
                meters.frames(Operation.ENQUEUE, Outcome.DROPPED, 1);
                yield deadLetter(frame);
            }
            case WriteOutcome.Refused(var reason, _) when reason == WriteFailure.KEY_REUSED -> {
                meters.frames(Operation.ENQUEUE, Outcome.ERROR, 1);
                yield done(new KeyReused());
            }
            case WriteOutcome.Refused(var reason, var detail) -> {
                meters.frames(Operation.ENQUEUE, Outcome.ERROR, 1);
                yield done(new NotStored(reason, detail));
            }
            case WriteOutcome.Unknown(var reason, var detail) -> {
                meters.frames(Operation.ENQUEUE, Outcome.ERROR, 1);
                yield done(new OutcomeUnknown(reason, detail));
            }
        };
    }

    private static CompletableFuture<EnqueueResult> done(EnqueueResult result) {
        return CompletableFuture.completedFuture(result);
    }

    private CompletableFuture<EnqueueResult> deadLetter(FrameAppend frame) {
        DeadLetterReason reason = DeadLetterReason.BUFFER_FULL;
        return frames.deadLetter(frame, reason)
                .thenApply(outcome -> {
                    if (outcome instanceof WriteOutcome.Refused refused
                            && refused.reason() == WriteFailure.KEY_REUSED) {
                        return new KeyReused();
                    }
                    boolean stored = outcome instanceof WriteOutcome.Confirmed;
                    if (stored) {
                        meters.deadLetter(reason);
                    }
                    return new BufferFull(stored);
                });
    }
}
