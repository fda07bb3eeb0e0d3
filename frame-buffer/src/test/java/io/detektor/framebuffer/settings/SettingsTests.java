package io.detektor.framebuffer.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.reactor.netty.autoconfigure.NettyReactiveWebServerAutoConfiguration;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.webflux.autoconfigure.HttpHandlerAutoConfiguration;
import org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.util.unit.DataSize;

/** What people set, and what they are told when it is wrong. */
@ExtendWith(OutputCaptureExtension.class)
class SettingsTests {

    @TestConfiguration(proxyBeanMethods = false)
    @EnableConfigurationProperties(FrameBufferProperties.class)
    @ImportAutoConfiguration(DataRedisAutoConfiguration.class)
    static class Settings {}

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({
        HttpHandlerAutoConfiguration.class,
        WebFluxAutoConfiguration.class,
        NettyReactiveWebServerAutoConfiguration.class
    })
    static class Server {}

    /** Starts what reads the settings, with these environment variables. */
    private static ConfigurableApplicationContext start(
            Map<String, Object> variables, String... arguments) {
        StandardEnvironment environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .replace(
                        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                        new SystemEnvironmentPropertySource(
                                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                                variables));
        return new SpringApplicationBuilder(Settings.class)
                .environment(environment)
                .web(WebApplicationType.NONE)
                .run(arguments);
    }

    @Test
    void withoutVariablesTheDefaultsAreThoseOfVersion1() {
        try (var context = start(Map.of())) {
            FrameBufferProperties settings = context.getBean(FrameBufferProperties.class);

            assertThat(context.getEnvironment().getProperty("server.port")).isEqualTo("8002");
            assertThat(settings.streams().frames()).isEqualTo("frame_queue");
            assertThat(settings.streams().metadata()).isEqualTo("frames:metadata");
            assertThat(settings.streams().deadLetters()).isEqualTo("frame_dlq");
            assertThat(settings.streams().maxFrames()).isEqualTo(1000);
            assertThat(settings.consumer().group()).isEqualTo("frame-buffer-group");
            assertThat(settings.consumer().name()).isNotBlank();
            assertThat(settings.consumer().batchSize()).isEqualTo(10);
            assertThat(settings.consumer().pollInterval()).isEqualTo(Duration.ofSeconds(1));
            DataRedisConnectionDetails redis = context.getBean(DataRedisConnectionDetails.class);
            assertThat(redis.getSentinel()).isNotNull();
            assertThat(redis.getSentinel().getMaster()).isEqualTo("mymaster");
            assertThat(redis.getSentinel().getNodes())
                    .extracting(node -> node.host() + ":" + node.port())
                    .containsExactly("sentinel-1:26379", "sentinel-2:26379", "sentinel-3:26379");
            assertThat(context.getEnvironment().getProperty("spring.data.redis.host"))
                    .isEqualTo("redis");
        }
    }

    @Test
    void theVariablesOfVersion1KeepWorking() {
        Map<String, Object> variables = new LinkedHashMap<>();
        variables.put("PORT", "9000");
        variables.put("FRAME_QUEUE_NAME", "q");
        variables.put("DLQ_NAME", "d");
        variables.put("MAX_BUFFER_SIZE", "5");
        variables.put("REDIS_STREAM_KEY", "m:1");
        variables.put("CONSUMER_GROUP", "g");
        variables.put("CONSUMER_NAME", "n");
        variables.put("CONSUMER_BATCH_SIZE", "20");
        variables.put("CONSUMER_BLOCK_MS", "250");
        variables.put("REDIS_SENTINEL_HOSTS", "10.0.0.1:26379, 10.0.0.2:26380");
        variables.put("REDIS_MASTER_NAME", "other");
        variables.put("REDIS_HOST", "10.0.0.9");
        variables.put("REDIS_PORT", "6380");
        variables.put("REDIS_DB", "3");
        try (var context = start(variables)) {
            FrameBufferProperties settings = context.getBean(FrameBufferProperties.class);

            assertThat(context.getEnvironment().getProperty("server.port")).isEqualTo("9000");
            assertThat(settings.streams())
                    .isEqualTo(
                            new FrameBufferProperties.Streams(
                                    "q", "m:1", "d", 5, DataSize.ofMegabytes(512), 10_000));
            assertThat(settings.consumer().group()).isEqualTo("g");
            assertThat(settings.consumer().name()).isEqualTo("n");
            assertThat(settings.consumer().batchSize()).isEqualTo(20);
            assertThat(settings.consumer().pollInterval()).isEqualTo(Duration.ofMillis(250));
            DataRedisConnectionDetails redis = context.getBean(DataRedisConnectionDetails.class);
            assertThat(redis.getSentinel()).isNotNull();
            assertThat(redis.getSentinel().getMaster()).isEqualTo("other");
            assertThat(redis.getSentinel().getNodes())
                    .extracting(node -> node.host() + ":" + node.port())
                    .containsExactly("10.0.0.1:26379", "10.0.0.2:26380");
            assertThat(redis.getSentinel().getDatabase()).isEqualTo(3);
            assertThat(context.getEnvironment().getProperty("spring.data.redis.host"))
                    .isEqualTo("10.0.0.9");
        }
    }

    @Test
    void noSentinelsMeanASingleRedis() {
        Map<String, Object> variables =
                Map.of("REDIS_SENTINEL_HOSTS", "", "REDIS_HOST", "10.0.0.9", "REDIS_PORT", "6380");
        try (var context = start(variables)) {
            DataRedisConnectionDetails redis = context.getBean(DataRedisConnectionDetails.class);

            assertThat(redis.getSentinel()).isNull();
            assertThat(redis.getStandalone()).isNotNull();
            assertThat(redis.getStandalone().getHost()).isEqualTo("10.0.0.9");
            assertThat(redis.getStandalone().getPort()).isEqualTo(6380);
        }
    }

    @Test
    void springsOwnPropertiesWin() {
        try (var context =
                start(
                        Map.of("REDIS_SENTINEL_HOSTS", "10.0.0.1:1"),
                        "--spring.data.redis.sentinel.nodes=10.0.0.2:2")) {
            assertThat(context.getEnvironment().getProperty("spring.data.redis.sentinel.nodes"))
                    .isEqualTo("10.0.0.2:2");
        }
    }

    @Test
    void variablesThatAreEmptyAreAsIfNotSet() {
        Map<String, Object> variables =
                Map.of("REDIS_MASTER_NAME", "", "REDIS_HOST", "", "REDIS_PORT", "", "REDIS_DB", "");
        try (var context = start(variables)) {
            assertThat(context.getEnvironment().getProperty("spring.data.redis.port"))
                    .isEqualTo("6379");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "MAX_BUFFER_SIZE     | abc | frame-buffer.streams.max-frames, from MAX_BUFFER_SIZE:"
                        + " abc (expected: a whole number)",
                "MAX_BUFFER_SIZE     | 0   | must be greater than or equal to 1",
                "CONSUMER_BATCH_SIZE | -1  | must be greater than or equal to 1",
                "CONSUMER_BLOCK_MS   | x   | frame-buffer.consumer.poll-interval, from"
                        + " CONSUMER_BLOCK_MS: xms (expected: a duration, such as 500ms or 5s)",
                "FRAME_QUEUE_NAME    | ``  | frame-buffer.streams.frames",
                "DLQ_NAME            | frame_queue | expected: three different streams",
                "REDIS_PORT          | x   | spring.data.redis.port: x (expected: a whole number)",
            })
    void aWrongVariableIsSaidOnOneScreen(
            String variable, String value, String said, CapturedOutput output) {
        assertThatThrownBy(() -> start(Map.of(variable, value)).close())
                .isInstanceOf(Exception.class);

        assertSaid(output, said, value);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--frame-buffer.streams.max-frame=5        |"
                        + " frame-buffer.streams.max-frame: 5 (no such setting)",
                "--frame-buffer.nosuch=5                   |"
                        + " frame-buffer.nosuch: 5 (no such setting)",
                "--frame-buffer.enqueue.timeout=soon       |"
                        + " frame-buffer.enqueue.timeout: soon (expected: a duration",
                "--frame-buffer.enqueue.timeout=1h         | shorter than or equal to 60 seconds",
                "--frame-buffer.enqueue.max-body-size=1GB  | expected: 1B to 512MB",
                "--frame-buffer.enqueue.max-body-size=big  | big (expected: a size",
                "--frame-buffer.consumer.min-idle=1s       | frame-buffer.consumer.min-idle: PT1S",
            })
    void aWrongPropertyIsSaidOnOneScreen(String argument, String said, CapturedOutput output) {
        assertThatThrownBy(() -> start(Map.of(), argument).close()).isInstanceOf(Exception.class);

        assertSaid(output, said, "");
    }

    @Test
    void aPortInUseIsSaidOnOneScreen(CapturedOutput output) throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = String.valueOf(taken.getLocalPort());

            assertThatThrownBy(() ->
                            new SpringApplicationBuilder(Server.class)
                                    .web(WebApplicationType.REACTIVE)
                                    .run("--PORT=" + port, "--server.address=127.0.0.1")
                                    .close())
                    .isInstanceOf(Exception.class);

            assertSaid(output, "Port " + port + " was already in use", "");
        }
    }

    private static void assertSaid(CapturedOutput output, String property, String value) {
        List<String> lines =
                output.toString().lines().dropWhile(line -> !line.contains("FAILED")).toList();
        assertThat(lines).as(output.toString()).isNotEmpty().hasSizeLessThan(24);
        String said = String.join("\n", lines);
        assertThat(said).contains(property, value, "Action:").doesNotContain("\tat ");
    }
}
