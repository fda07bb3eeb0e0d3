package io.detektor.framebuffer.web;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.http.server.reactive.HttpHandlerDecoratorFactory;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Gives requests to the {@link FrameEndpoint} of their path, all others to Spring. */
@Component
final class FrameEndpoints implements HttpHandlerDecoratorFactory {

    private static final Logger log = LoggerFactory.getLogger(FrameEndpoints.class);

    private final Map<String, FrameEndpoint> byPath;
    private final Answers answers;

    FrameEndpoints(List<FrameEndpoint> endpoints, Answers answers) {
        this.byPath =
                endpoints.stream()
                        .collect(Collectors.toMap(FrameEndpoint::path, Function.identity()));
        this.answers = answers;
    }

    @Override
    public HttpHandler apply(HttpHandler spring) {
        return (request, response) -> {
            FrameEndpoint endpoint = byPath.get(request.getURI().getRawPath());
            return endpoint == null
                    ? spring.handle(request, response)
                    : handle(endpoint, request, response);
        };
    }

    private Mono<Void> handle(
            FrameEndpoint endpoint, ServerHttpRequest request, ServerHttpResponse response) {
        if (!request.getMethod().equals(endpoint.method())) {
            response.getHeaders().set(HttpHeaders.ALLOW, endpoint.method().name());
            return answers.problem(
                            response,
                            Problem.wrong(
                                    405,
                                    "method-not-allowed",
                                    "method",
                                    request.getMethod().name(),
                                    endpoint.method().name()))
                    // where HEAD asks, nothing was written yet
                    .then(Mono.defer(response::setComplete));
        }
        return endpoint.handle(request, response)
                .onErrorResume(failure -> failed(endpoint, response, failure));
    }

    private Mono<Void> failed(
            FrameEndpoint endpoint, ServerHttpResponse response, Throwable failure) {
        if (Disconnection.is(failure)) {
            log.debug("client gone path={}", endpoint.path(), failure);
            return Mono.empty();
        }
        if (response.isCommitted()) {
            // too late for another answer: the server closes the connection
            return Mono.error(failure);
        }
        if (failure instanceof UnreadableBodyException unreadable) {
            response.getHeaders().set(HttpHeaders.CONNECTION, "close");
            return answers.problem(response, unreadable.problem());
        }
        log.error("request failed path={}", endpoint.path(), failure);
        return answers.problem(
                response, Problem.of(500, "internal-error", "The service failed; see its log"));
    }
}
