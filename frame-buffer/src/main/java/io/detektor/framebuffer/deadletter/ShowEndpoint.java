package io.detektor.framebuffer.deadletter;

import io.detektor.framebuffer.stream.DeadLetter;
import io.detektor.framebuffer.stream.DeadLetters;
import io.detektor.framebuffer.web.Answers;
import io.detektor.framebuffer.web.FrameEndpoint;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * {@code GET /dlq/frames/{id}}: one dead letter with its frame. With {@code Accept} of another type
 * than JSON it is the frame alone, as it was sent.
 */
@Component
final class ShowEndpoint implements FrameEndpoint {

    private final DeadLetters letters;
    private final Answers answers;

    ShowEndpoint(DeadLetters letters, Answers answers) {
        this.letters = letters;
        this.answers = answers;
    }

    @Override
    public HttpMethod method() {
        return HttpMethod.GET;
    }

    @Override
    public String path() {
        return "/dlq/frames/*";
    }

    @Override
    public Mono<Void> handle(ServerHttpRequest request, ServerHttpResponse response) {
        String id = Letters.id(request);
        String accept = request.getHeaders().getFirst(HttpHeaders.ACCEPT);
        boolean raw =
                accept != null
                        && (accept.startsWith("image/")
                                || accept.startsWith(MediaType.APPLICATION_OCTET_STREAM_VALUE));
        return Letters.answer(
                response,
                answers,
                false,
                letters.find(id),
                found -> {
                    DeadLetter letter = found.orElseThrow(() -> Letters.notFound(id));
                    return raw
                            ? answers.raw(
                                    response,
                                    letter.frame().contentType(),
                                    letter.frame().content())
                            : answers.json(response, 200, whole(letter));
                });
    }

    /** What is known of it, and the frame byte for byte as member {@code frame}. */
    private List<byte[]> whole(DeadLetter letter) {
        byte[] known = answers.text(DeadLetterView.of(letter));
        List<byte[]> parts = new ArrayList<>();
        parts.add(Arrays.copyOf(known, known.length - 1));
        parts.add(",\"frame\":".getBytes(StandardCharsets.US_ASCII));
        parts.addAll(letter.frame().json());
        parts.add("}".getBytes(StandardCharsets.US_ASCII));
        return parts;
    }
}
