package io.detektor.framebuffer.buffer;

import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;

@EnableScheduling
@Configuration(proxyBeanMethods = false)
class BufferConfiguration {

    @Bean
    InstantSource clock() {
        return InstantSource.system();
    }
}
