package io.detektor.framebuffer.trace;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.function.Function;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.observation.DefaultServerRequestObservationConvention;
import org.springframework.http.server.reactive.observation.ServerHttpObservationDocumentation;
import org.springframework.http.server.reactive.observation.ServerRequestObservationContext;
import org.springframework.http.server.reactive.observation.ServerRequestObservationConvention;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;

/**
 * Observes requests that do not come through Spring's dispatching as Spring observes the others:
 * {@code http.server.requests}, by its convention. Off by default, and costs nothing then.
 * Thread-safe.
 */
@Component
public final class RequestObservations {

    private static final String NAME = "http.server.requests";

    private static final ServerRequestObservationConvention CONVENTION =
            new DefaultServerRequestObservationConvention(NAME);

    private final ObservationRegistry registry;

    /** Settled by the settings; asked once, because each answer costs a context. */
    private final boolean observed;

    RequestObservations(ObservationRegistry registry) {
        this.registry = registry;
        this.observed = !Observation.createNotStarted(NAME, registry).isNoop();
    }

    /**
     * Observes a request until its answer is written.
     *
     * @param pattern of the path, for all requests of one kind
     * @param answer answers the request that it is given, which knows its observation
     */
    public Mono<Void> observed(
            String pattern,
            ServerHttpRequest request,
            ServerHttpResponse response,
            Function<ServerHttpRequest, Mono<Void>> answer) {
        if (!observed) {
            return answer.apply(request);
        }
        ServerRequestObservationContext context =
                new ServerRequestObservationContext(request, response, request.getAttributes());
        context.setPathPattern(pattern);
        Observation observation =
                ServerHttpObservationDocumentation.HTTP_REACTIVE_SERVER_REQUESTS.observation(
                        null, CONVENTION, () -> context, registry);
        observation.start();
        return answer.apply(new ObservedRequest(request, observation))
                .doOnError(observation::error)
                .doFinally(signal -> {
                    context.setConnectionAborted(signal == SignalType.CANCEL);
                    observation.stop();
                });
    }
}
