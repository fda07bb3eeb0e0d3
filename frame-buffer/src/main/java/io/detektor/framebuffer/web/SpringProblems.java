package io.detektor.framebuffer.web;

import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.reactive.result.method.annotation.ResponseEntityExceptionHandler;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Gives the problems that Spring itself finds the types that all others have. */
@RestControllerAdvice
class SpringProblems extends ResponseEntityExceptionHandler {

    @Override
    protected Mono<ResponseEntity<Object>> handleExceptionInternal(
            Exception failure,
            @Nullable Object body,
            @Nullable HttpHeaders headers,
            HttpStatusCode status,
            ServerWebExchange exchange) {
        return super.handleExceptionInternal(failure, body, headers, status, exchange)
                .doOnNext(answer -> {
                    if (answer.getBody() instanceof ProblemDetail problem) {
                        problem.setType(URI.create(type(status).uri()));
                        problem.setInstance(instance(exchange.getRequest().getPath().value()));
                    }
                });
    }

    /** Spring would take the path as it is, and fail where it is no URI, such as {@code //}. */
    private static URI instance(String path) {
        try {
            return new URI(path);
        } catch (URISyntaxException e) {
            return URI.create("/");
        }
    }

    private static ProblemType type(HttpStatusCode status) {
        return switch (status.value()) {
            case 404 -> ProblemType.NOT_FOUND;
            case 405 -> ProblemType.METHOD_NOT_ALLOWED;
            case 415 -> ProblemType.UNSUPPORTED_MEDIA_TYPE;
            default ->
                    status.is5xxServerError()
                            ? ProblemType.INTERNAL_ERROR
                            : ProblemType.BAD_REQUEST;
        };
    }
}
