package io.detektor.framebuffer.web;

import io.netty.channel.Channel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import tools.jackson.databind.json.JsonMapper;

/** Writes answers of {@link FrameEndpoint}s. Thread-safe. */
@Component
public final class Answers {

    private final JsonMapper mapper;

    Answers(JsonMapper mapper) {
        this.mapper = mapper;
    }

    /**
     * Writes JSON that is already text.
     *
     * @param parts UTF-8, written one after the other; not copied
     * @return completes when the answer is on its way; whether it gets there is for {@link
     *     #deliver}
     */
    public Mono<Void> json(ServerHttpResponse response, int status, List<byte[]> parts) {
        return write(response, status, MediaType.APPLICATION_JSON, parts);
    }

    /** A value as UTF-8 text of JSON. */
    public byte[] text(Object value) {
        return mapper.writeValueAsBytes(value);
    }

    /** Writes bytes of some type. */
    public Mono<Void> raw(ServerHttpResponse response, String type, byte[] content) {
        return write(response, 200, MediaType.parseMediaType(type), List.of(content));
    }

    /** Writes a value as JSON. */
    public Mono<Void> value(ServerHttpResponse response, Object value) {
        return json(response, 200, List.of(text(value)));
    }

    /**
     * Writes an answer for one who has to know whether it got away.
     *
     * @param parts written one after the other; not copied
     * @param delivery is told in any case
     */
    public Mono<Void> deliver(
            ServerHttpRequest request,
            ServerHttpResponse response,
            MediaType type,
            List<byte[]> parts,
            Delivery delivery) {
        HttpServerRequest server = ServerHttpRequestDecorator.getNativeRequest(request);
        Channel[] channel = new Channel[1];
        server.withConnection(connection -> channel[0] = connection.channel());
        DeliveryHandler handler = DeliveryHandler.of(channel[0]);
        if (handler == null) {
            delivery.ended(false);
            return Mono.empty();
        }
        handler.expect(delivery);
        return write(response, 200, type, parts).doOnError(_ -> handler.giveUp());
    }

    /** Writes a problem that goes away by itself. */
    public Mono<Void> problem(ServerHttpResponse response, Problem problem, Duration retryAfter) {
        long seconds = Math.max(1, retryAfter.plusMillis(999).toSeconds());
        response.getHeaders().set(HttpHeaders.RETRY_AFTER, Long.toString(seconds));
        return problem(response, problem);
    }

    /** Writes a problem. */
    public Mono<Void> problem(ServerHttpResponse response, Problem problem) {
        return write(
                response,
                problem.status(),
                MediaType.APPLICATION_PROBLEM_JSON,
                List.of(mapper.writeValueAsBytes(problem.members())));
    }

    private static Mono<Void> write(
            ServerHttpResponse response, int status, MediaType type, List<byte[]> parts) {
        response.setStatusCode(HttpStatusCode.valueOf(status));
        response.getHeaders().setContentType(type);
        long length = 0;
        DataBufferFactory factory = response.bufferFactory();
        List<DataBuffer> buffers = new ArrayList<>(parts.size());
        for (byte[] part : parts) {
            length += part.length;
            buffers.add(factory.wrap(part));
        }
        response.getHeaders().setContentLength(length);
        DataBuffer whole = buffers.size() == 1 ? buffers.get(0) : factory.join(buffers);
        return response.writeWith(Mono.just(whole));
    }
}
