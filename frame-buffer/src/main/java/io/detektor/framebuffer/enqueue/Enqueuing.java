package io.detektor.framebuffer.enqueue;

import io.detektor.framebuffer.buffer.Admission;
import io.detektor.framebuffer.enqueue.EnqueueResult.Malformed;
import io.detektor.framebuffer.frame.Frame;
import io.detektor.framebuffer.frame.MalformedFrameException;
import io.detektor.framebuffer.settings.FrameBufferProperties;
import io.detektor.framebuffer.stream.FrameAppend;
import io.detektor.framebuffer.trace.FrameObservations;
import io.detektor.framebuffer.web.Bodies;
import io.detektor.framebuffer.web.Problem;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** The way of one frame from body to answer, whatever form it has. */
@Component
final class Enqueuing {

    private final EnqueueService service;
    private final Submissions submissions;
    private final EnqueueAnswers answers;
    private final Admission admission;
    private final Bodies bodies;
    private final FrameObservations observations;
    private final int maxBody;

    Enqueuing(
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
    }

    /**
     * Enqueues what a request holds.
     *
     * @param expected what the body should be, for people
     * @param parse makes a frame of the body, or throws {@link MalformedFrameException}
     */
    Mono<Void> one(
            ServerHttpRequest request,
            ServerHttpResponse response,
            String expected,
            Function<byte[], Frame> parse) {
        HttpHeaders headers = request.getHeaders();
        String key = Submissions.key(headers);
        return bodies.read(
                request,
                maxBody,
                body -> {
                    Frame frame;
                    try {
                        frame = parse.apply(body);
                    } catch (MalformedFrameException e) {
                        service.malformed();
                        return answers.write(
                                response, new Malformed(String.valueOf(e.getMessage()), expected));
                    }
                    return enqueue(request, response, frame, key);
                });
    }

    private Mono<Void> enqueue(
            ServerHttpRequest request,
            ServerHttpResponse response,
            Frame frame,
            @Nullable String key) {
        Problem refusal = admission.refusal(frame.body().length);
        if (refusal != null) {
            service.refused(1);
            return answers.write(response, refusal);
        }
        FrameObservations.Enqueuing observed = observations.enqueuing(request);
        FrameAppend append = submissions.append(frame, key, observed.traceparent());
        // suppressCancel: once begun, an append goes on to its end
        return Mono.fromFuture(observed.until(service.enqueue(append)), true)
                .flatMap(result -> answers.write(response, result));
    }
}
