package io.detektor.redisha.autoconfigure;

import io.detektor.redisha.health.RedisHaHealthIndicator;
import io.detektor.redisha.master.MasterConnections;
import io.detektor.redisha.sentinel.SentinelMonitor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.data.redis.autoconfigure.health.DataRedisHealthContributorAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.health.DataRedisReactiveHealthContributorAutoConfiguration;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/**
 * Puts the truth in the place of Boot's own Redis health, which is UP as soon as any node answers.
 */
@AutoConfiguration(
        after = RedisHaAutoConfiguration.class,
        before = {
            DataRedisHealthContributorAutoConfiguration.class,
            DataRedisReactiveHealthContributorAutoConfiguration.class
        })
@ConditionalOnClass(HealthIndicator.class)
public final class RedisHaHealthAutoConfiguration {

    @Bean
    @ConditionalOnMissingBean(name = {"redisHealthIndicator", "redisHealthContributor"})
    RedisHaHealthIndicator redisHealthContributor(
            SentinelMonitor monitor, MasterConnections connections, RedisHaProperties properties) {
        return new RedisHaHealthIndicator(
                monitor, connections, properties.monitor().commandTimeout());
    }
}
