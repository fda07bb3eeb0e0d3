package io.detektor.framebuffer.stream;

import io.detektor.framebuffer.frame.DeadLetterReason;
import io.detektor.framebuffer.frame.JsonFrame;
import io.detektor.framebuffer.metrics.FrameBufferMeters;
import io.detektor.framebuffer.settings.FrameBufferProperties;
import io.detektor.redisha.durability.DurableWriter;
import io.detektor.redisha.durability.StreamAppend;
import io.detektor.redisha.durability.WriteOutcome;
import io.detektor.redisha.master.MasterConnection;
import io.detektor.redisha.master.MasterConnections;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Frames in Redis Streams: written through the durable writer, read as a consumer group over the
 * stream of enqueued frames and that of the capture service. Acknowledged entries are deleted, so
 * that the length of a stream is the number of frames that were not acknowledged.
 *
 * <p>Acknowledgements are not confirmed by replicas: one that a failover swallows makes the frame
 * be handed out again, and loses nothing.
 */
final class RedisStreamFrameLog implements FrameLog, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(RedisStreamFrameLog.class);

    private final DurableWriter writer;
    private final FrameBufferProperties settings;
    private final MasterConnection connection;
    private final GroupReader reader;
    private final Acknowledger acknowledger;
    private final List<String> read;
    private final ScheduledExecutorService upkeep =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("frame-log-upkeep").daemon().factory());

    RedisStreamFrameLog(
            DurableWriter writer,
            MasterConnections connections,
            FrameBufferProperties settings,
            FrameBufferMeters meters) {
        this.writer = writer;
        this.settings = settings;
        this.connection = connections.open("frame-log");
        this.read = List.of(settings.streams().frames(), settings.streams().metadata());
        FrameBufferProperties.Consumer consumer = settings.consumer();
        this.reader = new GroupReader(connection, read, consumer, meters, System::nanoTime);
        this.acknowledger =
                new Acknowledger(
                        connection, consumer.group(), consumer.timeout(), upkeep, reader::release);
        long every = consumer.minIdle().dividedBy(2).toMillis();
        var _ = upkeep.scheduleWithFixedDelay(this::takeOver, every, every, TimeUnit.MILLISECONDS);
    }

    @Override
    public CompletableFuture<WriteOutcome> append(
            JsonFrame frame, @Nullable String idempotencyKey) {
        return writer.append(
                new StreamAppend(
                        settings.streams().frames(),
                        FrameEntryCodec.frame(frame),
                        idempotencyKey,
                        settings.streams().maxFrames(),
                        settings.enqueue().timeout()));
    }

    @Override
    public CompletableFuture<WriteOutcome> deadLetter(
            JsonFrame frame, DeadLetterReason reason, @Nullable String idempotencyKey) {
        return writer.append(
                new StreamAppend(
                        settings.streams().deadLetters(),
                        FrameEntryCodec.deadLetter(frame, reason, settings.streams().frames()),
                        idempotencyKey,
                        settings.streams().maxDeadLetters(),
                        settings.enqueue().timeout()));
    }

    @Override
    public CompletableFuture<FrameBatch> take(int count) {
        return reader.take(count);
    }

    @Override
    public void acknowledge(FrameBatch batch) {
        reader.keep(batch.frames());
        acknowledger.acknowledge(batch.frames());
    }

    @Override
    public void giveBack(FrameBatch batch) {
        reader.giveBack(batch.frames());
    }

    @Override
    public boolean readable() {
        return reader.readable();
    }

    @Override
    public CompletableFuture<BufferSizes> sizes() {
        List<String> keys =
                List.of(
                        settings.streams().frames(),
                        settings.streams().metadata(),
                        settings.streams().deadLetters());
        return Script.SIZES
                .<List<Object>>run(connection, keys, List.of())
                .orTimeout(settings.consumer().timeout().toMillis(), TimeUnit.MILLISECONDS)
                .thenApply(reply -> {
                    reader.reached();
                    return sizes(reply);
                });
    }

    private static BufferSizes sizes(List<Object> reply) {
        Instant frames = oldest(reply.get(0));
        Instant metadata = oldest(reply.get(1));
        return new BufferSizes(
                length(reply.get(0)),
                length(reply.get(1)),
                length(reply.get(2)),
                frames == null || (metadata != null && metadata.isBefore(frames))
                        ? metadata
                        : frames);
    }

    private static long length(Object stream) {
        return (Long) ((List<?>) stream).get(0);
    }

    private static @Nullable Instant oldest(Object stream) {
        String id = new String((byte[]) ((List<?>) stream).get(1), StandardCharsets.US_ASCII);
        return id.isEmpty() ? null : Instant.ofEpochMilli(EntryId.parse(id).millis());
    }

    /** Takes over what instances that died left pending, and what got lost on the way here. */
    private void takeOver() {
        reader.giveBackOverdue();
        FrameBufferProperties.Consumer consumer = settings.consumer();
        List<byte[]> arguments =
                List.of(
                        consumer.group().getBytes(StandardCharsets.UTF_8),
                        consumer.name().getBytes(StandardCharsets.UTF_8),
                        Long.toString(consumer.minIdle().toMillis())
                                .getBytes(StandardCharsets.US_ASCII));
        CompletableFuture<Long> claim = Script.CLAIM.run(connection, read, arguments);
        claim.whenComplete(
                        (claimed, failure) -> {
                            if (failure != null) {
                                log.debug("abandoned entries not looked up", failure);
                            } else if (claimed > 0) {
                                log.info("entries taken over count={}", claimed);
                                reader.readOwnAgain();
                            }
                        })
                .exceptionally(_ -> null);
    }

    /** What was handed out gets its acknowledgement; what was not is handed out after the start. */
    @Override
    public void close() {
        acknowledger.drain(settings.consumer().timeout());
        upkeep.shutdownNow();
        connection.close();
    }
}
