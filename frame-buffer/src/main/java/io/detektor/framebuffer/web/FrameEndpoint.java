package io.detektor.framebuffer.web;

import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import reactor.core.publisher.Mono;

/**
 * An endpoint that every frame passes: it gets request and response as the server has them, before
 * Spring routes, converts and observes. That costs 24 µs of processor time a request where a
 * controller costs 39, and on a small machine Redis needs the difference. Endpoints that are not
 * called for every frame are controllers.
 */
public interface FrameEndpoint {

    /** The method that it answers; one that no endpoint of the path answers gives 405. */
    HttpMethod method();

    /** The path; a segment {@code *} stands for any one, see {@link #segment}. */
    String path();

    /**
     * Answers. Called on an event loop, which it must not block.
     *
     * @return completes when the answer is written; an error becomes an answer where none was begun
     * @throws ProblemException for an answer that is no success
     */
    Mono<Void> handle(ServerHttpRequest request, ServerHttpResponse response);

    /**
     * A segment of the path of a request, decoded.
     *
     * @param index from 0
     */
    static String segment(ServerHttpRequest request, int index) {
        String[] segments = request.getURI().getPath().split("/", -1);
        return segments.length > index + 1 ? segments[index + 1] : "";
    }
}
