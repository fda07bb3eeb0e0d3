package io.detektor.framebuffer.web;

import io.detektor.framebuffer.settings.FrameBufferProperties;
import io.netty.channel.ChannelException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Reads request bodies, and bounds what all of them take at once. Thread-safe. */
@Component
public final class Bodies {

    private static final byte[] EMPTY = {};

    private final long maxInFlight;
    private final AtomicLong inFlight = new AtomicLong();

    Bodies(FrameBufferProperties settings) {
        this.maxInFlight = settings.http().maxInFlight().toBytes();
    }

    /**
     * Reads a whole body, and no more of it than the limit.
     *
     * @param limit most bytes
     * @param use what to do with the bytes, none for no body; they count as being in flight until
     *     it is done
     * @return what {@code use} gave; fails, where the client sends too much or too slowly or all
     *     clients together too much, with what {@link FrameEndpoints} answers
     */
    public <T> Mono<T> read(ServerHttpRequest request, int limit, Function<byte[], Mono<T>> use) {
        long announced = request.getHeaders().getContentLength();
        if (announced > limit) {
            return Mono.error(tooLarge(announced + " bytes", limit));
        }
        Share share = new Share();
        if (announced > 0 && !share.grow(announced)) {
            return Mono.error(tooMuch());
        }
        Flux<DataBuffer> body =
                announced > 0 ? request.getBody() : counted(request.getBody(), share);
        return DataBufferUtils.join(body, limit)
                .map(Bodies::bytes)
                .defaultIfEmpty(EMPTY)
                .onErrorMap(
                        DataBufferLimitException.class,
                        _ -> tooLarge("more than " + limit + " bytes", limit))
                // the server's own name for a request that timed out is not public
                .onErrorMap(ChannelException.class, _ -> tooSlow())
                .flatMap(use)
                .doFinally(_ -> share.end());
    }

    /** Bytes of bodies that are received or being stored just now. */
    public long inFlight() {
        return inFlight.get();
    }

    private Flux<DataBuffer> counted(Flux<DataBuffer> body, Share share) {
        return body.handle((buffer, next) -> {
            if (share.grow(buffer.readableByteCount())) {
                next.next(buffer);
            } else {
                DataBufferUtils.release(buffer);
                next.error(tooMuch());
            }
        });
    }

    /** What one request takes of the room for all. Used by one thread at a time. */
    private final class Share {

        private long bytes;

        boolean grow(long by) {
            long all = inFlight.addAndGet(by);
            // one alone always fits: its own limit is another one
            if (all > maxInFlight && all > bytes + by) {
                inFlight.addAndGet(-by);
                return false;
            }
            bytes += by;
            return true;
        }

        void end() {
            inFlight.addAndGet(-bytes);
            bytes = 0;
        }
    }

    private static byte[] bytes(DataBuffer buffer) {
        byte[] bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        return bytes;
    }

    private UnreadableBodyException tooMuch() {
        return new UnreadableBodyException(
                Problem.wrong(
                                ProblemType.TOO_MUCH_IN_FLIGHT,
                                "bytes in flight",
                                Long.toString(inFlight.get()),
                                "at most " + maxInFlight)
                        .with("outcome", "not-stored")
                        .with("retryable", true));
    }

    private static UnreadableBodyException tooLarge(String length, int limit) {
        return new UnreadableBodyException(
                Problem.wrong(
                        ProblemType.FRAME_TOO_LARGE,
                        "body",
                        length,
                        "at most " + limit + " bytes"));
    }

    private static UnreadableBodyException tooSlow() {
        return new UnreadableBodyException(
                Problem.of(ProblemType.REQUEST_TIMEOUT, "The request did not come in time"));
    }
}
