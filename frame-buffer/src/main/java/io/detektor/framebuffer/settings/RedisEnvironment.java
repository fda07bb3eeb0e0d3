package io.detektor.framebuffer.settings;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * The environment variables that tell where Redis is, as Spring Boot's own properties of lowest
 * precedence. Code and not a placeholder, because of one case: {@code REDIS_SENTINEL_HOSTS} set to
 * nothing means a single Redis, and then no Sentinel property may exist at all.
 */
class RedisEnvironment implements EnvironmentPostProcessor, Ordered {

    private static final String DEFAULT_SENTINELS =
            "sentinel-1:26379,sentinel-2:26379,sentinel-3:26379";

    @Override
    public int getOrder() {
        return ConfigDataEnvironmentPostProcessor.ORDER + 1;
    }

    @Override
    public void postProcessEnvironment(
            ConfigurableEnvironment environment, SpringApplication application) {
        Map<String, Object> properties = new LinkedHashMap<>();
        String sentinels = environment.getProperty("REDIS_SENTINEL_HOSTS", DEFAULT_SENTINELS);
        if (!sentinels.isBlank()) {
            properties.put("spring.data.redis.sentinel.nodes", sentinels);
            properties.put(
                    "spring.data.redis.sentinel.master",
                    orDefault(environment.getProperty("REDIS_MASTER_NAME"), "mymaster"));
        }
        properties.put(
                "spring.data.redis.host",
                orDefault(environment.getProperty("REDIS_HOST"), "redis"));
        properties.put(
                "spring.data.redis.port", orDefault(environment.getProperty("REDIS_PORT"), "6379"));
        properties.put(
                "spring.data.redis.database", orDefault(environment.getProperty("REDIS_DB"), "0"));
        environment
                .getPropertySources()
                .addLast(new MapPropertySource("frame-buffer environment variables", properties));
    }

    /** Compose files pass {@code NAME=} for what is not set. */
    private static String orDefault(@Nullable String value, String otherwise) {
        return value == null || value.isBlank() ? otherwise : value;
    }
}
