package io.detektor.redisha.sentinel;

import io.detektor.redisha.Causes;
import io.detektor.redisha.NodeAddress;
import io.detektor.redisha.connect.NodeConnector;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.ArrayOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One Sentinel: its connection, its events, its latest reply. Confined to the monitor's thread, on
 * which {@code onReply} and {@code onEvent} are called too.
 */
final class SentinelLink {

    private final NodeAddress address;
    private final NodeConnector connector;
    private final String masterName;
    private final Executor monitorThread;
    private final Runnable onReply;
    private final BiConsumer<String, String> onEvent;

    private @Nullable StatefulRedisPubSubConnection<String, String> connection;
    private boolean connecting;
    private boolean asking;
    private boolean closed;
    private @Nullable SentinelReply reply;
    private long repliedAtNanos;
    private @Nullable String failure = "not asked yet";

    SentinelLink(
            NodeAddress address,
            NodeConnector connector,
            Executor monitorThread,
            Runnable onReply,
            BiConsumer<String, String> onEvent) {
        this.address = address;
        this.connector = connector;
        this.masterName = connector.settings().masterName();
        this.monitorThread = monitorThread;
        this.onReply = onReply;
        this.onEvent = onEvent;
    }

    NodeAddress address() {
        return address;
    }

    /** The latest reply if it is younger than {@code maxAgeNanos}, else null. */
    @Nullable SentinelReply replyWithin(long nowNanos, long maxAgeNanos) {
        return reply != null && nowNanos - repliedAtNanos <= maxAgeNanos ? reply : null;
    }

    /** Why there is no reply, or null. */
    @Nullable String failure() {
        return failure;
    }

    /** Asks now, connecting first where needed. A question under way is not repeated. */
    void ask() {
        StatefulRedisPubSubConnection<String, String> open = connection;
        if (closed || connecting || asking) {
            return;
        }
        if (open == null) {
            connect();
            return;
        }
        asking = true;
        CompletableFuture<List<Object>> address =
                sentinel(open, "GET-MASTER-ADDR-BY-NAME").toCompletableFuture();
        CompletableFuture<List<Object>> master = sentinel(open, "MASTER").toCompletableFuture();
        CompletableFuture<List<Object>> replicas = sentinel(open, "REPLICAS").toCompletableFuture();
        var _ =
                CompletableFuture.allOf(address, master, replicas)
                        .thenApply(all ->
                                SentinelReply.parse(address.join(), master.join(), replicas.join()))
                        .whenCompleteAsync(
                                (answer, problem) -> answered(open, answer, problem),
                                monitorThread);
    }

    private void connect() {
        connecting = true;
        var _ =
                connector
                        .connectSentinel(address)
                        .thenCompose(made ->
                                made.async()
                                        .psubscribe("*")
                                        .toCompletableFuture()
                                        .handle((subscribed, problem) -> {
                                            if (problem != null) {
                                                var _ = made.closeAsync();
                                                throw new IllegalStateException(problem);
                                            }
                                            return made;
                                        }))
                        .whenCompleteAsync(this::connected, monitorThread);
    }

    private void connected(
            @Nullable StatefulRedisPubSubConnection<String, String> made,
            @Nullable Throwable problem) {
        connecting = false;
        if (made == null) {
            failed(problem);
            return;
        }
        if (closed) {
            var _ = made.closeAsync();
            return;
        }
        made.addListener(
                new RedisPubSubAdapter<>() {
                    @Override
                    public void message(String pattern, String channel, String message) {
                        monitorThread.execute(() -> onEvent.accept(channel, message));
                    }
                });
        connection = made;
        ask();
    }

    private void answered(
            StatefulRedisPubSubConnection<String, String> from,
            @Nullable SentinelReply answer,
            @Nullable Throwable problem) {
        asking = false;
        if (answer != null) {
            reply = answer;
            repliedAtNanos = System.nanoTime();
            failure = null;
        } else {
            failed(problem);
            if (!(Causes.unwrap(problem) instanceof RedisCommandExecutionException)) {
                // silence or a broken connection: the next question opens a new one
                var _ = from.closeAsync();
                connection = null;
            }
        }
        onReply.run();
    }

    private void failed(@Nullable Throwable problem) {
        reply = null;
        failure = Causes.text(problem);
        onReply.run();
    }

    private CompletableFuture<List<Object>> sentinel(
            StatefulRedisPubSubConnection<String, String> open, String question) {
        return open.async()
                .dispatch(
                        CommandType.SENTINEL,
                        new ArrayOutput<>(StringCodec.UTF8),
                        new CommandArgs<>(StringCodec.UTF8).add(question).add(masterName))
                .toCompletableFuture();
    }

    void close() {
        closed = true;
        StatefulRedisPubSubConnection<String, String> open = connection;
        connection = null;
        if (open != null) {
            var _ = open.closeAsync();
        }
    }
}
