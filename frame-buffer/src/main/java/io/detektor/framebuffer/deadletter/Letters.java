package io.detektor.framebuffer.deadletter;

import io.detektor.framebuffer.web.Answers;
import io.detektor.framebuffer.web.FrameEndpoint;
import io.detektor.framebuffer.web.Parameters;
import io.detektor.framebuffer.web.Problem;
import io.detektor.framebuffer.web.ProblemException;
import io.detektor.framebuffer.web.ProblemType;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import reactor.core.publisher.Mono;

/** What the endpoints of dead letters share. */
final class Letters {

    private static final Logger log = LoggerFactory.getLogger(Letters.class);

    static final Pattern ID = Pattern.compile("[0-9]{1,19}-[0-9]{1,19}");

    private static final Pattern REASON = Pattern.compile("[a-zA-Z0-9_.-]{1,100}");

    private Letters() {}

    /** The id in the path {@code /dlq/frames/{id}}. */
    static String id(ServerHttpRequest request) {
        String id = FrameEndpoint.segment(request, 2);
        if (!ID.matcher(id).matches()) {
            throw new ProblemException(
                    Problem.parameter("dead letter id", id, "milliseconds-number, as listed"));
        }
        return id;
    }

    /** The parameter {@code reason}, or null. */
    static @Nullable String reason(ServerHttpRequest request) {
        return Parameters.text(
                request, "reason", REASON, "a reason, such as buffer_full or max_deliveries");
    }

    static ProblemException notFound(String id) {
        return new ProblemException(
                Problem.wrong(
                        ProblemType.NOT_FOUND, "dead letter id", id, "one that is still there"));
    }

    /**
     * Answers when Redis has.
     *
     * @param changing whether something may have happened when it does not
     */
    static <T> Mono<Void> answer(
            ServerHttpResponse response,
            Answers answers,
            boolean changing,
            CompletableFuture<T> asked,
            Function<T, Mono<Void>> answer) {
        // a change goes on to its end, whoever waits for it
        return Mono.fromFuture(asked, changing)
                .onErrorMap(failure -> {
                    log.debug("dead letters: no answer", failure);
                    return new ProblemException(
                            changing ? Problem.unconfirmed() : Problem.redisUnavailable());
                })
                .flatMap(answer)
                .onErrorResume(
                        ProblemException.class,
                        wrong ->
                                wrong.problem().status() >= 500
                                        ? answers.problem(
                                                response, wrong.problem(), Duration.ofSeconds(1))
                                        : Mono.error(wrong));
    }
}
