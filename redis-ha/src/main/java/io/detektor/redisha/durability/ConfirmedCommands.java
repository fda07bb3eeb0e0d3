package io.detektor.redisha.durability;

import io.detektor.redisha.Causes;
import io.detektor.redisha.NodeAddress;
import io.detektor.redisha.connect.Role;
import io.detektor.redisha.master.MasterConnection;
import io.detektor.redisha.master.MasterConnections;
import io.detektor.redisha.sentinel.SentinelMonitor;
import io.detektor.redisha.sentinel.SentinelView;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Confirms writes by the rule of {@link InSync}, on a connection of its own, since {@code WAIT}
 * holds up whatever comes after it on its connection.
 */
public final class ConfirmedCommands implements DurableCommands, AutoCloseable {

    /** A round of waiting; after it the set of those to wait for is looked at anew. */
    private static final Duration WAIT_ROUND = Duration.ofMillis(100);

    private static final Duration RETRY = Duration.ofMillis(20);

    private static final Duration FENCE_LASTS = Duration.ofMinutes(1);

    private static final byte[] FENCE = {'1'};

    private final MasterConnection connection;
    private final SentinelMonitor monitor;
    private final InSync inSync;

    /**
     * Written after each write: a repeat may find nothing left to do, and {@code WAIT} has replicas
     * asked only where this connection has written.
     */
    private final String fence;

    /**
     * @param degradedWrites what to do with a write while no replica is promotable
     * @param keyPrefix prefix of the key that this class itself uses
     */
    public ConfirmedCommands(
            MasterConnections connections,
            SentinelMonitor monitor,
            DegradedWrites degradedWrites,
            String keyPrefix) {
        this.connection = connections.open("confirmed");
        this.monitor = monitor;
        this.inSync = new InSync(degradedWrites);
        this.fence = keyPrefix + ":fence";
    }

    /** Why an attempt came to nothing that is final. */
    private static final class NotYetException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        NotYetException(String why) {
            super(why, null, false, false);
        }
    }

    @Override
    public <T> CompletableFuture<T> run(
            Function<RedisAsyncCommands<String, byte[]>, ? extends CompletionStage<T>> write,
            Duration timeout) {
        return attempt(write, System.nanoTime() + timeout.toNanos());
    }

    private <T> CompletableFuture<T> attempt(
            Function<RedisAsyncCommands<String, byte[]>, ? extends CompletionStage<T>> write,
            long deadlineNanos) {
        return once(write, deadlineNanos)
                .exceptionallyCompose(failure -> {
                    if (ServerErrors.answered(failure) == WriteFailure.REJECTED) {
                        return CompletableFuture.failedFuture(failure);
                    }
                    if (isOver(deadlineNanos)) {
                        return CompletableFuture.failedFuture(
                                new UnconfirmedException(
                                        "not confirmed in time: " + Causes.text(failure), failure));
                    }
                    return new CompletableFuture<@Nullable Void>()
                            .completeOnTimeout(null, RETRY.toMillis(), TimeUnit.MILLISECONDS)
                            .thenCompose(_ -> attempt(write, deadlineNanos));
                });
    }

    private <T> CompletableFuture<T> once(
            Function<RedisAsyncCommands<String, byte[]>, ? extends CompletionStage<T>> write,
            long deadlineNanos) {
        SentinelView view = monitor.view();
        if (inSync.refusesToSend(view)) {
            return CompletableFuture.failedFuture(new NotYetException(inSync.refusal(view)));
        }
        return connection.call((node, redis) ->
                write.apply(redis)
                        .thenCompose(result ->
                                fenced(redis)
                                        .thenCompose(master ->
                                                wait(
                                                        node,
                                                        redis,
                                                        new Written(
                                                                master.offset(),
                                                                master.acknowledged().size(),
                                                                deadlineNanos),
                                                        0))
                                        .thenApply(_ -> result)));
    }

    /**
     * @param offset the master's own just after the write
     * @param online replicas that the master listed then
     */
    private record Written(long offset, int online, long deadlineNanos) {}

    private CompletionStage<Role.Master> fenced(RedisAsyncCommands<String, byte[]> redis) {
        var _ = redis.psetex(fence, FENCE_LASTS.toMillis(), FENCE);
        return role(redis);
    }

    private static CompletionStage<Role.Master> role(RedisAsyncCommands<String, byte[]> redis) {
        return redis.role()
                .thenApply(reply -> {
                    if (Role.parse((List<?>) reply) instanceof Role.Master master) {
                        return master;
                    }
                    throw new NotYetException("the node is not master any more");
                });
    }

    /**
     * @param least replicas to wait for even if fewer seem to be needed
     */
    private CompletionStage<Void> wait(
            NodeAddress node,
            RedisAsyncCommands<String, byte[]> redis,
            Written written,
            int least) {
        SentinelView view = monitor.view();
        int wanted =
                Math.max(
                        least,
                        Math.max(view.promotable().size(), written.online() - view.down().size()));
        var _ = redis.waitForReplication(wanted, WAIT_ROUND.toMillis());
        return role(redis).thenCompose(master -> judge(node, redis, written, master));
    }

    private CompletionStage<Void> judge(
            NodeAddress node,
            RedisAsyncCommands<String, byte[]> redis,
            Written written,
            Role.Master master) {
        SentinelView view = monitor.view();
        if (!node.equals(view.master())) {
            throw new NotYetException(node + ": is not master any more");
        }
        Set<NodeAddress> missing = InSync.missing(view, master, written.offset());
        int online = master.acknowledged().size();
        String why;
        int least;
        if (!missing.isEmpty()) {
            why = "replicas: not yet in sync " + missing;
            // one more than are there where one is missing altogether, or this were a busy loop
            least = master.acknowledged().keySet().containsAll(missing) ? 1 : online + 1;
        } else if (InSync.required(view, master).isEmpty() && inSync.refusesUnreplicated(view)) {
            why = inSync.refusal(view);
            least = 1;
        } else {
            return CompletableFuture.completedStage(null);
        }
        if (isOver(written.deadlineNanos())) {
            throw new NotYetException(why);
        }
        return wait(
                node, redis, new Written(written.offset(), online, written.deadlineNanos()), least);
    }

    private static boolean isOver(long deadlineNanos) {
        return System.nanoTime() - deadlineNanos >= 0;
    }

    @Override
    public void close() {
        connection.close();
    }
}
