package io.detektor.framebuffer.web;

import io.detektor.framebuffer.settings.FrameBufferProperties;
import io.netty.channel.ChannelException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Hooks;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;

/** Limits for which Spring Boot has no property: clients that do not finish sending or reading. */
@Component
final class HttpServerLimits implements NettyServerCustomizer {

    private static final Logger log = LoggerFactory.getLogger(HttpServerLimits.class);

    private final FrameBufferProperties settings;

    HttpServerLimits(FrameBufferProperties settings) {
        this.settings = settings;
    }

    @Override
    public HttpServer apply(HttpServer server) {
        Hooks.onErrorDropped(HttpServerLimits::dropped);
        return server.requestTimeout(settings.http().requestTimeout())
                .doOnChannelInit((_, channel, _) ->
                        channel.pipeline()
                                .addBefore(
                                        NettyPipeline.HttpTrafficHandler,
                                        "lingeringClose",
                                        new LingeringClose(settings.http().requestTimeout()))
                                .addBefore(
                                        NettyPipeline.HttpTrafficHandler,
                                        "deliveryHandler",
                                        new DeliveryHandler(settings.dequeue().writeTimeout())));
    }

    /**
     * Reactor Netty tells a request that timed out of its error twice: once too often to log it.
     * The same when its client has gone.
     */
    private static void dropped(Throwable failure) {
        if (failure instanceof ChannelException || Disconnection.is(failure)) {
            log.debug("error after the end", failure);
        } else {
            log.error("error after the end", failure);
        }
    }
}
