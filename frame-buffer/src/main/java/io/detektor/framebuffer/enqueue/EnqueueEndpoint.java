package io.detektor.framebuffer.enqueue;

import io.detektor.framebuffer.frame.JsonFrame;
import io.detektor.framebuffer.web.FrameEndpoint;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** {@code POST /frames/enqueue}: one JSON object, stored byte for byte. */
@Component
final class EnqueueEndpoint implements FrameEndpoint {

    private final Enqueuing enqueuing;

    EnqueueEndpoint(Enqueuing enqueuing) {
        this.enqueuing = enqueuing;
    }

    @Override
    public HttpMethod method() {
        return HttpMethod.POST;
    }

    @Override
    public String path() {
        return "/frames/enqueue";
    }

    @Override
    public Mono<Void> handle(ServerHttpRequest request, ServerHttpResponse response) {
        HttpHeaders headers = request.getHeaders();
        Submissions.checkCoding(headers);
        String type = headers.getFirst(HttpHeaders.CONTENT_TYPE);
        if (!Submissions.isJson(type)) {
            throw Submissions.unsupported(
                    HttpHeaders.CONTENT_TYPE, type, "application/json in UTF-8");
        }
        return enqueuing.one(request, response, "one JSON object", JsonFrame::parse);
    }
}
