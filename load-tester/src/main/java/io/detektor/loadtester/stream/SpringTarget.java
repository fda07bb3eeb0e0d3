package io.detektor.loadtester.stream;

import io.detektor.loadtester.message.Content;
import io.detektor.loadtester.message.EntryFormat;
import io.detektor.loadtester.plan.RedisPlan;
import io.detektor.loadtester.run.OutcomeListener;
import io.detektor.loadtester.run.SendOutcome;
import io.detektor.redisha.NodeAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisSentinelConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.connection.stream.RecordId;
import org.springframework.data.redis.connection.stream.StreamRecords;

/**
 * What people write without redis-ha, to compare with: Spring's {@link LettuceConnectionFactory}
 * with its defaults, through the Sentinels, and an {@code XADD} that is repeated after each
 * exception until the caller's deadline. An answer of the master counts as an acknowledgement.
 */
public final class SpringTarget extends StreamTarget {

    private static final Duration PAUSE = Duration.ofMillis(100);

    private final LettuceConnectionFactory factory;
    private final byte[] stream;
    private final ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor();

    public SpringTarget(RedisPlan redis, String stream, EntryFormat format, Content content) {
        super(format, content);
        RedisSentinelConfiguration configuration = new RedisSentinelConfiguration();
        configuration.master(redis.masterName());
        for (NodeAddress sentinel : redis.sentinels()) {
            configuration.sentinel(sentinel.host(), sentinel.port());
        }
        this.factory = new LettuceConnectionFactory(configuration);
        factory.afterPropertiesSet();
        factory.start();
        this.stream = stream.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        senders.shutdownNow();
        factory.destroy();
    }

    @Override
    void send(EntryFormat.Entry entry, Duration timeout, OutcomeListener listener) {
        attempt(entry, System.nanoTime() + timeout.toNanos(), false, listener);
    }

    private void attempt(
            EntryFormat.Entry entry, long deadline, boolean again, OutcomeListener listener) {
        var _ = senders.submit(() -> tryOnce(entry, deadline, again, listener));
    }

    private void tryOnce(
            EntryFormat.Entry entry, long deadline, boolean again, OutcomeListener listener) {
        try (RedisConnection connection = factory.getConnection()) {
            RecordId id =
                    connection
                            .streamCommands()
                            .xAdd(StreamRecords.rawBytes(fields(entry)).withStreamKey(stream));
            if (id == null) {
                listener.done(new SendOutcome.Unknown("no-id", again));
            } else {
                listener.done(new SendOutcome.Confirmed(id.getValue(), -1, again));
            }
        } catch (DataAccessException e) {
            String reason = e.getClass().getSimpleName();
            if (deadline - System.nanoTime() > PAUSE.toNanos()) {
                listener.retried(reason);
                after(PAUSE, () -> attempt(entry, deadline, true, listener));
            } else {
                listener.done(new SendOutcome.Unknown(reason, again));
            }
        }
    }

    private static Map<byte[], byte[]> fields(EntryFormat.Entry entry) {
        List<byte[]> flat = entry.fields();
        // the order of fields means nothing, and two arrays are never the same field
        IdentityHashMap<byte[], byte[]> fields = new IdentityHashMap<>();
        for (int i = 0; i + 1 < flat.size(); i += 2) {
            fields.put(flat.get(i), flat.get(i + 1));
        }
        return fields;
    }
}
