package io.detektor.framebuffer.dequeue;

import io.detektor.framebuffer.metrics.FrameBufferMeters;
import io.detektor.framebuffer.metrics.FrameBufferMeters.Operation;
import io.detektor.framebuffer.metrics.FrameBufferMeters.Outcome;
import io.detektor.framebuffer.stream.FrameBatch;
import io.detektor.framebuffer.stream.FrameLog;
import io.detektor.framebuffer.stream.WaitingFrame;
import io.detektor.framebuffer.web.Answers;
import io.detektor.framebuffer.web.FrameEndpoint;
import io.detektor.framebuffer.web.Problem;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * {@code GET /frames/dequeue?count=n}: the oldest frames, byte for byte as they came.
 *
 * <p>They are acknowledged when the answer is written. A client that goes away before that leaves
 * them for the next. Delivery is at least once: after a failover, or when this process dies with an
 * answer half written, a frame may come again.
 */
@Component
final class DequeueEndpoint implements FrameEndpoint {

    private static final int MOST = 100;
    private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]{1,40}");

    private static final byte[] FRAMES = ascii("{\"frames\":[");
    private static final byte[] COMMA = ascii(",");

    private final FrameLog frames;
    private final Answers answers;
    private final FrameBufferMeters meters;

    DequeueEndpoint(FrameLog frames, Answers answers, FrameBufferMeters meters) {
        this.frames = frames;
        this.answers = answers;
        this.meters = meters;
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
        List<String> counts = request.getQueryParams().get("count");
        Integer count = counts == null ? Integer.valueOf(1) : count(counts);
        if (count == null) {
            return answers.problem(
                    response,
                    Problem.wrong(
                            400,
                            "invalid-parameter",
                            "count",
                            String.join(", ", counts),
                            "one whole number; it is brought into 1 to " + MOST));
        }
        long start = System.nanoTime();
        return Mono.fromFuture(frames.take(count))
                .doOnSuccess(_ -> meters.processed(Operation.DEQUEUE, since(start)))
                .flatMap(batch ->
                        answers.deliver(
                                request, response, text(batch), written -> ended(batch, written)))
                .onErrorResume(
                        failure -> !response.isCommitted(),
                        _ -> {
                            meters.frames(Operation.DEQUEUE, Outcome.ERROR, 1);
                            return unavailable(response);
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

    private static List<byte[]> text(FrameBatch batch) {
        List<byte[]> parts = new ArrayList<>(2 * batch.frames().size() + 2);
        parts.add(FRAMES);
        for (WaitingFrame frame : batch.frames()) {
            if (parts.size() > 1) {
                parts.add(COMMA);
            }
            parts.add(frame.json());
        }
        parts.add(
                ascii(
                        "],\"count\":"
                                + batch.frames().size()
                                + ",\"remaining\":"
                                + batch.remaining()
                                + "}"));
        return parts;
    }

    private Mono<Void> unavailable(ServerHttpResponse response) {
        response.getHeaders().set(HttpHeaders.RETRY_AFTER, "1");
        return answers.problem(
                response,
                Problem.of(
                                503,
                                "redis-unavailable",
                                "Redis did not answer; every frame is where it was")
                        .with("retryable", true));
    }

    /** As version 1 did: any whole number is welcome, and brought into the limits. */
    private static @Nullable Integer count(List<String> values) {
        String text = values.size() == 1 ? values.getFirst() : null;
        if (text == null || !INTEGER.matcher(text).matches()) {
            return null;
        }
        return new BigInteger(text).max(BigInteger.ONE).min(BigInteger.valueOf(MOST)).intValue();
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
