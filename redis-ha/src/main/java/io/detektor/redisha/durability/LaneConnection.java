package io.detektor.redisha.durability;

import io.detektor.redisha.NodeAddress;
import io.detektor.redisha.connect.NodeConnector;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.RedisCommand;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A lane's connection from its making to its end: one generation, never reconnected. On a fresh
 * connection {@code WAIT} answers at once and proves nothing. Confined to the writer's event loop.
 */
final class LaneConnection {

    /** Much less than a record is kept: one that expires has changed, too. */
    private static final long WATCH_LASTS_NANOS = Duration.ofSeconds(5).toNanos();

    private final StatefulRedisConnection<String, byte[]> connection;
    private final NodeAddress master;
    private final String script;
    private final EventExecutor loop;

    /** Replicas that the master listed as online when it last said so. */
    int onlineReplicas;

    /**
     * Whether the server knows {@code WAITAOF} (Redis 7.2 and later); believed until it says no.
     */
    boolean waitsForFsync = true;

    /** Whether this user may do all that a {@link BatchTransaction} takes. */
    private final boolean transactions;

    private boolean watching;
    private long watchedNanos;

    private LaneConnection(
            StatefulRedisConnection<String, byte[]> connection,
            NodeAddress master,
            String script,
            boolean transactions,
            EventExecutor loop) {
        this.connection = connection;
        this.master = master;
        this.script = script;
        this.transactions = transactions;
        this.loop = loop;
    }

    /**
     * Connects, verifies that the node is a master, loads the script there, and finds out whether
     * transactions are possible.
     */
    static CompletableFuture<LaneConnection> open(
            NodeConnector connector,
            NodeAddress master,
            String purpose,
            String laneKey,
            EventExecutor loop) {
        return connector
                .connectMaster(master, purpose)
                .thenCompose(connection ->
                        connection
                                .async()
                                .scriptLoad(BatchCommands.SCRIPT)
                                .thenCombine(
                                        BatchTransaction.permitted(connection, laneKey),
                                        (sha, permitted) ->
                                                new LaneConnection(
                                                        connection, master, sha, permitted, loop)));
    }

    NodeAddress master() {
        return master;
    }

    /** The SHA of the script on that node. */
    String script() {
        return script;
    }

    /** Whether this user may write batches as transactions. */
    boolean takesTransactions() {
        return transactions;
    }

    /** Whether the lane's record is watched here since this connection last wrote it. */
    boolean watches() {
        return watching && System.nanoTime() - watchedNanos < WATCH_LASTS_NANOS;
    }

    void watches(boolean now) {
        watching = now;
        watchedNanos = System.nanoTime();
    }

    boolean isOpen() {
        return connection.isOpen();
    }

    /** Sends the commands in one flush; on the loop, when the last is answered, comes what then. */
    void send(List<? extends RedisCommand<String, byte[], ?>> commands, Runnable then) {
        connection.dispatch(commands);
        var _ =
                ((AsyncCommand<?, ?, ?>) commands.getLast())
                        .whenComplete((reply, failure) -> {
                            if (loop.inEventLoop()) {
                                then.run();
                            } else {
                                loop.execute(then);
                            }
                        });
    }

    void close() {
        var _ = connection.closeAsync();
    }
}
