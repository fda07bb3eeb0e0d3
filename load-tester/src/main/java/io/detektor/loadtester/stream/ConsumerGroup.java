package io.detektor.loadtester.stream;

import io.detektor.redisha.master.MasterConnection;
import io.lettuce.core.Consumer;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XAutoClaimArgs;
import io.lettuce.core.XGroupCreateArgs;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.models.stream.ClaimedMessages;
import io.lettuce.core.models.stream.PendingMessages;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * The consumer group of a run, over one connection that follows the master. Blocks; every method
 * fails with {@link FailedException} when there is no answer, unless it says otherwise. For one
 * thread.
 */
final class ConsumerGroup implements AutoCloseable {

    /** How long a command may take. */
    static final Duration ANSWER = Duration.ofSeconds(5);

    private static final String GROUP = "load-test-group";

    /** How many messages a consumer takes at a time. */
    static final int BATCH = 200;

    /** Under the time after which an unanswered command breaks its connection. */
    private static final Duration BLOCK = Duration.ofMillis(250);

    private static final Duration IDLE_BEFORE_CLAIM = Duration.ofSeconds(1);

    private final MasterConnection connection;
    private final String stream;
    private final String mark;

    /**
     * @param purpose the connection's name
     * @param mark the entry after which the group begins to read
     */
    ConsumerGroup(RedisSession session, String purpose, String stream, String mark) {
        this.connection = session.connections().open(purpose);
        this.stream = stream;
        this.mark = mark;
    }

    /** Makes the group, or sets it back to its start where it is there already. */
    void createGroup() {
        try {
            ask(commands ->
                    commands.xgroupCreate(
                            XReadArgs.StreamOffset.from(stream, mark),
                            GROUP,
                            XGroupCreateArgs.Builder.mkstream()));
        } catch (FailedException e) {
            if (!e.busyGroup) {
                throw e;
            }
            ask(commands -> commands.xgroupSetid(XReadArgs.StreamOffset.from(stream, mark), GROUP));
        }
    }

    /**
     * Messages for a consumer; waits a moment for one.
     *
     * @param own what was handed to it before and not acknowledged, instead of new ones
     * @param most how many at a time
     */
    // the driver takes offsets as generic varargs
    @SuppressWarnings("unchecked")
    List<StreamMessage<String, byte[]>> read(String name, boolean own, int most) {
        Consumer<String> consumer = Consumer.from(GROUP, name);
        XReadArgs args = XReadArgs.Builder.count(most);
        return ask(commands ->
                own
                        ? commands.xreadgroup(
                                consumer, args, XReadArgs.StreamOffset.from(stream, "0"))
                        : commands.xreadgroup(
                                consumer,
                                args.block(BLOCK),
                                XReadArgs.StreamOffset.lastConsumed(stream)));
    }

    /** What others left unacknowledged for a second. */
    List<StreamMessage<String, byte[]>> claim(String name) {
        Consumer<String> consumer = Consumer.from(GROUP, name);
        ClaimedMessages<String, byte[]> claimed =
                ask(commands ->
                        commands.xautoclaim(
                                stream,
                                XAutoClaimArgs.Builder.<String>xautoclaim(
                                                consumer, IDLE_BEFORE_CLAIM, "0-0")
                                        .count(BATCH)));
        return claimed.getMessages();
    }

    void acknowledge(List<StreamMessage<String, byte[]>> messages) {
        if (messages.isEmpty()) {
            return;
        }
        String[] ids = messages.stream().map(StreamMessage::getId).toArray(String[]::new);
        ask(commands -> commands.xack(stream, GROUP, ids));
    }

    /** Unacknowledged deliveries; -1 when nobody says. */
    long pending() {
        try {
            PendingMessages pending = ask(commands -> commands.xpending(stream, GROUP));
            return pending.getCount();
        } catch (FailedException e) {
            return -1;
        }
    }

    /** Whether the group has read to the end of the stream. */
    @SuppressWarnings("unchecked")
    boolean nothingLeft() {
        try {
            return ask(commands ->
                            commands.xreadgroup(
                                    Consumer.from(GROUP, "drain"),
                                    XReadArgs.Builder.count(1).noack(true),
                                    XReadArgs.StreamOffset.lastConsumed(stream)))
                    .isEmpty();
        } catch (FailedException e) {
            return false;
        }
    }

    private <T> T ask(
            Function<RedisAsyncCommands<String, byte[]>, ? extends CompletionStage<T>> command) {
        try {
            return connection.call(command).get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new FailedException(e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            throw new FailedException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FailedException(e);
        }
    }

    @Override
    public void close() {
        connection.close();
    }

    /** A command had no answer, or an error for one. */
    static final class FailedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        final boolean noGroup;
        final boolean busyGroup;

        FailedException(Throwable cause) {
            super(cause);
            String message = String.valueOf(cause.getMessage());
            boolean said = cause instanceof RedisCommandExecutionException;
            this.noGroup = said && message.startsWith("NOGROUP");
            this.busyGroup = said && message.startsWith("BUSYGROUP");
        }
    }
}
