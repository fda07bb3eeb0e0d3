package io.detektor.redisha.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.detektor.redisha.NodeAddress;
import io.detektor.redisha.connect.ConnectionSettings;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.mock.env.MockEnvironment;

class RedisHaAutoConfigurationTests {

    private static final String NODES =
            "spring.data.redis.sentinel.nodes=10.0.0.5:26379,10.0.0.6:26379,10.0.0.7:26379";
    private static final String MASTER = "spring.data.redis.sentinel.master=mymaster";

    /** Beans are made when asked for, so that no test here waits for a Redis. */
    private final ApplicationContextRunner context =
            new ApplicationContextRunner()
                    .withConfiguration(
                            AutoConfigurations.of(
                                    DataRedisAutoConfiguration.class,
                                    RedisHaAutoConfiguration.class))
                    .withPropertyValues("spring.main.lazy-initialization=true")
                    .withInitializer(application ->
                            application.addBeanFactoryPostProcessor(
                                    new LazyInitializationBeanFactoryPostProcessor()));

    @Test
    void takesNodesMasterAndPasswordsFromSpringsOwnProperties() {
        context.withPropertyValues(
                        NODES,
                        MASTER,
                        "spring.data.redis.username=app",
                        "spring.data.redis.password=secret1",
                        "spring.data.redis.sentinel.password=secret2",
                        "spring.data.redis.database=3")
                .run(application -> {
                    ConnectionSettings settings = application.getBean(ConnectionSettings.class);
                    assertThat(settings.sentinels())
                            .containsExactly(
                                    new NodeAddress("10.0.0.5", 26379),
                                    new NodeAddress("10.0.0.6", 26379),
                                    new NodeAddress("10.0.0.7", 26379));
                    assertThat(settings.masterName()).isEqualTo("mymaster");
                    assertThat(settings.node().username()).isEqualTo("app");
                    assertThat(settings.node().password()).isEqualTo("secret1");
                    assertThat(settings.sentinel().password()).isEqualTo("secret2");
                    assertThat(settings.database()).isEqualTo(3);
                    assertThat(settings.fallback()).isNull();
                    assertThat(settings.toString())
                            .doesNotContain("secret1")
                            .doesNotContain("secret2");
                });
    }

    @Test
    void aHostThatIsWrittenDownIsTheFallback() {
        context.withPropertyValues(NODES, MASTER, "spring.data.redis.host=10.0.0.9")
                .run(application ->
                        assertThat(application.getBean(ConnectionSettings.class).fallback())
                                .isEqualTo(new NodeAddress("10.0.0.9", 6379)));
    }

    @Test
    void withoutSentinelsItIsASingleRedis() {
        context.withPropertyValues("spring.data.redis.host=10.0.0.9")
                .run(application -> {
                    ConnectionSettings settings = application.getBean(ConnectionSettings.class);
                    assertThat(settings.hasSentinels()).isFalse();
                    assertThat(settings.fallback()).isEqualTo(new NodeAddress("10.0.0.9", 6379));
                });
    }

    @ParameterizedTest
    @CsvSource({"redis-1", "'redis-1:26379,redis-2'", "redis-1:x"})
    void aNodeWithoutPortIsNamedWithWhatToTypeInstead(String nodes) {
        context.withPropertyValues(MASTER, "spring.data.redis.sentinel.nodes=" + nodes)
                .run(application -> {
                    Throwable failure = failureOf(application);
                    MockEnvironment environment = new MockEnvironment();
                    environment.setProperty("spring.data.redis.sentinel.nodes", nodes);
                    FailureAnalysis analysis =
                            new RedisHaFailureAnalyzer(environment).analyze(failure);
                    assertThat(analysis).isNotNull();
                    assertThat(analysis.getDescription())
                            .isEqualTo(
                                    "spring.data.redis.sentinel.nodes: '"
                                            + nodes
                                            + "' (expected: host:port, comma-separated,"
                                            + " each with its port)");
                    assertThat(analysis.getAction()).contains("26379");
                });
    }

    @ParameterizedTest
    @CsvSource({
        "redis-ha.writer.connections=0",
        "redis-ha.writer.max-batch-appends=0",
        "redis-ha.writer.acknowledgement=maybe",
        "redis-ha.monitor.poll-interval=1ms",
        "redis-ha.monitor.command-timeout=soon",
    })
    void aWrongSettingIsRefused(String property) {
        String name = property.substring(property.lastIndexOf('.') + 1, property.indexOf('='));
        context.withPropertyValues(NODES, MASTER, property)
                .run(application ->
                        assertThat(plain(chain(failureOf(application, RedisHaProperties.class))))
                                .contains(plain(name)));
    }

    @Test
    void somethingElsesFailureIsLeftToOthers() {
        assertThat(
                        new RedisHaFailureAnalyzer(new StandardEnvironment())
                                .analyze(new IllegalStateException("other")))
                .isNull();
    }

    private static Throwable failureOf(org.springframework.context.ApplicationContext application) {
        return failureOf(application, ConnectionSettings.class);
    }

    private static Throwable failureOf(
            org.springframework.context.ApplicationContext application, Class<?> bean) {
        try {
            application.getBean(bean);
        } catch (RuntimeException e) {
            return e;
        }
        throw new AssertionError(bean + " was made (expected: a failure)");
    }

    /** Binding names a setting as it is typed, validation as the record spells it. */
    private static String plain(String text) {
        return text.replace("-", "").toLowerCase(Locale.ROOT);
    }

    private static String chain(Throwable failure) {
        StringBuilder all = new StringBuilder();
        for (Throwable each = failure; each != null; each = each.getCause()) {
            all.append(each).append('\n');
        }
        return all.toString();
    }
}
