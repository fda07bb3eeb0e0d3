package io.detektor.framebuffer.enqueue;

import io.detektor.framebuffer.buffer.Admission;
import io.detektor.framebuffer.enqueue.EnqueueResult.BufferFull;
import io.detektor.framebuffer.enqueue.EnqueueResult.Enqueued;
import io.detektor.framebuffer.enqueue.EnqueueResult.KeyReused;
import io.detektor.framebuffer.enqueue.EnqueueResult.Malformed;
import io.detektor.framebuffer.enqueue.EnqueueResult.NotStored;
import io.detektor.framebuffer.enqueue.EnqueueResult.OutcomeUnknown;
import io.detektor.framebuffer.web.Answers;
import io.detektor.framebuffer.web.Problem;
import io.detektor.framebuffer.web.ProblemType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * What became of frames, as answers.
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
final class EnqueueAnswers {

    private static final byte[] FRAME_ID = ascii("{\"status\":\"enqueued\",\"frame_id\":");

    private static final byte[] RESULTS = ascii("{\"results\":[");
    private static final byte[] COMMA = ascii(",");

    private final Answers answers;
    private final Admission admission;

    EnqueueAnswers(Answers answers, Admission admission) {
        this.answers = answers;
        this.admission = admission;
    }

    /** Answers one frame; a moment later where the buffer is nearly full. */
    Mono<Void> write(ServerHttpResponse response, EnqueueResult result) {
        if (result instanceof Enqueued enqueued) {
            if (enqueued.repeated()) {
                response.getHeaders().set("Idempotency-Replayed", "true");
            }
            Mono<Void> answer = answers.json(response, 200, text(enqueued));
            Duration delay = admission.delay();
            return delay.isZero() ? answer : Mono.delay(delay).then(answer);
        }
        return write(response, problem(result));
    }

    /** Answers a batch: a text for each frame, in their order. */
    Mono<Void> write(ServerHttpResponse response, List<EnqueueResult> results) {
        Set<ProblemType> problems = EnumSet.noneOf(ProblemType.class);
        List<byte[]> parts = new ArrayList<>();
        int enqueued = 0;
        for (EnqueueResult result : results) {
            parts.add(parts.isEmpty() ? RESULTS : COMMA);
            if (result instanceof Enqueued done) {
                enqueued++;
                parts.addAll(text(done));
            } else {
                Problem problem = problem(result);
                problems.add(problem.type());
                parts.add(answers.text(problem.members()));
            }
        }
        if (enqueued == 0 && problems.size() == 1) {
            return write(response, ofAll(results));
        }
        parts.add(
                ascii(
                        "],\"enqueued\":"
                                + enqueued
                                + ",\"failed\":"
                                + (results.size() - enqueued)
                                + "}"));
        Mono<Void> answer = answers.json(response, problems.isEmpty() ? 200 : 207, parts);
        Duration delay = admission.delay();
        return delay.isZero() ? answer : Mono.delay(delay).then(answer);
    }

    /** One problem for all of a batch. */
    private static Problem ofAll(List<EnqueueResult> results) {
        return problem(results.getFirst())
                .with("results", results.stream().map(each -> problem(each).members()).toList())
                .with("enqueued", 0)
                .with("failed", results.size());
    }

    /** Answers with a problem, and says when to come again where that helps. */
    Mono<Void> write(ServerHttpResponse response, Problem problem) {
        return Boolean.TRUE.equals(problem.more().get("retryable"))
                ? answers.problem(response, problem, admission.retryAfter(problem.type()))
                : answers.problem(response, problem);
    }

    /** UTF-8 text of one JSON object, in parts. */
    static List<byte[]> text(Enqueued enqueued) {
        return List.of(
                FRAME_ID,
                enqueued.frame().frameId(),
                ascii(
                        ",\"message_id\":\""
                                + enqueued.messageId()
                                + "\",\"queue_size\":"
                                + enqueued.queueSize()
                                + "}"));
    }

    /** The problem of a frame that was not enqueued. */
    static Problem problem(EnqueueResult result) {
        return switch (result) {
            case Enqueued enqueued ->
                    throw new IllegalArgumentException(enqueued + " (expected: not enqueued)");
            case Malformed(var found, var expected) ->
                    Problem.wrong(ProblemType.MALFORMED_FRAME, "body", found, expected);
            case KeyReused() ->
                    Problem.of(
                                    ProblemType.IDEMPOTENCY_KEY_REUSED,
                                    "The key was used for another body; nothing was stored")
                            .with("outcome", "not-stored")
                            .with("retryable", false);
            case BufferFull(var deadLettered) ->
                    Problem.of(ProblemType.BUFFER_FULL, "Buffer full")
                            .with("outcome", "not-stored")
                            .with("reason", "stream-full")
                            .with("retryable", true)
                            .with("dead_lettered", deadLettered);
            case NotStored(var reason, var detail) ->
                    Problem.of(ProblemType.NOT_STORED, "The frame was not stored: " + detail)
                            .with("outcome", "not-stored")
                            .with("reason", reason.tag())
                            .with("retryable", reason.retryable());
            case OutcomeUnknown(var reason, var detail) ->
                    Problem.of(
                                    ProblemType.OUTCOME_UNKNOWN,
                                    "The frame may have been stored: "
                                            + detail
                                            + ". Repeat it with the same "
                                            + Submissions.IDEMPOTENCY_KEY)
                            .with("outcome", "unknown")
                            .with("reason", reason.tag())
                            .with("retryable", true);
        };
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
