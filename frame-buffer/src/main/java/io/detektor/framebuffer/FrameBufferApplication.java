package io.detektor.framebuffer;

import io.detektor.framebuffer.settings.FrameBufferProperties;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;

/** The frame-buffer service. */
@SpringBootApplication(proxyBeanMethods = false)
@EnableConfigurationProperties(FrameBufferProperties.class)
public class FrameBufferApplication {

    public static void main(String[] args) {
        SpringApplication.run(FrameBufferApplication.class, args);
    }
}
