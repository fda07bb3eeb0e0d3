package io.detektor.framebuffer.lease;

import io.detektor.framebuffer.metrics.FrameBufferMeters;
import io.detektor.framebuffer.metrics.FrameBufferMeters.LeaseEnd;
import io.detektor.framebuffer.stream.FrameLeases;
import io.detektor.framebuffer.web.Answers;
import io.detektor.framebuffer.web.Bodies;
import io.detektor.framebuffer.web.FrameEndpoint;
import io.detektor.framebuffer.web.JsonBodies;
import io.detektor.framebuffer.web.Parameters;
import io.detektor.framebuffer.web.Problem;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/**
 * {@code POST /frames/nack}: gives frames back that their takers could not deal with, to be handed
 * out again at once or after a delay.
 */
@Component
final class NegativeAcknowledgeEndpoint implements FrameEndpoint {

    private static final Logger log = LoggerFactory.getLogger(NegativeAcknowledgeEndpoint.class);

    private static final Duration LONGEST_DELAY = Duration.ofHours(12);

    /** Enough for the first lines of a stack trace; it is kept with the frame. */
    private static final int LONGEST_ERROR = 2000;

    private final FrameLeases leases;
    private final FrameBufferMeters meters;
    private final Answers answers;
    private final Bodies bodies;

    NegativeAcknowledgeEndpoint(
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
        return "/frames/nack";
    }

    @Override
    public Mono<Void> handle(ServerHttpRequest request, ServerHttpResponse response) {
        return bodies.read(
                request, JsonBodies.LARGEST, body -> giveBack(response, JsonBodies.object(body)));
    }

    private Mono<Void> giveBack(ServerHttpResponse response, JsonNode body) {
        LeaseRequests asked = LeaseRequests.read(body);
        Duration delay = delay(body.path("delay"));
        String error = error(body.path("error"));
        CompletableFuture<List<FrameLeases.Result>> results =
                asked.leases().isEmpty()
                        ? CompletableFuture.completedFuture(List.of())
                        : leases.giveBack(asked.leases(), delay, error);
        return Mono.fromFuture(results, true)
                .doOnNext(all -> LeaseRequests.count(meters, LeaseEnd.RETURNED, all))
                .flatMap(all -> answers.value(response, asked.answer("returned", "returned", all)))
                .onErrorResume(
                        failure -> !response.isCommitted(),
                        failure -> {
                            log.debug("not given back", failure);
                            return answers.problem(
                                    response, Problem.unconfirmed(), Duration.ofSeconds(1));
                        });
    }

    private static Duration delay(JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return Duration.ZERO;
        }
        Duration delay =
                node.isString() || node.isIntegralNumber()
                        ? Parameters.duration(node.asString())
                        : null;
        if (delay == null || delay.compareTo(LONGEST_DELAY) > 0) {
            throw JsonBodies.wrong("delay " + node, "delay of 0 to 12h, such as \"5s\"");
        }
        return delay;
    }

    private static @Nullable String error(JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return null;
        }
        if (!node.isString()) {
            throw JsonBodies.wrong("error that is no text", "error as text");
        }
        String text = node.asString();
        return text.length() <= LONGEST_ERROR ? text : text.substring(0, LONGEST_ERROR) + "…";
    }
}
