package io.detektor.framebuffer.deadletter;

import io.detektor.framebuffer.stream.DeadLetters;
import io.detektor.framebuffer.web.Answers;
import io.detektor.framebuffer.web.Bodies;
import io.detektor.framebuffer.web.FrameEndpoint;
import io.detektor.framebuffer.web.JsonBodies;
import io.detektor.framebuffer.web.Parameters;
import java.util.List;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * {@code POST /dlq/reprocess}: puts frames back where they belong, oldest first: as many as {@code
 * max_items} says or {@code all=true}, those of one {@code reason}, or the {@code ids} in a body.
 */
@Component
final class ReprocessEndpoint implements FrameEndpoint {

    private static final int MOST = 10_000;
    private static final int MOST_IDS = 1_000;

    private final DeadLetters letters;
    private final Answers answers;
    private final Bodies bodies;

    ReprocessEndpoint(DeadLetters letters, Answers answers, Bodies bodies) {
        this.letters = letters;
        this.answers = answers;
        this.bodies = bodies;
    }

    @Override
    public HttpMethod method() {
        return HttpMethod.POST;
    }

    @Override
    public String path() {
        return "/dlq/reprocess";
    }

    @Override
    public Mono<Void> handle(ServerHttpRequest request, ServerHttpResponse response) {
        int most = Parameters.clamped(request, "max_items", 100, MOST);
        boolean all = Parameters.word(request, "all", "false", "true").equals("true");
        String reason = Letters.reason(request);
        return bodies.read(
                request,
                JsonBodies.LARGEST,
                body ->
                        Letters.answer(
                                response,
                                answers,
                                true,
                                isBlank(body)
                                        ? letters.reprocess(reason, all ? Long.MAX_VALUE : most)
                                        : letters.reprocess(ids(body)),
                                done -> answers.value(response, done)));
    }

    private static boolean isBlank(byte[] body) {
        for (byte each : body) {
            if (each > ' ' || each < 0) {
                return false;
            }
        }
        return true;
    }

    private static List<String> ids(byte[] body) {
        List<String> ids = JsonBodies.texts(JsonBodies.object(body), "ids", MOST_IDS);
        for (String id : ids) {
            if (!Letters.ID.matcher(id).matches()) {
                throw JsonBodies.wrong("id " + id, "ids of dead letters, as listed");
            }
        }
        return ids;
    }
}
