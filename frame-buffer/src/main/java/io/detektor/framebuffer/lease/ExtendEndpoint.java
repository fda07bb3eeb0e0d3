package io.detektor.framebuffer.lease;

import io.detektor.framebuffer.settings.FrameBufferProperties;
import io.detektor.framebuffer.stream.FrameLeases;
import io.detektor.framebuffer.stream.LeaseId;
import io.detektor.framebuffer.web.Answers;
import io.detektor.framebuffer.web.FrameEndpoint;
import io.detektor.framebuffer.web.Problem;
import io.detektor.framebuffer.web.ProblemException;
import io.detektor.framebuffer.web.ProblemType;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** {@code POST /frames/{lease}/extend?lease=30s}: lets a lease last longer, from now on. */
@Component
final class ExtendEndpoint implements FrameEndpoint {

    private static final Logger log = LoggerFactory.getLogger(ExtendEndpoint.class);

    private final FrameLeases leases;
    private final Answers answers;
    private final Duration otherwise;

    ExtendEndpoint(FrameLeases leases, Answers answers, FrameBufferProperties settings) {
        this.leases = leases;
        this.answers = answers;
        this.otherwise = settings.lease().length();
    }

    @Override
    public HttpMethod method() {
        return HttpMethod.POST;
    }

    @Override
    public String path() {
        return "/frames/*/extend";
    }

    @Override
    public Mono<Void> handle(ServerHttpRequest request, ServerHttpResponse response) {
        String id = FrameEndpoint.segment(request, 1);
        LeaseId lease =
                LeaseId.parse(id)
                        .orElseThrow(() ->
                                new ProblemException(
                                        Problem.parameter(
                                                "lease id", id, "the id of a lease of a dequeue")));
        Duration length = LeaseLength.of(request, otherwise);
        return Mono.fromFuture(leases.extend(lease, length), true)
                .flatMap(result -> answer(response, id, length, result))
                .onErrorResume(
                        failure -> !response.isCommitted(),
                        failure -> {
                            log.debug("not extended", failure);
                            return answers.problem(
                                    response, Problem.unconfirmed(), Duration.ofSeconds(1));
                        });
    }

    private Mono<Void> answer(
            ServerHttpResponse response, String id, Duration length, FrameLeases.Result result) {
        return switch (result) {
            case DONE -> {
                Map<String, Object> extended = new LinkedHashMap<>();
                extended.put("id", id);
                extended.put("expires_in_ms", length.toMillis());
                yield answers.value(response, extended);
            }
            case GONE ->
                    answers.problem(
                            response,
                            Problem.wrong(
                                    ProblemType.NOT_FOUND,
                                    "lease id",
                                    id,
                                    "of a frame that is still there"));
            case LOST ->
                    answers.problem(
                            response,
                            Problem.wrong(
                                    ProblemType.LEASE_LOST,
                                    "lease id",
                                    id,
                                    "of a lease that has not ended"));
        };
    }
}
