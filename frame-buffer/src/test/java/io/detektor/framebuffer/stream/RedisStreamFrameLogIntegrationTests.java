package io.detektor.framebuffer.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.detektor.framebuffer.metrics.FrameBufferMeters;
import io.detektor.framebuffer.settings.FrameBufferProperties;
import io.detektor.localset.LocalSet;
import io.detektor.redisha.autoconfigure.RedisHaAutoConfiguration;
import io.detektor.redisha.durability.DurableCommands;
import io.detektor.redisha.durability.DurableWriter;
import io.detektor.redisha.master.MasterConnection;
import io.detektor.redisha.master.MasterConnections;
import io.lettuce.core.Range;
import io.lettuce.core.XReadArgs;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.data.redis.autoconfigure.DataRedisAutoConfiguration;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.ConfigurableApplicationContext;

/** The contract on real Redis, and what only Redis can do. */
class RedisStreamFrameLogIntegrationTests extends FrameLogContractTests {

    private static final Duration MIN_IDLE = Duration.ofMillis(400);

    private static LocalSet set;
    private static ConfigurableApplicationContext redisHa;
    private static MasterConnection redis;

    private final String suffix = UUID.randomUUID().toString();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final FrameBufferMeters meters = new FrameBufferMeters(registry);
    private final List<RedisStreamFrameLog> logs = new ArrayList<>();

    @TestConfiguration(proxyBeanMethods = false)
    @ImportAutoConfiguration({DataRedisAutoConfiguration.class, RedisHaAutoConfiguration.class})
    static class RedisHa {}

    @BeforeAll
    static void start() {
        set = LocalSet.builder().start();
        redisHa =
                new SpringApplicationBuilder(RedisHa.class)
                        .web(WebApplicationType.NONE)
                        .run(
                                "--spring.data.redis.sentinel.master=" + set.masterName(),
                                "--spring.data.redis.sentinel.nodes="
                                        + String.join(",", set.sentinels()));
        redis = redisHa.getBean(MasterConnections.class).open("test");
    }

    @AfterAll
    static void stop() {
        redisHa.close();
        set.close();
    }

    @AfterEach
    void close() {
        logs.forEach(RedisStreamFrameLog::close);
    }

    @Override
    FrameLog open(String consumer) {
        // A later minIdle than the tests last, except where a test is about it.
        return open(consumer, consumer.equals("alive") ? MIN_IDLE : Duration.ofMinutes(5));
    }

    private RedisStreamFrameLog open(String consumer, Duration minIdle) {
        RedisStreamFrameLog log =
                new RedisStreamFrameLog(
                        redisHa.getBean(DurableWriter.class),
                        redisHa.getBean(DurableCommands.class),
                        redisHa.getBean(MasterConnections.class),
                        settings(consumer, minIdle),
                        meters);
        logs.add(log);
        return log;
    }

    private FrameBufferProperties settings(String consumer, Duration minIdle) {
        Map<String, Object> values = new HashMap<>();
        values.put("streams.frames", key("frames"));
        values.put("streams.metadata", key("metadata"));
        values.put("streams.dead-letters", key("dlq"));
        values.put("streams.max-frames", MAX_FRAMES);
        values.put("consumer.group", "group");
        values.put("consumer.name", consumer);
        values.put("consumer.min-idle", minIdle);
        values.put("consumer.forget-after", minIdle);
        values.put("consumer.timeout", "5s");
        values.put("enqueue.timeout", "10s");
        values.put("dequeue.write-timeout", "100ms");
        return new Binder(new MapConfigurationPropertySource(values))
                .bind("", FrameBufferProperties.class)
                .get();
    }

    private String key(String name) {
        return name + "-" + suffix;
    }

    @Override
    void addMetadata(Map<String, String> fields) {
        Map<String, byte[]> body = new LinkedHashMap<>();
        fields.forEach((name, value) -> body.put(name, value.getBytes(UTF_8)));
        join(redis.call(commands -> commands.xadd(key("metadata"), body)));
    }

    @Override
    void afterTheIdleTime(FrameLog log) {
        // its own upkeep does the rest, after MIN_IDLE
    }

    @Test
    void theEntryHoldsTheBytesThatWereSent() {
        append(open("a"), "{\"frame_id\": 7}", null);

        var entries =
                join(redis.call(commands -> commands.xrange(key("frames"), Range.unbounded())));

        assertThat(entries).hasSize(1);
        assertThat(entries.getFirst().getBody()).containsOnlyKeys("frame");
        assertThat(entries.getFirst().getBody().get("frame"))
                .asString(UTF_8)
                .isEqualTo("{\"frame_id\": 7}");
    }

    @Test
    void aGroupThatVanishedIsCreatedAgainAndSkipsNothing() {
        FrameLog log = open("a");
        appendNumbered(log, 2);
        log.acknowledge(take(log, 1));
        await().untilAsserted(() -> assertThat(sizes(log).frames()).isEqualTo(1));

        join(redis.call(commands -> commands.xgroupDestroy(key("frames"), "group")));
        appendNumbered(log, 1);

        assertThat(frameIds(take(log, 10))).containsExactly("1", "0");
    }

    @Test
    void aVanishedStreamIsServedAgainWhenItIsThereAgain() {
        FrameLog log = open("a");
        appendNumbered(log, 2);
        take(log, 1);

        join(redis.call(commands -> commands.del(key("frames"), key("metadata"))));

        assertThat(take(log, 10).frames()).isEmpty();
        appendNumbered(log, 1);
        assertThat(frameIds(take(log, 10))).containsExactly("0");
    }

    @Test
    void anEntryThatSomebodyDeletedIsCountedAndHoldsNothingUp() {
        FrameLog log = open("a");
        appendNumbered(log, 3);
        FrameBatch batch = take(log, 3);
        String deleted = batch.frames().get(1).id().toString();
        join(redis.call(commands -> commands.xdel(key("frames"), deleted)));

        log.giveBack(batch);

        assertThat(frameIds(take(log, 10))).containsExactly("0", "2");
        assertThat(
                        registry.get("frame.buffer.consumer.frames.dropped")
                                .tag("reason", "vanished")
                                .counter()
                                .count())
                .isEqualTo(1);
    }

    @Test
    void anEntryOfAnotherWriterIsServedAsItsFields() {
        Map<String, byte[]> body = Map.of("note", "by hand".getBytes(UTF_8));
        join(redis.call(commands -> commands.xadd(key("frames"), body)));

        assertThat(texts(take(open("a"), 1)).getFirst())
                .contains("\"note\":\"by hand\"", "\"frame_id\":\"unknown\"");
    }

    @Test
    void aStreamWithAnotherGroupKeepsItsEntries() {
        FrameLog log = open("a");
        addMetadata(Map.of("frame_id", "0"));
        join(
                redis.call(commands ->
                        commands.xgroupCreate(
                                XReadArgs.StreamOffset.from(key("metadata"), "0"), "others")));

        log.acknowledge(take(log, 1));

        await().untilAsserted(() ->
                assertThat(
                                join(redis.call(commands ->
                                        commands.xpending(key("metadata"), "group")))
                                        .getCount())
                        .isZero());
        assertThat(sizes(log).metadata()).isEqualTo(1);
    }

    @Test
    void framesNobodyAcknowledgesComeBackByThemselves() {
        RedisStreamFrameLog log = open("a", MIN_IDLE);
        appendNumbered(log, 1);
        take(log, 1);

        await().untilAsserted(() -> assertThat(frameIds(take(log, 1))).containsExactly("0"));
    }

    @Test
    void whatAnInstanceHeldWhenItWasStoppedIsTheNextOnesAtOnce() {
        Duration longerThanTheTest = Duration.ofMinutes(5);
        RedisStreamFrameLog stopped = open("stopped", longerThanTheTest);
        appendNumbered(stopped, 3);
        stopped.acknowledge(take(stopped, 1));
        assertThat(frameIds(take(stopped, 1))).containsExactly("1");

        stopped.close();
        FrameLog next = open("next", longerThanTheTest);

        assertThat(frameIds(take(next, 1))).containsExactly("2");
        await().untilAsserted(() -> assertThat(frameIds(take(next, 1))).containsExactly("1"));
        assertThat(sizes(next).frames()).isEqualTo(2);
    }

    @Test
    void instancesThatAreGoneAreForgotten() {
        RedisStreamFrameLog gone = open("gone", MIN_IDLE);
        appendNumbered(gone, 1);
        gone.acknowledge(take(gone, 1));
        await().untilAsserted(() -> assertThat(sizes(gone).frames()).isZero());
        assertThat(consumers()).contains("gone");
        gone.close();

        open("here", MIN_IDLE);

        await().untilAsserted(() -> assertThat(consumers()).doesNotContain("gone"));
    }

    /** What Redis says of the group's consumers. */
    private String consumers() {
        return join(redis.call(commands -> commands.xinfoConsumers(key("frames"), "group")))
                .stream()
                .flatMap(consumer -> ((List<?>) consumer).stream())
                .map(each ->
                        each instanceof byte[] bytes ? new String(bytes, UTF_8) : each.toString())
                .toList()
                .toString();
    }
}
