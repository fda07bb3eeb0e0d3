package io.detektor.framebuffer.stream;

import static io.detektor.framebuffer.stream.FrameEntryCodec.utf8;

import io.detektor.framebuffer.frame.DeadLetterReason;
import io.detektor.framebuffer.metrics.FrameBufferMeters;
import io.detektor.framebuffer.settings.FrameBufferProperties;
import io.detektor.redisha.durability.DurableCommands;
import io.detektor.redisha.durability.DurableWriter;
import io.detektor.redisha.durability.StreamAppend;
import io.detektor.redisha.durability.WriteOutcome;
import io.detektor.redisha.master.MasterConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves frames that were handed out as often as they may be to the dead letters: appended there and
 * confirmed first, removed here then. What ends in between is done once more, and the append has a
 * key, so that it is not there twice.
 */
final class ExhaustedFrames {

    private static final Logger log = LoggerFactory.getLogger(ExhaustedFrames.class);

    private final DurableWriter writer;
    private final DurableCommands durable;
    private final MasterConnection connection;
    private final FrameBufferProperties settings;
    private final FrameBufferMeters meters;
    private final Keys keys;

    ExhaustedFrames(
            DurableWriter writer,
            DurableCommands durable,
            MasterConnection connection,
            FrameBufferProperties settings,
            FrameBufferMeters meters) {
        this.writer = writer;
        this.durable = durable;
        this.connection = connection;
        this.settings = settings;
        this.meters = meters;
        this.keys = new Keys(settings);
    }

    /**
     * Begins to move one.
     *
     * @param number the stream's, as the scripts know it
     * @param firstError empty for none
     * @param lastError empty for none
     */
    void move(int number, EntryId id, long deliveries, String firstError, String lastError) {
        String stream = keys.streams().get(number - 1);
        Entries.read(connection, stream, id.toString(), id.toString(), 1)
                .thenCompose(found ->
                        found.isEmpty()
                                ? CompletableFuture.completedFuture(true)
                                : append(
                                        new DeadLetterEntry(
                                                DeadLetterReason.MAX_DELIVERIES.tag(),
                                                stream,
                                                id.toString(),
                                                deliveries,
                                                orNull(firstError),
                                                orNull(lastError),
                                                found.getFirst().fields())))
                .thenCompose(
                        moved -> moved ? remove(number, id) : CompletableFuture.completedFuture(0L))
                .whenComplete((_, failure) -> {
                    if (failure != null) {
                        log.warn("dead letter not moved, again later id={}", id, failure);
                    }
                })
                .exceptionally(_ -> 0L);
    }

    private CompletableFuture<Boolean> append(DeadLetterEntry letter) {
        return writer.append(
                        new StreamAppend(
                                settings.streams().deadLetters(),
                                letter.fields(),
                                "moved:" + letter.stream() + ":" + letter.entryId(),
                                settings.streams().maxDeadLetters(),
                                settings.enqueue().timeout()))
                .thenApply(outcome -> {
                    if (outcome instanceof WriteOutcome.Confirmed confirmed) {
                        if (!confirmed.repeated()) {
                            meters.deadLetter(DeadLetterReason.MAX_DELIVERIES);
                        }
                        return true;
                    }
                    log.warn("dead letter not moved, again later outcome={}", outcome);
                    return false;
                });
    }

    private CompletableFuture<Long> remove(int number, EntryId id) {
        List<byte[]> arguments = new ArrayList<>();
        arguments.add(utf8(settings.consumer().group()));
        arguments.add(utf8(Integer.toString(number)));
        arguments.add(utf8(id.toString()));
        return durable.run(
                redis -> Script.REMOVE.run(redis, keys.all(), arguments),
                settings.enqueue().timeout());
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
