package io.detektor.framebuffer.stream;

import io.detektor.framebuffer.metrics.FrameBufferMeters;
import io.detektor.framebuffer.settings.FrameBufferProperties;
import io.detektor.redisha.durability.DurableWriter;
import io.detektor.redisha.master.MasterConnections;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class FrameLogConfiguration {

    @Bean
    FrameLog frameLog(
            DurableWriter writer,
            MasterConnections connections,
            FrameBufferProperties settings,
            FrameBufferMeters meters) {
        return new RedisStreamFrameLog(writer, connections, settings, meters);
    }
}
