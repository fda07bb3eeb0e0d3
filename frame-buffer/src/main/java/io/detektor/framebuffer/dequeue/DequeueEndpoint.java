package io.detektor.framebuffer.dequeue;

import io.detektor.framebuffer.lease.LeaseLength;
import io.detektor.framebuffer.metrics.FrameBufferMeters;
import io.detektor.framebuffer.metrics.FrameBufferMeters.Operation;
import io.detektor.framebuffer.metrics.FrameBufferMeters.Outcome;
import io.detektor.framebuffer.settings.FrameBufferProperties;
import io.detektor.framebuffer.stream.FrameBatch;
import io.detektor.framebuffer.stream.FrameLeases;
import io.detektor.framebuffer.stream.FrameLog;
import io.detektor.framebuffer.stream.LeasedFrame;
import io.detektor.framebuffer.trace.FrameObservations;
import io.detektor.framebuffer.web.Answers;
import io.detektor.framebuffer.web.Delivery;
import io.detektor.framebuffer.web.FrameEndpoint;
import io.detektor.framebuffer.web.Parameters;
import io.detektor.framebuffer.web.Problem;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * {@code GET /frames/dequeue?count=n}: the oldest frames, as they came.
 *
 * <p>They are acknowledged when the answer is written; with {@code ack=manual} their taker has them
 * for a time and acknowledges them itself. A client that goes away before the answer is written
 * leaves them for the next. Delivery is at least once: after a failover, or when this process dies
 * with an answer half written, a frame may come again.
 */
@Component
final class DequeueEndpoint implements FrameEndpoint {

    private static final int MOST = 100;

    private final FrameLog frames;
    private final FrameLeases leases;
    private final Answers answers;
    private final FrameBufferMeters meters;
    private final FrameObservations observations;
    private final FrameBufferProperties settings;

    DequeueEndpoint(
            FrameLog frames,
            FrameLeases leases,
            Answers answers,
            FrameBufferMeters meters,
            FrameObservations observations,
            FrameBufferProperties settings) {
        this.frames = frames;
        this.leases = leases;
        this.answers = answers;
        this.meters = meters;
        this.observations = observations;
        this.settings = settings;
    }

    @Override
    public HttpMethod method() {
        return HttpMethod.GET;
    }

    @Override
    public String path() {
        return "/frames/dequeue";
    }

    @Override
    public Mono<Void> handle(ServerHttpRequest request, ServerHttpResponse response) {
        int count = Parameters.clamped(request, "count", 1, MOST);
        Duration wait =
                Parameters.duration(
                        request,
                        "wait",
                        Duration.ZERO,
                        Duration.ZERO,
                        settings.dequeue().maxWait());
        boolean manual = Parameters.word(request, "ack", "auto", "manual").equals("manual");
        Duration length = LeaseLength.of(request, settings.lease().length());
        Form form = Form.of(request.getHeaders().getFirst(HttpHeaders.ACCEPT));
        long start = System.nanoTime();
        CompletableFuture<FrameBatch> taken = frames.take(form.atMost(count), wait);
        // What becomes of frames is settled in futures, which go on to their end, and not in a
        // Mono,
        // which drops what it has when the client goes away: the frames would be nobody's then.
        CompletableFuture<Mono<Void>> answer =
                taken.thenCompose(
                                batch -> {
                                    processed(wait, start);
                                    return manual
                                            ? leased(request, response, form, batch, length)
                                            : CompletableFuture.completedFuture(
                                                    write(
                                                            request,
                                                            response,
                                                            form,
                                                            Handout.of(batch),
                                                            written -> ended(batch, written)));
                                })
                        .exceptionally(
                                _ -> taken.isCancelled() ? Mono.empty() : unavailable(response));
        return Mono.fromFuture(answer, true)
                .doOnCancel(() -> taken.cancel(false))
                .flatMap(Function.identity())
                .onErrorResume(_ -> !response.isCommitted(), _ -> unavailable(response));
    }

    private Mono<Void> unavailable(ServerHttpResponse response) {
        meters.frames(Operation.DEQUEUE, Outcome.ERROR, 1);
        return answers.problem(response, Problem.redisUnavailable(), Duration.ofSeconds(1));
    }

    /** Waiting for a frame to come is no work. */
    private void processed(Duration wait, long start) {
        if (wait.isZero()) {
            meters.processed(Operation.DEQUEUE, Duration.ofNanos(System.nanoTime() - start));
        }
    }

    private CompletableFuture<Mono<Void>> leased(
            ServerHttpRequest request,
            ServerHttpResponse response,
            Form form,
            FrameBatch batch,
            Duration length) {
        return leases.lease(batch, length)
                .thenApply(granted ->
                        write(
                                request,
                                response,
                                form,
                                Handout.of(granted, batch.remaining(), length),
                                written -> ended(granted, written)));
    }

    private Mono<Void> write(
            ServerHttpRequest request,
            ServerHttpResponse response,
            Form form,
            Handout handout,
            Delivery delivery) {
        if (handout.frames().isEmpty() && form != Form.JSON) {
            response.setStatusCode(HttpStatus.NO_CONTENT);
            return response.setComplete();
        }
        handout.headers(form).forEach(response.getHeaders()::set);
        FrameObservations.Dequeuing observed =
                observations.dequeuing(request, handout::traceparents);
        return answers.deliver(
                request,
                response,
                form.type(handout),
                form.text(handout),
                written -> {
                    observed.end(written);
                    delivery.ended(written);
                });
    }

    private void ended(FrameBatch batch, boolean written) {
        if (written) {
            meters.frames(Operation.DEQUEUE, Outcome.SUCCESS, batch.frames().size());
            frames.acknowledge(batch);
        } else {
            frames.giveBack(batch);
        }
    }

    private void ended(List<LeasedFrame> granted, boolean written) {
        if (written) {
            meters.frames(Operation.DEQUEUE, Outcome.SUCCESS, granted.size());
        } else {
            leases.undelivered(granted.stream().map(LeasedFrame::lease).toList());
        }
    }
}
