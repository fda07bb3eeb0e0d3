package io.detektor.framebuffer.stream;

import io.detektor.framebuffer.metrics.FrameBufferMeters;
import io.detektor.framebuffer.settings.FrameBufferProperties;
import io.detektor.redisha.autoconfigure.RedisHaProperties;
import io.detektor.redisha.durability.DurableCommands;
import io.detektor.redisha.durability.DurableWriter;
import io.detektor.redisha.master.MasterConnections;
import java.time.Duration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.ContextClosedEvent;

@Configuration(proxyBeanMethods = false)
class FrameLogConfiguration {

    @Bean
    RedisStreamFrameLog frameLog(
            DurableWriter writer,
            DurableCommands durable,
            MasterConnections connections,
            FrameBufferProperties settings,
            RedisHaProperties redisHa,
            FrameBufferMeters meters) {
        Duration timeout = settings.enqueue().timeout();
        if (timeout.compareTo(redisHa.writer().idempotencyWindow()) > 0) {
            throw new InvalidConfigurationPropertyValueException(
                    "frame-buffer.enqueue.timeout",
                    timeout,
                    "Expected: at most redis-ha.writer.idempotency-window, "
                            + redisHa.writer().idempotencyWindow());
        }
        return new RedisStreamFrameLog(writer, durable, connections, settings, meters);
    }

    @Bean
    FrameLeases frameLeases(
            RedisStreamFrameLog frameLog,
            DurableWriter writer,
            DurableCommands durable,
            FrameBufferProperties settings,
            FrameBufferMeters meters) {
        ExhaustedFrames exhausted =
                new ExhaustedFrames(writer, durable, frameLog.connection(), settings, meters);
        return new RedisFrameLeases(frameLog, durable, exhausted, settings, meters);
    }

    @Bean
    DeadLetters deadLetters(
            RedisStreamFrameLog frameLog,
            DurableWriter writer,
            DurableCommands durable,
            FrameBufferProperties settings) {
        return new RedisDeadLetters(frameLog.connection(), writer, durable, settings);
    }

    /** Before the server stops: whoever waits for a frame would only hold up its end. */
    @Bean
    ApplicationListener<ContextClosedEvent> drainOnClose(ObjectProvider<RedisStreamFrameLog> log) {
        return _ -> log.ifAvailable(RedisStreamFrameLog::drain);
    }
}
