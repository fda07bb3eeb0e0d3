package io.detektor.framebuffer.stream;

import io.detektor.framebuffer.frame.DeadLetterReason;
import io.detektor.framebuffer.metrics.FrameBufferMeters;
import io.detektor.framebuffer.settings.FrameBufferProperties;
import io.detektor.redisha.durability.DurableCommands;
import io.detektor.redisha.durability.DurableWriter;
import io.detektor.redisha.durability.StreamAppend;
import io.detektor.redisha.durability.WriteOutcome;
import io.detektor.redisha.master.MasterConnection;
import io.detektor.redisha.master.MasterConnections;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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

    /**
     * How often those who wait for a frame are looked after: frames of the capture service and of
     * other instances tell nobody that they came. One small script, only while somebody waits.
     */
    private static final Duration LOOK = Duration.ofMillis(25);

    /**
     * When abandoned entries are first looked for after the start: what an earlier instance left
     * when it was stopped should not wait for the regular look. By then Redis is connected.
     */
    private static final Duration FIRST_TAKE_OVER = Duration.ofSeconds(1);

    /** Without a master in reach the end is not held up for what is only a courtesy. */
    private static final Duration LEAVE_TIMEOUT = Duration.ofSeconds(1);

    private final DurableWriter writer;
    private final DurableCommands durable;
    private final FrameBufferProperties settings;
    private final MasterConnection connection;
    private final GroupReader reader;
    private final Acknowledger acknowledger;
    private final Keys keys;

    private final AtomicBoolean closed = new AtomicBoolean();

    /** Who is about to end takes nothing over any more: it would wait there for the next start. */
    private volatile boolean draining;

    private final ScheduledExecutorService upkeep =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("frame-log-upkeep").daemon().factory());

    RedisStreamFrameLog(
            DurableWriter writer,
            DurableCommands durable,
            MasterConnections connections,
            FrameBufferProperties settings,
            FrameBufferMeters meters) {
        this.writer = writer;
        this.durable = durable;
        this.settings = settings;
        this.connection = connections.open("frame-log");
        this.keys = new Keys(settings);
        FrameBufferProperties.Consumer consumer = settings.consumer();
        this.reader = new GroupReader(connection, keys, consumer, meters, System::nanoTime);
        this.acknowledger =
                new Acknowledger(
                        connection,
                        keys,
                        consumer.group(),
                        consumer.timeout(),
                        upkeep,
                        reader::release);
        Duration regularly = consumer.minIdle().dividedBy(2);
        every(
                regularly.compareTo(FIRST_TAKE_OVER) < 0 ? regularly : FIRST_TAKE_OVER,
                regularly,
                this::takeOver);
        every(LOOK, reader::wake);
    }

    /** Does something again and again, whatever became of the last time, until the end begins. */
    void every(Duration period, Runnable what) {
        every(period, period, what);
    }

    private void every(Duration first, Duration period, Runnable what) {
        var _ =
                upkeep.scheduleWithFixedDelay(
                        () -> {
                            if (draining) {
                                return;
                            }
                            try {
                                what.run();
                            } catch (RuntimeException e) {
                                log.warn("upkeep failed", e);
                            }
                        },
                        first.toMillis(),
                        period.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    MasterConnection connection() {
        return connection;
    }

    GroupReader reader() {
        return reader;
    }

    @Override
    public CompletableFuture<WriteOutcome> append(FrameAppend frame) {
        return writer.append(append(frame, settings)).whenComplete((_, _) -> reader.wake());
    }

    @Override
    public List<CompletableFuture<WriteOutcome>> appendTogether(List<FrameAppend> frames) {
        List<CompletableFuture<WriteOutcome>> outcomes =
                writer.appendTogether(
                        frames.stream().map(frame -> append(frame, settings)).toList());
        var _ = outcomes.getLast().whenComplete((_, _) -> reader.wake());
        return outcomes;
    }

    private static StreamAppend append(FrameAppend frame, FrameBufferProperties settings) {
        return new StreamAppend(
                settings.streams().frames(),
                FrameEntryCodec.encode(frame),
                frame.idempotencyKey(),
                frame.fingerprint(),
                settings.streams().maxFrames(),
                settings.enqueue().timeout());
    }

    @Override
    public CompletableFuture<WriteOutcome> deadLetter(FrameAppend frame, DeadLetterReason reason) {
        return writer.append(
                new StreamAppend(
                        settings.streams().deadLetters(),
                        new DeadLetterEntry(
                                        reason.tag(),
                                        settings.streams().frames(),
                                        null,
                                        0,
                                        null,
                                        null,
                                        FrameEntryCodec.encode(frame))
                                .fields(),
                        frame.idempotencyKey(),
                        frame.fingerprint(),
                        settings.streams().maxDeadLetters(),
                        settings.enqueue().timeout()));
    }

    @Override
    public CompletableFuture<FrameBatch> take(int count, Duration wait) {
        return reader.take(count, wait);
    }

    @Override
    public void acknowledge(FrameBatch batch) {
        reader.keep(batch.frames());
        acknowledger.acknowledge(batch.frames());
    }

    @Override
    public void giveBack(FrameBatch batch) {
        reader.giveBack(batch.frames());
        reader.wake();
    }

    @Override
    public CompletableFuture<Long> clear() {
        return durable.run(
                redis ->
                        Script.CLEAR.run(
                                redis,
                                keys.all(),
                                List.of(FrameEntryCodec.utf8(settings.consumer().group()))),
                settings.enqueue().timeout());
    }

    @Override
    public boolean readable() {
        return reader.readable();
    }

    @Override
    public CompletableFuture<BufferSizes> sizes() {
        List<String> streams =
                List.of(
                        settings.streams().frames(),
                        settings.streams().metadata(),
                        settings.streams().deadLetters());
        return Script.SIZES
                .<List<Object>>run(connection, streams, List.of())
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
                bytes(reply.get(0)) + bytes(reply.get(1)),
                frames == null || (metadata != null && metadata.isBefore(frames))
                        ? metadata
                        : frames);
    }

    private static long length(Object stream) {
        return (Long) ((List<?>) stream).get(0);
    }

    private static long bytes(Object stream) {
        return (Long) ((List<?>) stream).get(2);
    }

    private static @Nullable Instant oldest(Object stream) {
        String id = new String((byte[]) ((List<?>) stream).get(1), StandardCharsets.US_ASCII);
        return id.isEmpty() ? null : Instant.ofEpochMilli(EntryId.parse(id).millis());
    }

    /**
     * Takes over what instances that died left pending and what got lost on the way here, and
     * forgets instances that are gone.
     */
    private void takeOver() {
        reader.giveBackOverdue();
        FrameBufferProperties.Consumer consumer = settings.consumer();
        List<byte[]> arguments =
                List.of(
                        FrameEntryCodec.utf8(consumer.group()),
                        FrameEntryCodec.utf8(consumer.name()),
                        FrameEntryCodec.utf8(Keys.LESSEE),
                        FrameEntryCodec.utf8(Long.toString(consumer.minIdle().toMillis())),
                        FrameEntryCodec.utf8(Long.toString(consumer.forgetAfter().toMillis())));
        Script.CLAIM
                .<List<Object>>run(connection, keys.all(), arguments)
                .whenComplete((reply, failure) -> {
                    if (failure != null) {
                        log.debug("abandoned entries not looked up", failure);
                        return;
                    }
                    if ((Long) reply.get(0) > 0) {
                        log.info("entries taken over count={}", reply.get(0));
                        reader.readOwnAgain();
                        reader.wake();
                    }
                    if ((Long) reply.get(1) > 0) {
                        log.info("consumers forgotten count={}", reply.get(1));
                    }
                })
                .exceptionally(_ -> null);
    }

    /** Answers those who wait for a frame, and keeps nobody waiting from now on. */
    void drain() {
        draining = true;
        reader.drain();
    }

    /**
     * What was handed out gets its acknowledgement. What was read and not handed out is left to the
     * next instance that looks: this one's next life, under whatever name, or another one.
     */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        acknowledger.drain(settings.consumer().timeout());
        upkeep.shutdownNow();
        leave();
        connection.close();
    }

    private void leave() {
        FrameBufferProperties.Consumer consumer = settings.consumer();
        List<byte[]> arguments =
                List.of(
                        FrameEntryCodec.utf8(consumer.group()),
                        FrameEntryCodec.utf8(consumer.name()),
                        FrameEntryCodec.utf8(Long.toString(consumer.minIdle().toMillis())));
        try {
            long left =
                    Script.LEAVE
                            .<Long>run(connection, keys.streams(), arguments)
                            .orTimeout(LEAVE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                            .join();
            if (left > 0) {
                log.info("entries left to the next instance count={}", left);
            }
        } catch (CompletionException e) {
            // they are taken over all the same, when they have been idle for long enough
            log.debug("entries not left to the next instance", e);
        }
    }
}
