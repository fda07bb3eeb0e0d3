package io.detektor.framebuffer.enqueue;

import io.detektor.framebuffer.enqueue.EnqueueResult.BufferFull;
import io.detektor.framebuffer.enqueue.EnqueueResult.Enqueued;
import io.detektor.framebuffer.enqueue.EnqueueResult.NotStored;
import io.detektor.framebuffer.enqueue.EnqueueResult.OutcomeUnknown;
import io.detektor.framebuffer.frame.MalformedFrameException;
import io.detektor.framebuffer.settings.FrameBufferProperties;
import io.detektor.framebuffer.web.Answers;
import io.detektor.framebuffer.web.Bodies;
import io.detektor.framebuffer.web.FrameEndpoint;
import io.detektor.framebuffer.web.Problem;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * {@code POST /frames/enqueue}: one JSON object, stored byte for byte.
 *
 * <ul>
 *   <li>200 means confirmed, and nothing else does.
 *   <li>503 means that the frame is not in the buffer: sending it again is safe.
 *   <li>504 means that it may be: sending it again is safe with the same {@code Idempotency-Key}. A
 *       status of its own, because clients and proxies repeat after a 503 as if nothing had
 *       happened, and know a 504 to be without an answer from behind.
 * </ul>
 */
@Component
final class EnqueueEndpoint implements FrameEndpoint {

    private static final String IDEMPOTENCY_KEY = "Idempotency-Key";

    /** Long enough for any UUID, hash or URL that people use; the key is kept in Redis. */
    private static final int LONGEST_KEY = 255;

    private static final byte[] FRAME_ID = ascii("{\"status\":\"enqueued\",\"frame_id\":");

    private final EnqueueService service;
    private final Answers answers;
    private final int maxBody;

    EnqueueEndpoint(EnqueueService service, Answers answers, FrameBufferProperties properties) {
        this.service = service;
        this.answers = answers;
        this.maxBody = Math.toIntExact(properties.enqueue().maxBodySize().toBytes());
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
        Problem wrong = wrongType(headers);
        if (wrong == null) {
            wrong = wrongKey(headers);
        }
        if (wrong != null) {
            return answers.problem(response, wrong);
        }
        String key = headers.getFirst(IDEMPOTENCY_KEY);
        return Bodies.read(request, maxBody)
                // suppressCancel: once begun, an append goes on to its end
                .flatMap(body -> Mono.fromFuture(service.enqueue(body, key), true))
                .flatMap(result -> answer(response, result))
                .onErrorResume(
                        MalformedFrameException.class,
                        e -> answers.problem(response, malformed(e)));
    }

    private Mono<Void> answer(ServerHttpResponse response, EnqueueResult result) {
        return switch (result) {
            case Enqueued enqueued -> {
                if (enqueued.repeated()) {
                    response.getHeaders().set("Idempotency-Replayed", "true");
                }
                yield answers.json(
                        response,
                        List.of(
                                FRAME_ID,
                                enqueued.frame().frameId(),
                                ascii(
                                        ",\"message_id\":\""
                                                + enqueued.messageId()
                                                + "\",\"queue_size\":"
                                                + enqueued.queueSize()
                                                + "}")));
            }
            case BufferFull(var deadLettered) ->
                    again(
                            response,
                            Problem.of(503, "buffer-full", "Buffer full")
                                    .with("outcome", "not-stored")
                                    .with("reason", "stream-full")
                                    .with("retryable", true)
                                    .with("dead_lettered", deadLettered));
            case NotStored(var reason, var detail) -> {
                Problem problem =
                        Problem.of(503, "not-stored", "The frame was not stored: " + detail)
                                .with("outcome", "not-stored")
                                .with("reason", reason.tag())
                                .with("retryable", reason.retryable());
                yield reason.retryable()
                        ? again(response, problem)
                        : answers.problem(response, problem);
            }
            case OutcomeUnknown(var reason, var detail) ->
                    again(
                            response,
                            Problem.of(
                                            504,
                                            "outcome-unknown",
                                            "The frame may have been stored: "
                                                    + detail
                                                    + ". Repeat it with the same "
                                                    + IDEMPOTENCY_KEY)
                                    .with("outcome", "unknown")
                                    .with("reason", reason.tag())
                                    .with("retryable", true));
        };
    }

    private Mono<Void> again(ServerHttpResponse response, Problem problem) {
        response.getHeaders().set(HttpHeaders.RETRY_AFTER, "1");
        return answers.problem(response, problem);
    }

    /** Version 1 took JSON under any JSON type, and under no type at all. */
    private static @Nullable Problem wrongType(HttpHeaders headers) {
        String coding = headers.getFirst(HttpHeaders.CONTENT_ENCODING);
        if (coding != null && !coding.equalsIgnoreCase("identity")) {
            return Problem.wrong(
                    415, "unsupported-media-type", HttpHeaders.CONTENT_ENCODING, coding, "none");
        }
        String type = headers.getFirst(HttpHeaders.CONTENT_TYPE);
        if (type == null || type.equals(MediaType.APPLICATION_JSON_VALUE) || isJson(type)) {
            return null;
        }
        return Problem.wrong(
                415,
                "unsupported-media-type",
                HttpHeaders.CONTENT_TYPE,
                type,
                "application/json in UTF-8");
    }

    private static boolean isJson(String text) {
        try {
            MediaType type = MediaType.parseMediaType(text);
            boolean utf8 =
                    type.getCharset() == null || type.getCharset().equals(StandardCharsets.UTF_8);
            return utf8
                    && (type.getSubtype().equals("json") || "json".equals(type.getSubtypeSuffix()));
        } catch (InvalidMediaTypeException e) {
            return false;
        }
    }

    private static @Nullable Problem wrongKey(HttpHeaders headers) {
        List<String> keys = headers.get(IDEMPOTENCY_KEY);
        if (keys == null || (keys.size() == 1 && isKey(keys.getFirst()))) {
            return null;
        }
        return Problem.wrong(
                400,
                "invalid-idempotency-key",
                IDEMPOTENCY_KEY,
                String.join(", ", keys),
                "one value of 1 to " + LONGEST_KEY + " printable ASCII characters");
    }

    private static boolean isKey(String text) {
        return !text.isBlank()
                && text.length() <= LONGEST_KEY
                && text.chars().allMatch(c -> c >= ' ' && c <= '~');
    }

    private static Problem malformed(MalformedFrameException e) {
        return Problem.wrong(
                400, "malformed-frame", "body", String.valueOf(e.getMessage()), "one JSON object");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
