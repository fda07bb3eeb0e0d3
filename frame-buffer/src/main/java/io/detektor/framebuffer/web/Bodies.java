package io.detektor.framebuffer.web;

import io.netty.channel.ChannelException;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.server.reactive.ServerHttpRequest;
import reactor.core.publisher.Mono;

/** Reads request bodies. */
public final class Bodies {

    private static final byte[] EMPTY = {};

    private Bodies() {}

    /**
     * Reads a whole body, and no more of it than the limit.
     *
     * @param limit most bytes
     * @return the bytes, none for no body; fails, where the client sends too much or too slowly,
     *     with what {@link FrameEndpoints} answers
     */
    public static Mono<byte[]> read(ServerHttpRequest request, int limit) {
        long announced = request.getHeaders().getContentLength();
        if (announced > limit) {
            return Mono.error(tooLarge(announced + " bytes", limit));
        }
        return DataBufferUtils.join(request.getBody(), limit)
                .map(Bodies::bytes)
                .defaultIfEmpty(EMPTY)
                .onErrorMap(
                        DataBufferLimitException.class,
                        _ -> tooLarge("more than " + limit + " bytes", limit))
                // the server's own name for a request that timed out is not public
                .onErrorMap(ChannelException.class, _ -> tooSlow());
    }

    private static byte[] bytes(DataBuffer buffer) {
        byte[] bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        return bytes;
    }

    private static UnreadableBodyException tooLarge(String length, int limit) {
        return new UnreadableBodyException(
                Problem.wrong(
                        413, "frame-too-large", "body", length, "at most " + limit + " bytes"));
    }

    private static UnreadableBodyException tooSlow() {
        return new UnreadableBodyException(
                Problem.of(408, "request-timeout", "The request did not come in time"));
    }
}
