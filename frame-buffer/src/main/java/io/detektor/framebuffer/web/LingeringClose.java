package io.detektor.framebuffer.web;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connection whose client is still sending in two steps, as RFC 9112, section 9.6 asks: no
 * more is written, what comes is read and dropped, and when the client has closed or the time is
 * over the connection ends. A close with unread bytes would reset it, and a reset takes the answer
 * away from a client that has not read it yet. One instance a connection, used by its event loop.
 */
final class LingeringClose extends ChannelDuplexHandler {

    private final Duration atMost;

    /** Whether more of the latest request is to come, or could not be understood. */
    private boolean unread;

    private boolean lingering;

    /**
     * @param atMost how long a client may go on sending
     */
    LingeringClose(Duration atMost) {
        this.atMost = atMost;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (lingering) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (message instanceof HttpRequest) {
            unread = true;
        }
        if (message instanceof LastHttpContent) {
            unread = false;
        }
        if (message instanceof HttpObject part && part.decoderResult().isFailure()) {
            unread = true;
        }
        ctx.fireChannelRead(message);
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        if (!unread || lingering || !(ctx.channel() instanceof DuplexChannel channel)) {
            var _ = ctx.close(promise);
            return;
        }
        lingering = true;
        var _ = channel.shutdownOutput();
        Future<?> end =
                ctx.executor()
                        .schedule(
                                () -> {
                                    var _ = ctx.close();
                                },
                                atMost.toMillis(),
                                TimeUnit.MILLISECONDS);
        var _ =
                channel.closeFuture()
                        .addListener(_ -> {
                            end.cancel(false);
                            promise.trySuccess();
                        });
        readOn(channel);
    }

    /** Nobody above asks for more. */
    private static void readOn(Channel channel) {
        channel.config().setAutoRead(true);
    }
}
