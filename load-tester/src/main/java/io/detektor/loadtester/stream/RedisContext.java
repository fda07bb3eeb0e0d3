package io.detektor.loadtester.stream;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;

/** The application context of a run: redis-ha and what it stands on. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
class RedisContext {}
