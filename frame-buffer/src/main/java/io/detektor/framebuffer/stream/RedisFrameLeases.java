package io.detektor.framebuffer.stream;

import static io.detektor.framebuffer.stream.FrameEntryCodec.utf8;

import io.detektor.framebuffer.metrics.FrameBufferMeters;
import io.detektor.framebuffer.settings.FrameBufferProperties;
import io.detektor.redisha.durability.DurableCommands;
import io.detektor.redisha.master.MasterConnection;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leases in Redis: a leased entry is pending on a consumer of its own, with the moment at which the
 * lease ends in a sorted set and the token of its holder in a hash ({@link Keys}). Moments are
 * those of the master's clock.
 */
final class RedisFrameLeases implements FrameLeases {

    private static final Logger log = LoggerFactory.getLogger(RedisFrameLeases.class);

    /** Ended leases that one script looks at. */
    private static final int MOST_DUE = 200;

    /** Who is told of a dead letter has it to itself for so long. */
    private static final Duration TO_ITSELF = Duration.ofSeconds(30);

    private final FrameBufferProperties settings;
    private final FrameBufferMeters meters;
    private final DurableCommands durable;
    private final MasterConnection connection;
    private final GroupReader reader;
    private final ExhaustedFrames exhausted;
    private final Keys keys;
    private final SecureRandom random = new SecureRandom();

    RedisFrameLeases(
            RedisStreamFrameLog frames,
            DurableCommands durable,
            ExhaustedFrames exhausted,
            FrameBufferProperties settings,
            FrameBufferMeters meters) {
        this.settings = settings;
        this.meters = meters;
        this.durable = durable;
        this.connection = frames.connection();
        this.reader = frames.reader();
        this.exhausted = exhausted;
        this.keys = new Keys(settings);
        frames.every(settings.lease().checkInterval(), this::endDue);
    }

    @Override
    public CompletableFuture<List<LeasedFrame>> lease(FrameBatch batch, Duration length) {
        if (batch.frames().isEmpty()) {
            return CompletableFuture.completedFuture(List.of());
        }
        String token = HexFormat.of().toHexDigits(random.nextLong());
        List<byte[]> arguments = new ArrayList<>(4 + 2 * batch.frames().size());
        arguments.add(utf8(settings.consumer().group()));
        arguments.add(utf8(Keys.LESSEE));
        arguments.add(utf8(token));
        arguments.add(millis(length));
        for (WaitingFrame frame : batch.frames()) {
            arguments.add(utf8(Integer.toString(keys.number(frame.stream()))));
            arguments.add(utf8(frame.messageId()));
        }
        return this.<List<Object>>run(Script.LEASE, keys.all(), arguments)
                .thenApply(deliveries -> leased(batch, token, deliveries))
                .whenComplete((_, failure) -> {
                    if (failure == null) {
                        reader.release(batch.frames());
                    } else {
                        reader.giveBack(batch.frames());
                    }
                });
    }

    private List<LeasedFrame> leased(FrameBatch batch, String token, List<Object> deliveries) {
        List<LeasedFrame> leased = new ArrayList<>();
        for (int i = 0; i < batch.frames().size(); i++) {
            WaitingFrame frame = batch.frames().get(i);
            long count = (Long) deliveries.get(i);
            if (count == 0) {
                meters.vanished();
                continue;
            }
            if (count > 1) {
                meters.redelivered();
            }
            leased.add(
                    new LeasedFrame(
                            new LeaseId(keys.number(frame.stream()), frame.id(), token),
                            frame,
                            count));
        }
        return leased;
    }

    @Override
    public CompletableFuture<List<Result>> acknowledge(List<LeaseId> leases) {
        List<byte[]> arguments = new ArrayList<>(1 + 3 * leases.size());
        arguments.add(utf8(settings.consumer().group()));
        leases.forEach(lease -> add(arguments, lease));
        // what an attempt has removed is gone for the next one: done all the same
        boolean[] removed = new boolean[leases.size()];
        return durable.<List<Result>>run(
                redis ->
                        Script.SETTLE
                                .<List<Object>>run(redis, keys.all(), arguments)
                                .thenApply(reply -> results(reply, removed)),
                settings.enqueue().timeout());
    }

    private static List<Result> results(List<Object> reply, boolean[] removed) {
        List<Result> results = new ArrayList<>(reply.size());
        for (int i = 0; i < reply.size(); i++) {
            Result result = result(reply.get(i));
            removed[i] |= result == Result.DONE;
            results.add(removed[i] && result == Result.GONE ? Result.DONE : result);
        }
        return results;
    }

    @Override
    public CompletableFuture<List<Result>> giveBack(
            List<LeaseId> leases, Duration delay, @Nullable String error) {
        return release(leases, delay, error == null ? "" : error, false);
    }

    @Override
    public void undelivered(List<LeaseId> leases) {
        if (!leases.isEmpty()) {
            var _ =
                    release(leases, Duration.ZERO, "", true)
                            .exceptionally(failure -> {
                                log.debug("not given back count={}", leases.size(), failure);
                                return List.of();
                            });
        }
    }

    private CompletableFuture<List<Result>> release(
            List<LeaseId> leases, Duration delay, String error, boolean uncount) {
        List<byte[]> arguments = new ArrayList<>(4 + 3 * leases.size());
        arguments.add(utf8(settings.consumer().group()));
        arguments.add(millis(delay));
        arguments.add(utf8(error));
        arguments.add(utf8(uncount ? "1" : "0"));
        leases.forEach(lease -> add(arguments, lease));
        return this.<List<Object>>run(Script.RELEASE, keys.all(), arguments)
                .thenApply(reply -> {
                    if (delay.isZero()) {
                        endDue();
                    }
                    return reply.stream().map(RedisFrameLeases::result).toList();
                });
    }

    @Override
    public CompletableFuture<Result> extend(LeaseId lease, Duration length) {
        List<byte[]> arguments = new ArrayList<>(4);
        add(arguments, lease);
        arguments.add(millis(length));
        return this.<Long>run(Script.EXTEND, keys.all(), arguments)
                .thenApply(RedisFrameLeases::result);
    }

    private static void add(List<byte[]> arguments, LeaseId lease) {
        arguments.add(utf8(Integer.toString(lease.number())));
        arguments.add(utf8(lease.entry().toString()));
        arguments.add(utf8(lease.token()));
    }

    private static Result result(Object code) {
        return switch (((Long) code).intValue()) {
            case 1 -> Result.DONE;
            case 0 -> Result.GONE;
            default -> Result.LOST;
        };
    }

    /** Has frames whose lease is over handed out again, or moved to the dead letters. */
    private void endDue() {
        List<byte[]> arguments =
                List.of(
                        utf8(settings.consumer().group()),
                        utf8(settings.consumer().name()),
                        utf8(Integer.toString(settings.lease().maxDeliveries())),
                        utf8(Integer.toString(MOST_DUE)),
                        millis(TO_ITSELF),
                        utf8(Keys.LESSEE));
        this.<List<Object>>run(Script.DUE, keys.all(), arguments)
                .whenComplete((reply, failure) -> {
                    if (failure != null) {
                        log.debug("ended leases not looked up", failure);
                    } else {
                        ended(reply);
                    }
                })
                .exceptionally(_ -> List.of());
    }

    private void ended(List<Object> reply) {
        if ((Long) reply.get(0) > 0) {
            reader.readOwnAgain();
            reader.wake();
        }
        for (long gone = (Long) reply.get(1); gone > 0; gone--) {
            meters.vanished();
        }
        for (Object each : (List<?>) reply.get(2)) {
            List<?> entry = (List<?>) each;
            exhausted.move(
                    ((Long) entry.get(0)).intValue(),
                    EntryId.parse(text(entry.get(1))),
                    (Long) entry.get(2),
                    text(entry.get(3)),
                    text(entry.get(4)));
        }
    }

    private static String text(Object bytes) {
        return FrameEntryCodec.text((byte[]) bytes);
    }

    private static byte[] millis(Duration duration) {
        return utf8(Long.toString(duration.toMillis()));
    }

    private <T> CompletableFuture<T> run(
            Script script, List<String> keysOfScript, List<byte[]> arguments) {
        return script.<T>run(connection, keysOfScript, arguments)
                .orTimeout(settings.consumer().timeout().toMillis(), TimeUnit.MILLISECONDS);
    }
}
