package io.detektor.loadtester.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.detektor.loadtester.measure.Latencies;
import io.detektor.loadtester.plan.LoadPlan;
import io.detektor.loadtester.plan.TargetPlan;
import io.detektor.loadtester.report.RunResult;
import io.detektor.loadtester.stream.ServerSnapshot;
import io.detektor.loadtester.stream.Topology;
import io.detektor.loadtester.verify.StreamProof;
import io.detektor.localset.LocalSet;
import io.detektor.localset.Node;
import io.detektor.redisha.NodeAddress;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.RedisClient;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A checker that was never seen to fail proves nothing: each trick is played on a real stream. */
class CheckerCaughtLyingIntegrationTests {

    private static final String STREAM = "load-test-checker";
    private static final Duration SHORT = Duration.ofSeconds(1);

    private static final LocalSet SET = LocalSet.builder().replicas(1).start();
    private static final RedisClient CLIENT = RedisClient.create();

    private interface Trick {
        void play(RedisCommands<String, byte[]> redis, StreamMessage<String, byte[]> entry);
    }

    @BeforeAll
    static void whole() {
        SET.awaitReplicas(Duration.ofSeconds(30));
    }

    @AfterAll
    static void stop() {
        CLIENT.shutdown();
        SET.close();
    }

    @Test
    void aCleanRunPasses() {
        RunResult result =
                Sessions.run(
                        SET,
                        Sessions.plan(
                                SET, STREAM, TargetPlan.Ack.IN_SYNC, 500, Duration.ofSeconds(3), 2),
                        LoadSession.BeforeReadBack.NOTHING);

        assertThat(result.verdict().reasons()).isEmpty();
        assertThat(result.verdict().outcome()).isEqualTo("PASS");
        assertThat(result.verdict().exitCode()).isZero();
        assertThat(result.counts().acked()).isEqualTo(1500);
        assertThat(result.proof().replicas()).singleElement().matches(StreamProof::holds);
        assertThat(result.proof().deliveries())
                .singleElement()
                .satisfies(delivery -> assertThat(delivery.delivered()).isEqualTo(1500))
                .satisfies(delivery -> assertThat(delivery.undelivered()).isZero());
        assertThat(result.rates().sent()).isBetween(499.5, 500.5);
        // the master answers before the replica has it
        Latencies.Summary master = Objects.requireNonNull(result.latency().masterReply());
        assertThat(master.count()).isEqualTo(1500);
        assertThat(master.mean()).isPositive().isLessThan(result.latency().ackService().mean());
        assertThat(result.generator().lagP99Us()).isPositive();
        assertThat(result.generator().saturated()).isFalse();
        for (Topology topology : Arrays.asList(result.target().before(), result.target().after())) {
            assertThat(Objects.requireNonNull(topology).nodes())
                    .hasSize(2)
                    .allSatisfy(node -> {
                        ServerSnapshot server = Objects.requireNonNull(node.server());
                        assertThat(server.info()).containsKeys("used_memory", "maxmemory_policy");
                        assertThat(server.slowlogLength()).isNotNull();
                    });
        }
    }

    @Test
    void aDeletedEntryIsLost() {
        RunResult result = run((redis, entry) -> redis.xdel(STREAM, entry.getId()));

        assertThat(master(result).lost()).isEqualTo(1);
        assertThat(result.proof().replicas().getFirst().lost()).isEqualTo(1);
        assertThat(result.verdict().exitCode()).isEqualTo(4);
        assertThat(result.verdict().reasons()).contains("1 lost");
    }

    @Test
    void aCopiedEntryIsDuplicated() {
        RunResult result = run((redis, entry) -> redis.xadd(STREAM, entry.getBody()));

        assertThat(master(result).duplicated()).isEqualTo(1);
        assertThat(result.verdict().exitCode()).isEqualTo(4);
    }

    @Test
    void aForgedEntryIsUnexpected() {
        RunResult result =
                run((redis, entry) -> {
                    Map<String, byte[]> forged = new LinkedHashMap<>(entry.getBody());
                    String id = new String(field(entry, "id"), StandardCharsets.US_ASCII);
                    forged.put("id", (id + "00000").getBytes(StandardCharsets.US_ASCII));
                    redis.xadd(STREAM, forged);
                });

        assertThat(master(result).unexpected()).isEqualTo(1);
        assertThat(result.verdict().exitCode()).isEqualTo(4);
    }

    @Test
    void aChangedByteIsCorrupted() {
        RunResult result =
                run((redis, entry) -> {
                    // an entry cannot be changed: the last one is put in its place
                    Map<String, byte[]> damaged = new LinkedHashMap<>(entry.getBody());
                    byte[] data = field(entry, "data").clone();
                    data[100] ^= 1;
                    damaged.put("data", data);
                    redis.xdel(STREAM, entry.getId());
                    redis.xadd(STREAM, damaged);
                });

        assertThat(master(result).corrupted()).isEqualTo(1);
        assertThat(master(result).lost()).isZero();
        // and it has not the id under which it was confirmed
        assertThat(master(result).moved()).isEqualTo(1);
        assertThat(result.verdict().exitCode()).isEqualTo(4);
    }

    @Test
    void anEntryThatOnlyAConsumerSawIsAPhantom() {
        RunResult result =
                Sessions.run(
                        SET,
                        Sessions.plan(SET, STREAM, TargetPlan.Ack.IN_SYNC, 200, SHORT, 1),
                        master ->
                                play(master, (redis, entry) -> redis.xdel(STREAM, entry.getId())));

        assertThat(result.proof().deliveries())
                .singleElement()
                .satisfies(delivery -> assertThat(delivery.phantom()).isEqualTo(1))
                .satisfies(delivery -> assertThat(delivery.undelivered()).isZero());
        assertThat(master(result).lost()).isEqualTo(1);
        assertThat(result.verdict().exitCode()).isEqualTo(4);
    }

    @Test
    void aRunWithoutAConfirmationProvesNothing() {
        Node replica = SET.node("replica");
        SET.holdBack(replica);
        LoadPlan plan = Sessions.plan(SET, STREAM, TargetPlan.Ack.IN_SYNC, 3, SHORT, 0);

        RunResult result =
                Sessions.run(
                        SET,
                        Sessions.withTimeout(plan, Duration.ofMillis(500)),
                        _ -> {
                            SET.release(replica);
                            SET.awaitReplicas(Duration.ofSeconds(30));
                        });

        assertThat(result.counts().acked()).isZero();
        assertThat(result.counts().unknown()).isEqualTo(3);
        assertThat(master(result).recovered()).isEqualTo(3);
        assertThat(result.verdict().outcome()).isEqualTo("INCONCLUSIVE");
        assertThat(result.verdict().exitCode()).isEqualTo(5);
        assertThat(result.verdict().reasons()).contains("nothing was confirmed");
    }

    private static RunResult run(Trick trick) {
        return Sessions.run(
                SET,
                Sessions.plan(SET, STREAM, TargetPlan.Ack.IN_SYNC, 200, SHORT, 0),
                master -> play(master, trick));
    }

    private static void play(NodeAddress master, Trick trick) {
        command(
                master.host(),
                master.port(),
                redis ->
                        trick.play(
                                redis,
                                redis.xrevrange(STREAM, Range.unbounded(), Limit.from(1))
                                        .getFirst()));
    }

    private static void command(
            String host, int port, java.util.function.Consumer<RedisCommands<String, byte[]>> use) {
        try (StatefulRedisConnection<String, byte[]> connection =
                CLIENT.connect(
                        RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE),
                        io.lettuce.core.RedisURI.create(host, port))) {
            use.accept(connection.sync());
        }
    }

    private static byte[] field(StreamMessage<String, byte[]> entry, String name) {
        return Objects.requireNonNull(entry.getBody().get(name));
    }

    private static StreamProof master(RunResult result) {
        return Objects.requireNonNull(result.proof().master());
    }
}
