package io.detektor.framebuffer.deadletter;

import io.detektor.framebuffer.stream.DeadLetter;
import io.detektor.framebuffer.stream.DeadLetters;
import io.detektor.framebuffer.web.Answers;
import io.detektor.framebuffer.web.FrameEndpoint;
import io.detektor.framebuffer.web.Parameters;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** {@code GET /dlq/frames}: dead letters without their frames, oldest first. */
@Component
final class ListEndpoint implements FrameEndpoint {

    private static final int MOST = 100;

    private final DeadLetters letters;
    private final Answers answers;

    ListEndpoint(DeadLetters letters, Answers answers) {
        this.letters = letters;
        this.answers = answers;
    }

    @Override
    public HttpMethod method() {
        return HttpMethod.GET;
    }

    @Override
    public String path() {
        return "/dlq/frames";
    }

    @Override
    public Mono<Void> handle(ServerHttpRequest request, ServerHttpResponse response) {
        int count = Parameters.clamped(request, "count", 20, MOST);
        String reason = Letters.reason(request);
        String after =
                Parameters.text(request, "after", Letters.ID, "the id of a dead letter, as listed");
        return Letters.answer(
                response,
                answers,
                false,
                letters.list(after, reason, count),
                found -> answers.value(response, page(found, count)));
    }

    /** A full page names where the next one begins. */
    private static Map<String, Object> page(List<DeadLetter> found, int count) {
        Map<String, Object> page = new LinkedHashMap<>();
        page.put("dead_letters", found.stream().map(DeadLetterView::of).toList());
        page.put("count", found.size());
        if (found.size() == count) {
            page.put("next_after", found.getLast().id());
        }
        return page;
    }
}
