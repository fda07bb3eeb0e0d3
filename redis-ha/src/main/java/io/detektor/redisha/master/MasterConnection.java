package io.detektor.redisha.master;

import io.detektor.redisha.NodeAddress;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * One connection to whichever node is master, its role verified when it is made. When the master
 * changes, or stops answering, the connection is closed and the next call makes a new one; commands
 * in flight then fail and are never silently repeated.
 *
 * <p>Thread-safe; commands of several callers are pipelined. A command that blocks on the server
 * (XREADGROUP BLOCK, WAIT) holds up all others: open a connection for it.
 */
public interface MasterConnection extends AutoCloseable {

    /**
     * Runs one or more commands on the master.
     *
     * @param commands is given the connection's commands: keys and field names are UTF-8 text,
     *     values bytes
     * @return what {@code commands} returned; fails with {@link MasterUnavailableException} when no
     *     master can be reached, and with Lettuce's exception when the command itself failed or its
     *     connection broke, in which case the command may have been executed
     */
    default <T> CompletableFuture<T> call(
            Function<RedisAsyncCommands<String, byte[]>, ? extends CompletionStage<T>> commands) {
        return call((_, redis) -> commands.apply(redis));
    }

    /**
     * The same, for whoever has to know the node.
     *
     * @param commands is given the master's address beside its commands; they stay with that one
     *     connection, and fail once it is closed
     */
    <T> CompletableFuture<T> call(
            BiFunction<
                            NodeAddress,
                            RedisAsyncCommands<String, byte[]>,
                            ? extends CompletionStage<T>>
                    commands);

    @Override
    void close();
}
