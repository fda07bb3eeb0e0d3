package io.detektor.redisha.durability;

import io.lettuce.core.api.async.RedisAsyncCommands;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Runs writes that are no appends, and answers when they are confirmed: on the master and on every
 * replica that Sentinel could promote. Thread-safe; writes that are made at once share the waiting.
 *
 * <p>Where no replica is left and the policy accepts that, the master's own answer confirms: such a
 * write is not fsynced before it is answered, unlike an append.
 */
public interface DurableCommands {

    /**
     * Runs a write, again where it was not confirmed, until it is or the time is over.
     *
     * @param write is given the master's commands, and writes. Called again after a failure,
     *     perhaps with another master's, so that doing it twice must come to the same. Keys and
     *     field names are UTF-8 text, values bytes
     * @param timeout how long to try
     * @return what the last {@code write} returned; fails with {@link UnconfirmedException} when
     *     the time is over, and with the driver's exception when the server refuses the command as
     *     such
     */
    <T> CompletableFuture<T> run(
            Function<RedisAsyncCommands<String, byte[]>, ? extends CompletionStage<T>> write,
            Duration timeout);
}
