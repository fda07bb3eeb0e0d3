package io.detektor.framebuffer.web;

import io.detektor.framebuffer.trace.RequestObservations;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
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

    /** Endpoints of each exact path, by method. */
    private final Map<String, Map<HttpMethod, FrameEndpoint>> exact = new HashMap<>();

    /** Endpoints of each path with a segment that stands for any. */
    private final Map<String, Map<HttpMethod, FrameEndpoint>> open = new LinkedHashMap<>();

    private final Answers answers;
    private final AccessGuard guard;
    private final RequestObservations observations;

    FrameEndpoints(
            List<FrameEndpoint> endpoints,
            Answers answers,
            AccessGuard guard,
            RequestObservations observations) {
        for (FrameEndpoint endpoint : endpoints) {
            String path = endpoint.path();
            Map<HttpMethod, FrameEndpoint> before =
                    (path.contains("*") ? open : exact)
                            .computeIfAbsent(path, _ -> new LinkedHashMap<>());
            if (before.putIfAbsent(endpoint.method(), endpoint) != null) {
                throw new IllegalStateException(
                        "endpoint: " + endpoint.method() + " " + path + " (expected: only one)");
            }
        }
        this.answers = answers;
        this.guard = guard;
        this.observations = observations;
    }

    @Override
    public HttpHandler apply(HttpHandler spring) {
        return (request, response) -> {
            Map<HttpMethod, FrameEndpoint> endpoints = endpoints(request.getURI().getRawPath());
            return endpoints == null
                    ? spring.handle(withAnyAnswer(request), response)
                    : observations.observed(
                            endpoints.values().iterator().next().path(),
                            request,
                            response,
                            observed -> handle(endpoints, observed, response));
        };
    }

    /**
     * As version 1 did: a wish for another type than there is gets the type that there is. Spring
     * would refuse, and without a body that says why.
     */
    private static ServerHttpRequest withAnyAnswer(ServerHttpRequest request) {
        List<String> wishes = request.getHeaders().get(HttpHeaders.ACCEPT);
        if (wishes == null) {
            return request;
        }
        String wished = String.join(", ", wishes);
        String accepted;
        try {
            List<MediaType> types = MediaType.parseMediaTypes(wished);
            // JSON is UTF-8; Spring would try to write it in another charset, and fail
            boolean plain = types.stream().allMatch(type -> type.getCharset() == null);
            accepted = types.isEmpty() || !plain ? "*/*" : wished + ", */*;q=0.01";
        } catch (InvalidMediaTypeException e) {
            accepted = "*/*";
        }
        return request.mutate().header(HttpHeaders.ACCEPT, accepted).build();
    }

    private @Nullable Map<HttpMethod, FrameEndpoint> endpoints(String path) {
        Map<HttpMethod, FrameEndpoint> found = exact.get(path);
        if (found != null) {
            return found;
        }
        for (Map.Entry<String, Map<HttpMethod, FrameEndpoint>> each : open.entrySet()) {
            if (matches(each.getKey(), path)) {
                return each.getValue();
            }
        }
        return null;
    }

    private static boolean matches(String pattern, String path) {
        String[] wanted = pattern.split("/", -1);
        String[] given = path.split("/", -1);
        if (wanted.length != given.length) {
            return false;
        }
        for (int i = 0; i < wanted.length; i++) {
            if (!wanted[i].equals("*") && !wanted[i].equals(given[i])) {
                return false;
            }
        }
        return true;
    }

    private Mono<Void> handle(
            Map<HttpMethod, FrameEndpoint> endpoints,
            ServerHttpRequest request,
            ServerHttpResponse response) {
        FrameEndpoint endpoint = endpoints.get(request.getMethod());
        if (endpoint == null) {
            String allowed =
                    endpoints.keySet().stream()
                            .map(HttpMethod::name)
                            .collect(Collectors.joining(", "));
            response.getHeaders().set(HttpHeaders.ALLOW, allowed);
            return answers.problem(
                            response,
                            Problem.wrong(
                                    ProblemType.METHOD_NOT_ALLOWED,
                                    "method",
                                    request.getMethod().name(),
                                    allowed))
                    // where HEAD asks, nothing was written yet
                    .then(Mono.defer(response::setComplete));
        }
        if (!guard.admits(request)) {
            response.getHeaders().set(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
            return answers.problem(response, AccessGuard.REFUSAL);
        }
        Mono<Void> answer;
        try {
            answer = endpoint.handle(request, response);
        } catch (ProblemException e) {
            answer = Mono.error(e);
        }
        return answer.onErrorResume(failure -> failed(endpoint, response, failure));
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
        if (failure instanceof ProblemException wrong) {
            if (failure instanceof UnreadableBodyException) {
                response.getHeaders().set(HttpHeaders.CONNECTION, "close");
            }
            return wrong.problem().status() == 429
                    ? answers.problem(response, wrong.problem(), Duration.ofSeconds(1))
                    : answers.problem(response, wrong.problem());
        }
        log.error("request failed path={}", endpoint.path(), failure);
        return answers.problem(
                response,
                Problem.of(ProblemType.INTERNAL_ERROR, "The service failed; see its log"));
    }
}
