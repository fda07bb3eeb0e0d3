package io.detektor.redisha.connect;

import io.detektor.redisha.NodeAddress;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultEventLoopGroupProvider;
import io.lettuce.core.resource.EpollProvider;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * Opens connections to single nodes, each for one generation: no reconnect, no replay, no buffering
 * of commands while disconnected.
 *
 * <p>Thread-safe. Closing it closes every connection that it opened.
 */
public final class NodeConnector implements AutoCloseable {

    /** Keys and field names are UTF-8 text, values are bytes. */
    public static final RedisCodec<String, byte[]> CODEC =
            RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

    private static final Duration SHUTDOWN = Duration.ofSeconds(1);

    private final ConnectionSettings settings;
    private final DefaultEventLoopGroupProvider loops;
    private final ClientResources resources;
    private final EventExecutor eventLoop;
    private final RedisClient client;

    /**
     * @param ioThreads event loops for all connections of this connector; with one, everything that
     *     concerns them happens on that one thread
     */
    public NodeConnector(ConnectionSettings settings, int ioThreads) {
        this.settings = settings;
        this.loops = new DefaultEventLoopGroupProvider(ioThreads);
        // latency is measured where it means something, not for each command in the driver
        this.resources =
                ClientResources.builder()
                        .eventLoopGroupProvider(loops)
                        .commandLatencyRecorder(CommandLatencyRecorder.disabled())
                        .build();
        this.client = RedisClient.create(resources);
        client.setOptions(options(settings));
        this.eventLoop = loops.allocate(groupOfDriver()).next();
    }

    /** The kind of event loop group that the driver asks for when it connects. */
    @SuppressWarnings("deprecation") // by Netty; the driver still names this class
    private static Class<? extends EventLoopGroup> groupOfDriver() {
        return EpollProvider.isAvailable()
                ? EpollProvider.getResources().eventLoopGroupClass()
                : NioEventLoopGroup.class;
    }

    /** One of the event loops; the only one where the connector was made with one. */
    public EventExecutor eventLoop() {
        return eventLoop;
    }

    private static ClientOptions options(ConnectionSettings settings) {
        ClientOptions.Builder builder = ClientOptions.builder();
        SslOptions tls = settings.tls();
        if (tls != null) {
            builder.sslOptions(tls);
        }
        return builder.autoReconnect(false)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .maintNotificationsConfig(MaintNotificationsConfig.disabled())
                .socketOptions(sockets(settings.commandTimeout(), settings.connectTimeout()))
                .timeoutOptions(TimeoutOptions.enabled())
                .build();
    }

    /**
     * Socket options for a set that fails over in seconds: a peer that vanished without a word is
     * given up after a few command timeouts, not after the kernel's quarter of an hour.
     */
    public static SocketOptions sockets(Duration commandTimeout, Duration connectTimeout) {
        return SocketOptions.builder()
                .connectTimeout(connectTimeout)
                .keepAlive(
                        SocketOptions.KeepAliveOptions.builder()
                                .enable()
                                .idle(Duration.ofSeconds(5))
                                .interval(Duration.ofSeconds(2))
                                .count(3)
                                .build())
                .tcpUserTimeout(
                        SocketOptions.TcpUserTimeoutOptions.builder()
                                .enable()
                                .tcpUserTimeout(commandTimeout.multipliedBy(3))
                                .build())
                .tcpNoDelay(true)
                .build();
    }

    /** The settings that this connector was made with. */
    public ConnectionSettings settings() {
        return settings;
    }

    /** Connects to a data node, whatever its role. */
    public CompletableFuture<StatefulRedisConnection<String, byte[]>> connect(
            NodeAddress node, String purpose) {
        RedisURI uri = uri(node, settings.node(), purpose);
        uri.setDatabase(settings.database());
        return client.connectAsync(CODEC, uri).toCompletableFuture();
    }

    /**
     * Connects to a data node and asks its role.
     *
     * @return fails with {@link NotMasterException} when it says that it is none; the connection is
     *     closed then
     */
    public CompletableFuture<StatefulRedisConnection<String, byte[]>> connectMaster(
            NodeAddress node, String purpose) {
        return connect(node, purpose)
                .thenCompose(connection ->
                        role(connection)
                                .handle((role, failure) -> {
                                    if (role instanceof Role.Master) {
                                        return CompletableFuture.completedFuture(connection);
                                    }
                                    var _ = connection.closeAsync();
                                    return CompletableFuture
                                            .<StatefulRedisConnection<String, byte[]>>failedFuture(
                                                    role != null
                                                            ? new NotMasterException(node, role)
                                                            : failure);
                                })
                                .thenCompose(stage -> stage));
    }

    /** Asks a node for its role. */
    public static CompletionStage<Role> role(StatefulRedisConnection<String, byte[]> connection) {
        return connection.async().role().thenApply(reply -> Role.parse((List<?>) reply));
    }

    /** Connects to a Sentinel; RESP3, so that questions and events share the connection. */
    public CompletableFuture<StatefulRedisPubSubConnection<String, String>> connectSentinel(
            NodeAddress sentinel) {
        return client.connectPubSubAsync(
                        StringCodec.UTF8, uri(sentinel, settings.sentinel(), "monitor"))
                .toCompletableFuture();
    }

    private RedisURI uri(
            NodeAddress node, ConnectionSettings.Credentials credentials, String purpose) {
        RedisURI.Builder builder =
                RedisURI.Builder.redis(node.host(), node.port())
                        .withSsl(settings.tls() != null)
                        .withTimeout(settings.commandTimeout())
                        .withClientName("redis-ha:" + purpose);
        String password = credentials.password();
        if (password != null) {
            String username = credentials.username();
            if (username != null) {
                builder.withAuthentication(username, password.toCharArray());
            } else {
                builder.withPassword(password.toCharArray());
            }
        }
        return builder.build();
    }

    @Override
    public void close() {
        client.shutdown(Duration.ZERO, SHUTDOWN);
        resources
                .shutdown(0, SHUTDOWN.toMillis(), TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(SHUTDOWN.toMillis());
        loops.shutdown(0, SHUTDOWN.toMillis(), TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(SHUTDOWN.toMillis());
    }
}
