package io.detektor.framebuffer.buffer;

import io.detektor.framebuffer.metrics.FrameBufferMeters;
import io.detektor.framebuffer.metrics.FrameBufferMeters.Operation;
import io.detektor.framebuffer.metrics.FrameBufferMeters.Outcome;
import io.detektor.framebuffer.stream.FrameLog;
import io.detektor.framebuffer.web.Answers;
import io.detektor.framebuffer.web.FrameEndpoint;
import io.detektor.framebuffer.web.Problem;
import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** {@code POST /buffer/clear}: removes every frame that waits. */
@Component
final class ClearEndpoint implements FrameEndpoint {

    private static final Logger log = LoggerFactory.getLogger(ClearEndpoint.class);

    private final FrameLog frames;
    private final FrameBufferMeters meters;
    private final Answers answers;

    ClearEndpoint(FrameLog frames, FrameBufferMeters meters, Answers answers) {
        this.frames = frames;
        this.meters = meters;
        this.answers = answers;
    }

    @Override
    public HttpMethod method() {
        return HttpMethod.POST;
    }

    @Override
    public String path() {
        return "/buffer/clear";
    }

    @Override
    public Mono<Void> handle(ServerHttpRequest request, ServerHttpResponse response) {
        long start = System.nanoTime();
        return Mono.fromFuture(frames.clear(), true)
                .doOnSuccess(cleared -> {
                    log.info("buffer cleared frames={}", cleared);
                    meters.frames(Operation.CLEAR, Outcome.SUCCESS, Math.toIntExact(cleared));
                    meters.processed(Operation.CLEAR, Duration.ofNanos(System.nanoTime() - start));
                })
                .flatMap(cleared -> answers.value(response, Map.of("cleared", cleared)))
                .onErrorResume(
                        failure -> !response.isCommitted(),
                        failure -> {
                            log.warn("buffer not cleared", failure);
                            meters.frames(Operation.CLEAR, Outcome.ERROR, 1);
                            return answers.problem(
                                    response, Problem.unconfirmed(), Duration.ofSeconds(1));
                        });
    }
}
