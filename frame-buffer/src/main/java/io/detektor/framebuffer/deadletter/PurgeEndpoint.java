package io.detektor.framebuffer.deadletter;

import io.detektor.framebuffer.stream.DeadLetters;
import io.detektor.framebuffer.web.Answers;
import io.detektor.framebuffer.web.FrameEndpoint;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * {@code POST /frames/dlq/clear}: removes all dead letters for good, or those of one {@code
 * reason}.
 */
@Component
final class PurgeEndpoint implements FrameEndpoint {

    private final DeadLetters letters;
    private final Answers answers;

    PurgeEndpoint(DeadLetters letters, Answers answers) {
        this.letters = letters;
        this.answers = answers;
    }

    @Override
    public HttpMethod method() {
        return HttpMethod.POST;
    }

    @Override
    public String path() {
        return "/frames/dlq/clear";
    }

    @Override
    public Mono<Void> handle(ServerHttpRequest request, ServerHttpResponse response) {
        return Letters.answer(
                response,
                answers,
                true,
                letters.purge(Letters.reason(request)),
                removed -> {
                    Map<String, Object> cleared = new LinkedHashMap<>();
                    cleared.put("status", "cleared");
                    cleared.put("message", "DLQ cleared successfully");
                    cleared.put("cleared_count", removed);
                    return answers.value(response, cleared);
                });
    }
}
