package io.detektor.loadtester.stream;

import io.detektor.loadtester.fault.NodeProbe;
import io.detektor.loadtester.plan.RedisPlan;
import io.detektor.redisha.NodeAddress;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Speaks to one node at an address, whatever its role: for looking, never for writing messages.
 * Thread-safe.
 */
public final class NodeClient implements NodeProbe, AutoCloseable {

    private static final Duration PROBE = Duration.ofMillis(500);
    private static final Duration READ = Duration.ofSeconds(20);

    private final RedisClient client = RedisClient.create();
    private final RedisPlan plan;

    NodeClient(RedisPlan plan) {
        this.plan = plan;
        client.setOptions(
                ClientOptions.builder()
                        .autoReconnect(false)
                        .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                        .socketOptions(SocketOptions.builder().connectTimeout(PROBE).build())
                        .build());
    }

    /** A connection for reading; the caller closes it. */
    StatefulRedisConnection<String, byte[]> open(NodeAddress address) {
        return open(address, READ);
    }

    private StatefulRedisConnection<String, byte[]> open(NodeAddress address, Duration timeout) {
        RedisURI.Builder uri =
                RedisURI.Builder.redis(address.host(), address.port())
                        .withTimeout(timeout)
                        .withClientName("load-tester");
        if (!plan.password().isEmpty()) {
            if (plan.username().isEmpty()) {
                uri.withPassword(plan.password().toCharArray());
            } else {
                uri.withAuthentication(plan.username(), plan.password().toCharArray());
            }
        }
        return client.connect(
                RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE), uri.build());
    }

    @Override
    public NodeState probe(NodeAddress address) {
        try (StatefulRedisConnection<String, byte[]> connection = open(address, PROBE)) {
            List<Object> role = connection.sync().role();
            return switch (text(role.getFirst())) {
                case "master" -> new NodeState(true, Role.MASTER, false);
                case "slave" ->
                        new NodeState(true, Role.REPLICA, text(role.get(3)).equals("connected"));
                case "sentinel" -> new NodeState(true, Role.SENTINEL, false);
                default -> new NodeState(true, Role.NONE, false);
            };
        } catch (RedisException e) {
            return NodeState.SILENT;
        }
    }

    /**
     * A node's {@code INFO}; empty when it does not answer.
     *
     * @param section as {@code INFO} takes it
     */
    String info(NodeAddress address, String section) {
        try (StatefulRedisConnection<String, byte[]> connection = open(address, PROBE)) {
            return connection.sync().info(section);
        } catch (RedisException e) {
            return "";
        }
    }

    /** All that a node says of itself; null when it does not answer, or this user may not ask. */
    @Nullable ServerSnapshot snapshot(NodeAddress address) {
        try (StatefulRedisConnection<String, byte[]> connection = open(address, PROBE)) {
            String info = connection.sync().info("everything");
            return ServerSnapshot.of(info, slowlogLength(connection));
        } catch (RedisException e) {
            return null;
        }
    }

    /** Null where this user may not ask. */
    private static @Nullable Long slowlogLength(
            StatefulRedisConnection<String, byte[]> connection) {
        try {
            return connection.sync().slowlogLen();
        } catch (RedisCommandExecutionException e) {
            return null;
        }
    }

    /** The value of one line of an {@code INFO}; empty when it is not there. */
    static String line(String info, String name) {
        return info.lines()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).trim())
                .findFirst()
                .orElse("");
    }

    private static String text(Object reply) {
        return reply instanceof byte[] bytes
                ? new String(bytes, StandardCharsets.UTF_8)
                : String.valueOf(reply);
    }

    @Override
    public void close() {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }
}
