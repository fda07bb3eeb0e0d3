package io.detektor.redisha.master;

import io.detektor.redisha.Causes;
import io.detektor.redisha.NodeAddress;
import io.detektor.redisha.connect.NodeConnector;
import io.detektor.redisha.sentinel.SentinelMonitor;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisReadOnlyException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One generation after the other, each to the master of its time. */
final class FollowingConnection implements MasterConnection {

    private final NodeConnector connector;
    private final SentinelMonitor monitor;
    private final String purpose;
    private final Consumer<FollowingConnection> onClose;

    /** Guards the two fields below; held for field access only, never while waiting. */
    private final Object lock = new Object();

    private @Nullable Generation current;
    private boolean closed;

    /** A connection from its making to its end; two are never the same. */
    private static final class Generation {
        final NodeAddress node;
        final CompletableFuture<StatefulRedisConnection<String, byte[]>> connection;

        Generation(
                NodeAddress node,
                CompletableFuture<StatefulRedisConnection<String, byte[]>> connection) {
            this.node = node;
            this.connection = connection;
        }

        boolean broken() {
            return connection.state() == Future.State.SUCCESS && !connection.join().isOpen();
        }

        void close() {
            var _ =
                    connection.thenAccept(made -> {
                        var _ = made.closeAsync();
                    });
        }
    }

    FollowingConnection(
            NodeConnector connector,
            SentinelMonitor monitor,
            String purpose,
            Consumer<FollowingConnection> onClose) {
        this.connector = connector;
        this.monitor = monitor;
        this.purpose = purpose;
        this.onClose = onClose;
    }

    @Override
    public <T> CompletableFuture<T> call(
            BiFunction<
                            NodeAddress,
                            RedisAsyncCommands<String, byte[]>,
                            ? extends CompletionStage<T>>
                    commands) {
        Generation generation = usable();
        if (generation == null) {
            return CompletableFuture.failedFuture(
                    new MasterUnavailableException(
                            "no master is known, or connection '" + purpose + "' is closed"));
        }
        return generation
                .connection
                .exceptionallyCompose(failure -> {
                    drop(generation, failure);
                    return CompletableFuture.failedFuture(
                            new MasterUnavailableException(
                                    generation.node + ": cannot connect, " + Causes.text(failure),
                                    failure));
                })
                .thenCompose(connection ->
                        commands.apply(generation.node, connection.async())
                                .toCompletableFuture()
                                .whenComplete((result, failure) -> {
                                    if (failure != null) {
                                        judge(generation, connection, failure);
                                    }
                                }));
    }

    private @Nullable Generation usable() {
        synchronized (lock) {
            if (closed) {
                return null;
            }
            Generation existing = current;
            if (existing != null && !existing.broken()) {
                return existing;
            }
            NodeAddress master = monitor.view().master();
            if (master == null) {
                return null;
            }
            Generation next = new Generation(master, connector.connectMaster(master, purpose));
            current = next;
            return next;
        }
    }

    /** A command failed: does that say something about the node? */
    private void judge(
            Generation generation,
            StatefulRedisConnection<String, byte[]> connection,
            Throwable failure) {
        Throwable cause = Causes.unwrap(failure);
        boolean demoted = cause instanceof RedisReadOnlyException;
        boolean silent = cause instanceof RedisCommandTimeoutException;
        boolean answered = cause instanceof RedisCommandExecutionException;
        if (demoted || silent || (!answered && !connection.isOpen())) {
            drop(generation, failure);
        }
    }

    private void drop(Generation generation, Throwable failure) {
        synchronized (lock) {
            if (current == generation) {
                current = null;
            }
        }
        generation.close();
        monitor.suspectMaster(purpose + ": " + Causes.text(failure));
    }

    /** Gives up the connection unless it is to this node. */
    void follow(@Nullable NodeAddress master) {
        Generation old = null;
        synchronized (lock) {
            if (current != null && !current.node.equals(master)) {
                old = current;
                current = null;
            }
        }
        if (old != null) {
            old.close();
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
        }
        follow(null);
        onClose.accept(this);
    }
}
