package io.detektor.framebuffer.web;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.LastHttpContent;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Watches answers leave this process. It sits in the pipeline, because above it nobody knows: what
 * Reactor Netty's response returns is complete when the write begins, even if the client is gone by
 * then. One instance a connection.
 */
final class DeliveryHandler extends ChannelDuplexHandler {

    private final Duration writeTimeout;

    /** Who is to be told of the next answer; guarded by this. */
    private @Nullable Delivery expected;

    /** Whether the connection is closed; guarded by this. */
    private boolean closed;

    DeliveryHandler(Duration writeTimeout) {
        this.writeTimeout = writeTimeout;
    }

    /** That of a connection; null where it is closed, since then its pipeline is taken down. */
    static @Nullable DeliveryHandler of(Channel channel) {
        DeliveryHandler handler = channel.pipeline().get(DeliveryHandler.class);
        if (handler == null && channel.isActive()) {
            throw new IllegalStateException("pipeline: no delivery handler " + channel.pipeline());
        }
        return handler;
    }

    /** Has {@code delivery} told of the answer that is written next on this connection. */
    void expect(Delivery delivery) {
        synchronized (this) {
            if (!closed) {
                expected = delivery;
                return;
            }
        }
        delivery.ended(false);
    }

    /** The answer that was announced will not be written: something else goes in its place. */
    void giveUp() {
        end(take(), false);
    }

    private synchronized @Nullable Delivery take() {
        Delivery taken = expected;
        expected = null;
        return taken;
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object msg, ChannelPromise promise) {
        Delivery delivery = msg instanceof LastHttpContent ? take() : null;
        if (delivery == null) {
            var _ = ctx.write(msg, promise);
            return;
        }
        ChannelPromise watched = promise.unvoid();
        Future<?> timeout =
                ctx.executor()
                        .schedule(
                                () -> {
                                    var _ = ctx.close();
                                },
                                writeTimeout.toMillis(),
                                TimeUnit.MILLISECONDS);
        watched.addListener(written -> {
            timeout.cancel(false);
            end(delivery, written.isSuccess());
        });
        var _ = ctx.write(msg, watched);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        synchronized (this) {
            closed = true;
        }
        giveUp();
        ctx.fireChannelInactive();
    }

    private static void end(@Nullable Delivery delivery, boolean written) {
        if (delivery != null) {
            delivery.ended(written);
        }
    }
}
