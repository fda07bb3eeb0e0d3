package io.detektor.framebuffer.deadletter;

import io.detektor.framebuffer.stream.DeadLetters;
import io.detektor.framebuffer.web.Answers;
import io.detektor.framebuffer.web.FrameEndpoint;
import java.util.List;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** {@code POST /dlq/frames/{id}/reprocess}: puts one frame back where it belongs. */
@Component
final class ReprocessOneEndpoint implements FrameEndpoint {

    private final DeadLetters letters;
    private final Answers answers;

    ReprocessOneEndpoint(DeadLetters letters, Answers answers) {
        this.letters = letters;
        this.answers = answers;
    }

    @Override
    public HttpMethod method() {
        return HttpMethod.POST;
    }

    @Override
    public String path() {
        return "/dlq/frames/*/reprocess";
    }

    @Override
    public Mono<Void> handle(ServerHttpRequest request, ServerHttpResponse response) {
        String id = Letters.id(request);
        return Letters.answer(
                response,
                answers,
                true,
                letters.reprocess(List.of(id)),
                done -> {
                    if (done.reprocessed() + done.failed() == 0) {
                        throw Letters.notFound(id);
                    }
                    return answers.value(response, done);
                });
    }
}
