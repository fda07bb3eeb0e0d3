package io.detektor.framebuffer.stream;

import io.detektor.framebuffer.metrics.FrameBufferMeters;
import io.detektor.framebuffer.settings.FrameBufferProperties;
import io.detektor.redisha.autoconfigure.RedisHaProperties;
import io.detektor.redisha.durability.DurableWriter;
import io.detektor.redisha.master.MasterConnections;
import java.time.Duration;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class FrameLogConfiguration {

    @Bean
    FrameLog frameLog(
            DurableWriter writer,
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
        return new RedisStreamFrameLog(writer, connections, settings, meters);
    }
}
