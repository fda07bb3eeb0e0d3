package io.detektor.loadtester.stream;

import io.detektor.redisha.autoconfigure.RedisHaAutoConfiguration;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;

/** The application context of a run: redis-ha and what it stands on, and nothing else to start. */
@SpringBootConfiguration(proxyBeanMethods = false)
@ImportAutoConfiguration({RedisHaAutoConfiguration.class, DataRedisAutoConfiguration.class})
class RedisContext {}
