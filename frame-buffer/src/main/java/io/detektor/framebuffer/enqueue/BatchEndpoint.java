package io.detektor.framebuffer.enqueue;

import io.detektor.framebuffer.buffer.Admission;
import io.detektor.framebuffer.enqueue.BatchReader.Item;
import io.detektor.framebuffer.enqueue.EnqueueResult.Malformed;
import io.detektor.framebuffer.frame.JsonFrame;
import io.detektor.framebuffer.frame.MalformedFrameException;
import io.detektor.framebuffer.settings.FrameBufferProperties;
import io.detektor.framebuffer.stream.FrameAppend;
import io.detektor.framebuffer.trace.FrameObservations;
import io.detektor.framebuffer.web.Bodies;
import io.detektor.framebuffer.web.FrameEndpoint;
import io.detektor.framebuffer.web.Problem;
import io.detektor.framebuffer.web.ProblemType;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * {@code POST /frames/batch}: several frames as JSON array or one a line, stored in their order
 * with one confirmation, and an answer for each. 200 where all are enqueued; where none is and all
 * for one reason, its problem; else 207.
 */
@Component
final class BatchEndpoint implements FrameEndpoint {

    private static final Set<String> LINES =
            Set.of("application/x-ndjson", "application/ndjson", "application/jsonl");

    private final EnqueueService service;
    private final Submissions submissions;
    private final EnqueueAnswers answers;
    private final Admission admission;
    private final Bodies bodies;
    private final FrameObservations observations;
    private final int maxBody;
    private final int maxFrames;

    BatchEndpoint(
            EnqueueService service,
            Submissions submissions,
            EnqueueAnswers answers,
            Admission admission,
            Bodies bodies,
            FrameObservations observations,
            FrameBufferProperties properties) {
        this.service = service;
        this.submissions = submissions;
        this.answers = answers;
        this.admission = admission;
        this.bodies = bodies;
        this.observations = observations;
        this.maxBody = Math.toIntExact(properties.enqueue().maxBodySize().toBytes());
        this.maxFrames = properties.enqueue().maxBatchFrames();
    }

    @Override
    public HttpMethod method() {
        return HttpMethod.POST;
    }

    @Override
    public String path() {
        return "/frames/batch";
    }

    @Override
    public Mono<Void> handle(ServerHttpRequest request, ServerHttpResponse response) {
        HttpHeaders headers = request.getHeaders();
        Submissions.checkCoding(headers);
        boolean lines = isLines(headers.getFirst(HttpHeaders.CONTENT_TYPE));
        String key = Submissions.key(headers);
        return bodies.read(
                request,
                maxBody,
                body -> {
                    List<Item> items;
                    try {
                        items =
                                lines
                                        ? BatchReader.lines(body, maxFrames)
                                        : BatchReader.array(body, maxFrames);
                    } catch (MalformedFrameException e) {
                        service.malformed();
                        return answers.write(response, malformed(e));
                    }
                    Problem refusal = admission.refusal(body.length);
                    if (refusal != null) {
                        service.refused(items.size());
                        return answers.write(response, refusal);
                    }
                    FrameObservations.Enqueuing observed = observations.enqueuing(request);
                    CompletableFuture<List<EnqueueResult>> enqueued =
                            observed.until(enqueue(items, key, observed.traceparent()));
                    return Mono.fromFuture(enqueued, true)
                            .flatMap(results -> answers.write(response, results));
                });
    }

    private Problem malformed(MalformedFrameException e) {
        return Problem.wrong(
                ProblemType.MALFORMED_REQUEST,
                "body",
                String.valueOf(e.getMessage()),
                "1 to " + maxFrames + " frames, as JSON array or one a line");
    }

    private static boolean isLines(@Nullable String type) {
        if (Submissions.isJson(type)) {
            return false;
        }
        MediaType parsed = Submissions.mediaType(String.valueOf(type));
        if (parsed != null && LINES.contains(parsed.getType() + "/" + parsed.getSubtype())) {
            return true;
        }
        throw Submissions.unsupported(
                HttpHeaders.CONTENT_TYPE, type, "application/json or application/x-ndjson");
    }

    private CompletableFuture<List<EnqueueResult>> enqueue(
            List<Item> items, @Nullable String key, @Nullable String traceparent) {
        List<FrameAppend> frames = new ArrayList<>(items.size());
        for (int i = 0; i < items.size(); i++) {
            JsonFrame frame = items.get(i).frame();
            if (frame == null) {
                service.malformed();
            } else {
                frames.add(
                        submissions.append(frame, key == null ? null : key + "/" + i, traceparent));
            }
        }
        CompletableFuture<List<EnqueueResult>> enqueued =
                frames.isEmpty()
                        ? CompletableFuture.completedFuture(List.of())
                        : service.enqueueAll(frames);
        return enqueued.thenApply(results -> merged(items, results));
    }

    /** What became of the frames, and between them what is none. */
    private static List<EnqueueResult> merged(List<Item> items, List<EnqueueResult> results) {
        Iterator<EnqueueResult> next = results.iterator();
        return items.stream()
                .map(item ->
                        item.frame() == null
                                ? new Malformed(item.found(), "one JSON object")
                                : next.next())
                .toList();
    }
}
