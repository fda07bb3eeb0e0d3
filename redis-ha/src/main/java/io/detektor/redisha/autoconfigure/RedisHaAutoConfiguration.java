package io.detektor.redisha.autoconfigure;

import io.detektor.redisha.connect.ConnectionSettings;
import io.detektor.redisha.connect.NodeConnector;
import io.detektor.redisha.durability.ConfirmedCommands;
import io.detektor.redisha.durability.DurableCommands;
import io.detektor.redisha.durability.DurableWriter;
import io.detektor.redisha.durability.GroupCommitWriter;
import io.detektor.redisha.durability.WriterStatistics;
import io.detektor.redisha.master.FollowingConnections;
import io.detektor.redisha.master.MasterConnections;
import io.detektor.redisha.sentinel.MajorityMonitor;
import io.detektor.redisha.sentinel.SentinelMonitor;
import java.time.Duration;
import java.time.InstantSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.data.redis.autoconfigure.LettuceClientOptionsBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Follows the Redis master and confirms writes, with the nodes, the master name and the passwords
 * of {@code spring.data.redis.*}. Without Sentinel nodes there it works with the single Redis of
 * {@code spring.data.redis.host}.
 */
@AutoConfiguration(before = DataRedisAutoConfiguration.class)
@EnableConfigurationProperties(RedisHaProperties.class)
public final class RedisHaAutoConfiguration {

    /** How long the start of the application waits for a first master before it goes on without. */
    private static final Duration FIRST_MASTER = Duration.ofSeconds(3);

    @Bean
    @ConditionalOnMissingBean
    ConnectionSettings redisHaConnectionSettings(
            DataRedisConnectionDetails details,
            Environment environment,
            RedisHaProperties properties) {
        return ConnectionSettingsFactory.create(details, environment, properties.monitor());
    }

    @Bean
    NodeConnector redisHaControlConnector(ConnectionSettings settings) {
        return new NodeConnector(settings, 2);
    }

    @Bean
    @ConditionalOnMissingBean(SentinelMonitor.class)
    MajorityMonitor redisHaSentinelMonitor(
            NodeConnector redisHaControlConnector, RedisHaProperties properties) {
        MajorityMonitor monitor =
                new MajorityMonitor(
                        redisHaControlConnector,
                        properties.monitor().pollInterval(),
                        InstantSource.system());
        monitor.start(FIRST_MASTER);
        return monitor;
    }

    @Bean
    @ConditionalOnMissingBean(MasterConnections.class)
    FollowingConnections redisHaMasterConnections(
            NodeConnector redisHaControlConnector, SentinelMonitor monitor) {
        return new FollowingConnections(redisHaControlConnector, monitor);
    }

    @Bean
    @ConditionalOnMissingBean
    WriterStatistics redisHaWriterStatistics() {
        return new WriterStatistics();
    }

    /** One event loop: the writer's state is confined to it. */
    @Bean
    NodeConnector redisHaWriterConnector(ConnectionSettings settings) {
        return new NodeConnector(settings, 1);
    }

    @Bean
    @ConditionalOnMissingBean(DurableWriter.class)
    GroupCommitWriter redisHaDurableWriter(
            NodeConnector redisHaWriterConnector,
            SentinelMonitor monitor,
            RedisHaProperties properties,
            WriterStatistics statistics) {
        return new GroupCommitWriter(
                redisHaWriterConnector, monitor, properties.writer().toSettings(), statistics);
    }

    @Bean
    @ConditionalOnMissingBean(DurableCommands.class)
    ConfirmedCommands redisHaDurableCommands(
            MasterConnections connections, SentinelMonitor monitor, RedisHaProperties properties) {
        return new ConfirmedCommands(
                connections,
                monitor,
                properties.writer().degradedWrites(),
                properties.writer().keyPrefix());
    }

    /**
     * Spring's own connections, for code that uses templates: short timeouts, no silent replay of
     * commands, no long back-off.
     */
    @Bean
    LettuceClientOptionsBuilderCustomizer redisHaClientOptions(ConnectionSettings settings) {
        return SpringConnections.options(settings);
    }

    /** Spring's own connections follow the master too. */
    @Bean
    SpringConnections redisHaSpringConnections(
            SentinelMonitor monitor, ObjectProvider<LettuceConnectionFactory> factories) {
        return new SpringConnections(monitor, factories);
    }
}
