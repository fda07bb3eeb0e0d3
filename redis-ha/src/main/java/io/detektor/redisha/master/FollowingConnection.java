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
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One generation after the other, each to the master of its time. */
final class FollowingConnection implements MasterConnection {

    private final NodeConnector connector;
    private final SentinelMonitor monitor;
    private final String purpose;
    private final Consumer<FollowingConnection> onClose;

    /** Guards the two fields below; held for field access only, never while waiting. */
    private final Object lock = new Object();

    private @Nullable NodeAddress node;
    private @Nullable CompletableFuture<StatefulRedisConnection<String, byte[]>> current;
    private boolean closed;

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
            Function<RedisAsyncCommands<String, byte[]>, ? extends CompletionStage<T>> commands) {
        CompletableFuture<StatefulRedisConnection<String, byte[]>> generation;
        synchronized (lock) {
            generation = closed ? null : usable();
        }
        if (generation == null) {
            return CompletableFuture.failedFuture(
                    new MasterUnavailableException(
                            closed
                                    ? "connection '" + purpose + "' is closed"
                                    : "no master is known"));
        }
        return generation
                .exceptionallyCompose(failure -> {
                    drop(generation, failure);
                    return CompletableFuture.failedFuture(
                            new MasterUnavailableException(
                                    "master: cannot connect, " + Causes.text(failure), failure));
                })
                .thenCompose(connection ->
                        commands.apply(connection.async())
                                .toCompletableFuture()
                                .whenComplete((result, failure) -> {
                                    if (failure != null) {
                                        judge(generation, connection, failure);
                                    }
                                }));
    }

    private @Nullable CompletableFuture<StatefulRedisConnection<String, byte[]>> usable() {
        CompletableFuture<StatefulRedisConnection<String, byte[]>> existing = current;
        boolean broken =
                existing != null
                        && existing.state() == java.util.concurrent.Future.State.SUCCESS
                        && !existing.join().isOpen();
        if (existing != null && !broken) {
            return existing;
        }
        NodeAddress master = monitor.view().master();
        if (master == null) {
            return null;
        }
        node = master;
        current = connector.connectMaster(master, purpose);
        return current;
    }

    /** A command failed: does that say something about the node? */
    private void judge(
            CompletableFuture<StatefulRedisConnection<String, byte[]>> generation,
            StatefulRedisConnection<String, byte[]> connection,
            Throwable failure) {
        Throwable cause = Causes.unwrap(failure);
        boolean demoted = cause instanceof RedisReadOnlyException;
        boolean silent = cause instanceof RedisCommandTimeoutException;
        boolean executed = cause instanceof RedisCommandExecutionException;
        if (demoted || silent || (!executed && !connection.isOpen())) {
            drop(generation, failure);
        }
    }

    private void drop(
            CompletableFuture<StatefulRedisConnection<String, byte[]>> generation,
            Throwable failure) {
        synchronized (lock) {
            if (current == generation) {
                current = null;
                node = null;
            }
        }
        closeWhenMade(generation);
        monitor.suspectMaster(purpose + ": " + Causes.text(failure));
    }

    /** Gives up the connection unless it is to this node. */
    void follow(@Nullable NodeAddress master) {
        CompletableFuture<StatefulRedisConnection<String, byte[]>> old = null;
        synchronized (lock) {
            if (current != null && node != null && !node.equals(master)) {
                old = current;
                current = null;
                node = null;
            }
        }
        if (old != null) {
            closeWhenMade(old);
        }
    }

    private static void closeWhenMade(
            CompletableFuture<StatefulRedisConnection<String, byte[]>> generation) {
        var _ =
                generation.thenAccept(connection -> {
                    var _ = connection.closeAsync();
                });
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
