package io.detektor.framebuffer.status;

import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;

@EnableScheduling
@Configuration(proxyBeanMethods = false)
class StatusConfiguration {

    @Bean
    InstantSource clock() {
        return InstantSource.system();
    }
}
