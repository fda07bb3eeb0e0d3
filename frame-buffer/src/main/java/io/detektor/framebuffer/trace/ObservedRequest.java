package io.detektor.framebuffer.trace;

import io.micrometer.observation.Observation;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;

/** A request that knows its observation. */
final class ObservedRequest extends ServerHttpRequestDecorator {

    private final Observation observation;

    ObservedRequest(ServerHttpRequest request, Observation observation) {
        super(request);
        this.observation = observation;
    }

    Observation observation() {
        return observation;
    }
}
