package io.detektor.redisha;

import io.detektor.localset.LocalSet;
import io.detektor.localset.Node;
import io.detektor.redisha.connect.ConnectionSettings;
import io.detektor.redisha.connect.ConnectionSettings.Credentials;
import io.detektor.redisha.connect.NodeConnector;
import io.detektor.redisha.durability.Acknowledgement;
import io.detektor.redisha.durability.DegradedWrites;
import io.detektor.redisha.durability.GroupCommitWriter;
import io.detektor.redisha.durability.StreamAppend;
import io.detektor.redisha.durability.WriteOutcome;
import io.detektor.redisha.durability.WriterSettings;
import io.detektor.redisha.durability.WriterStatistics;
import io.detektor.redisha.master.FollowingConnections;
import io.detektor.redisha.sentinel.MajorityMonitor;
import io.lettuce.core.Range;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.sentinel.api.StatefulRedisSentinelConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The library against a local set, as the auto-configuration wires it. */
public final class Rig implements AutoCloseable {

    private final NodeConnector control;
    private final NodeConnector writing;
    public final MajorityMonitor monitor;
    public final FollowingConnections connections;
    public final WriterStatistics statistics = new WriterStatistics();
    public final GroupCommitWriter writer;

    public Rig(LocalSet set) {
        this(set.masterName(), set.sentinels(), null, defaults());
    }

    public Rig(
            String masterName,
            List<String> sentinels,
            @Nullable NodeAddress fallback,
            WriterSettings settings) {
        ConnectionSettings to =
                new ConnectionSettings(
                        masterName,
                        sentinels.stream().map(NodeAddress::parse).toList(),
                        fallback,
                        Credentials.NONE,
                        Credentials.NONE,
                        0,
                        null,
                        Duration.ofSeconds(1),
                        Duration.ofMillis(500));
        control = new NodeConnector(to, 2);
        writing = new NodeConnector(to, 1);
        monitor = new MajorityMonitor(control, Duration.ofMillis(200), InstantSource.system());
        try {
            monitor.start(Duration.ofSeconds(3));
        } catch (RuntimeException e) {
            writing.close();
            control.close();
            throw e;
        }
        connections = new FollowingConnections(control, monitor);
        writer = new GroupCommitWriter(writing, monitor, settings, statistics);
    }

    public static WriterSettings defaults() {
        return settings(Acknowledgement.IN_SYNC, DegradedWrites.ACCEPT);
    }

    public static WriterSettings settings(
            Acknowledgement acknowledgement, DegradedWrites degraded) {
        return new WriterSettings(
                acknowledgement,
                degraded,
                3,
                256,
                4 << 20,
                100_000,
                256 << 20,
                Duration.ofMinutes(10),
                "redis-ha");
    }

    public static StreamAppend entry(String stream, String value, Duration timeout) {
        return new StreamAppend(stream, List.of(bytes("value"), bytes(value)), null, 0, timeout);
    }

    public CompletableFuture<WriteOutcome> append(String stream, String value) {
        return writer.append(entry(stream, value, Duration.ofSeconds(10)));
    }

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Asks one node directly, whatever its role. */
    public static <T> T ask(Node node, Function<RedisCommands<String, String>, T> question) {
        return ask(new NodeAddress(node.host(), node.port()), question);
    }

    public static <T> T ask(NodeAddress node, Function<RedisCommands<String, String>, T> question) {
        try (RedisClient client =
                        RedisClient.create(
                                RedisURI.Builder.redis(node.host(), node.port())
                                        .withTimeout(Duration.ofSeconds(5))
                                        .build());
                StatefulRedisConnection<String, String> connection = client.connect()) {
            return question.apply(connection.sync());
        }
    }

    /** Orders a failover without any of the precautions of a planned switch. */
    public static void failover(Node sentinel, String masterName) {
        try (RedisClient client = RedisClient.create();
                StatefulRedisSentinelConnection<String, String> connection =
                        client.connectSentinel(
                                RedisURI.Builder.redis(sentinel.host(), sentinel.port()).build())) {
            connection.sync().failover(masterName);
        }
    }

    /** The values of a stream on one node, in order. */
    public static List<String> values(Node node, String stream) {
        return values(new NodeAddress(node.host(), node.port()), stream);
    }

    /** The values of a stream on one node, in order. */
    public static List<String> values(NodeAddress node, String stream) {
        return ask(
                node,
                commands ->
                        commands.xrange(stream, Range.unbounded()).stream()
                                .map(StreamMessage::getBody)
                                .map(body -> String.valueOf(body.get("value")))
                                .toList());
    }

    @Override
    public void close() {
        writer.close();
        connections.close();
        monitor.close();
        writing.close();
        control.close();
    }
}
