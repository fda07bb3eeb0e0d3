package io.detektor.framebuffer.lease;

import io.detektor.framebuffer.metrics.FrameBufferMeters;
import io.detektor.framebuffer.metrics.FrameBufferMeters.LeaseEnd;
import io.detektor.framebuffer.stream.FrameLeases;
import io.detektor.framebuffer.web.Answers;
import io.detektor.framebuffer.web.Bodies;
import io.detektor.framebuffer.web.FrameEndpoint;
import io.detektor.framebuffer.web.JsonBodies;
import io.detektor.framebuffer.web.Problem;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * {@code POST /frames/ack}: removes frames that their takers are done with; answered when that is
 * confirmed. Repeating it does no harm.
 */
@Component
final class AcknowledgeEndpoint implements FrameEndpoint {

    private static final Logger log = LoggerFactory.getLogger(AcknowledgeEndpoint.class);

    private final FrameLeases leases;
    private final FrameBufferMeters meters;
    private final Answers answers;
    private final Bodies bodies;

    AcknowledgeEndpoint(
            FrameLeases leases, FrameBufferMeters meters, Answers answers, Bodies bodies) {
        this.leases = leases;
        this.meters = meters;
        this.answers = answers;
        this.bodies = bodies;
    }

    @Override
    public HttpMethod method() {
        return HttpMethod.POST;
    }

    @Override
    public String path() {
        return "/frames/ack";
    }

    @Override
    public Mono<Void> handle(ServerHttpRequest request, ServerHttpResponse response) {
        return bodies.read(
                request,
                JsonBodies.LARGEST,
                body -> acknowledge(response, LeaseRequests.read(JsonBodies.object(body))));
    }

    private Mono<Void> acknowledge(ServerHttpResponse response, LeaseRequests asked) {
        CompletableFuture<List<FrameLeases.Result>> results =
                asked.leases().isEmpty()
                        ? CompletableFuture.completedFuture(List.of())
                        : leases.acknowledge(asked.leases());
        return Mono.fromFuture(results, true)
                .doOnNext(all -> LeaseRequests.count(meters, LeaseEnd.ACKNOWLEDGED, all))
                .flatMap(all ->
                        answers.value(response, asked.answer("acknowledged", "acknowledged", all)))
                .onErrorResume(
                        failure -> !response.isCommitted(),
                        failure -> {
                            log.debug("not acknowledged", failure);
                            return answers.problem(
                                    response, Problem.unconfirmed(), Duration.ofSeconds(1));
                        });
    }
}
