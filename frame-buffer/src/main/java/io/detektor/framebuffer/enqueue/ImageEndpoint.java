package io.detektor.framebuffer.enqueue;

import io.detektor.framebuffer.frame.Frame;
import io.detektor.framebuffer.frame.JsonFrame;
import io.detektor.framebuffer.frame.MalformedFrameException;
import io.detektor.framebuffer.web.FrameEndpoint;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * {@code POST /frames}: the image itself, with {@code X-Frame-Id}, {@code X-Camera-Id} and {@code
 * X-Frame-Timestamp} in headers; or one JSON object, as {@link EnqueueEndpoint} takes it.
 */
@Component
final class ImageEndpoint implements FrameEndpoint {

    private final Enqueuing enqueuing;

    ImageEndpoint(Enqueuing enqueuing) {
        this.enqueuing = enqueuing;
    }

    @Override
    public HttpMethod method() {
        return HttpMethod.POST;
    }

    @Override
    public String path() {
        return "/frames";
    }

    @Override
    public Mono<Void> handle(ServerHttpRequest request, ServerHttpResponse response) {
        HttpHeaders headers = request.getHeaders();
        Submissions.checkCoding(headers);
        String type = headers.getFirst(HttpHeaders.CONTENT_TYPE);
        if (type != null && Submissions.isJson(type)) {
            return enqueuing.one(request, response, "one JSON object", JsonFrame::parse);
        }
        FrameHeaders said = FrameHeaders.read(headers);
        return enqueuing.one(request, response, "an image", body -> image(said, body));
    }

    private static Frame image(FrameHeaders said, byte[] body) {
        if (body.length == 0) {
            throw new MalformedFrameException("empty");
        }
        return said.frame(body);
    }
}
