package io.detektor.framebuffer.deadletter;

import io.detektor.framebuffer.stream.DeadLetters;
import io.detektor.framebuffer.web.Answers;
import io.detektor.framebuffer.web.FrameEndpoint;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** {@code DELETE /dlq/frames/{id}}: removes one dead letter for good. */
@Component
final class DeleteEndpoint implements FrameEndpoint {

    private final DeadLetters letters;
    private final Answers answers;

    DeleteEndpoint(DeadLetters letters, Answers answers) {
        this.letters = letters;
        this.answers = answers;
    }

    @Override
    public HttpMethod method() {
        return HttpMethod.DELETE;
    }

    @Override
    public String path() {
        return "/dlq/frames/*";
    }

    @Override
    public Mono<Void> handle(ServerHttpRequest request, ServerHttpResponse response) {
        String id = Letters.id(request);
        return Letters.answer(
                response,
                answers,
                true,
                letters.purge(List.of(id)),
                removed -> {
                    if (removed == 0) {
                        throw Letters.notFound(id);
                    }
                    return answers.value(response, Map.of("removed", removed));
                });
    }
}
