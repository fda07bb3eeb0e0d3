package io.detektor.redisha.autoconfigure;

import io.detektor.redisha.durability.GroupCommitWriter;
import io.detektor.redisha.durability.WriterStatistics;
import io.detektor.redisha.metrics.RedisHaMeters;
import io.detektor.redisha.sentinel.SentinelMonitor;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/** Meters, where the application has a registry for them. */
@AutoConfiguration(after = RedisHaAutoConfiguration.class)
@ConditionalOnClass(MeterBinder.class)
@ConditionalOnBean(GroupCommitWriter.class)
public final class RedisHaMetricsAutoConfiguration {

    @Bean
    RedisHaMeters redisHaMeters(
            SentinelMonitor monitor, GroupCommitWriter writer, WriterStatistics statistics) {
        return new RedisHaMeters(monitor, writer, statistics);
    }
}
