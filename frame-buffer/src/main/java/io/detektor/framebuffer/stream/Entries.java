package io.detektor.framebuffer.stream;

import io.detektor.redisha.connect.NodeConnector;
import io.detektor.redisha.master.MasterConnection;
import io.lettuce.core.output.ArrayOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Reads stream entries with their fields as they are: in their order, a name twice where it is
 * twice, and bytes that are no text. The driver's own type is a map of text.
 */
final class Entries {

    /**
     * One entry.
     *
     * @param fields name, value, name, value, …
     */
    record Entry(EntryId id, List<byte[]> fields) {}

    private Entries() {}

    /**
     * Reads a range.
     *
     * @param from id, {@code -}, or {@code (} and an id for what comes after it
     * @param to id or {@code +}
     * @param count most entries
     */
    static CompletableFuture<List<Entry>> read(
            MasterConnection connection, String stream, String from, String to, int count) {
        return read(connection, CommandType.XRANGE, stream, from, to, count);
    }

    /** The newest entries, newest first. */
    static CompletableFuture<List<Entry>> newest(
            MasterConnection connection, String stream, int count) {
        return read(connection, CommandType.XREVRANGE, stream, "+", "-", count);
    }

    private static CompletableFuture<List<Entry>> read(
            MasterConnection connection,
            CommandType command,
            String stream,
            String from,
            String to,
            int count) {
        return connection.call(redis ->
                redis.dispatch(
                                command,
                                new ArrayOutput<>(NodeConnector.CODEC),
                                new CommandArgs<>(NodeConnector.CODEC)
                                        .addKey(stream)
                                        .add(from)
                                        .add(to)
                                        .add("COUNT")
                                        .add(count))
                        .thenApply(Entries::entries));
    }

    private static List<Entry> entries(List<Object> reply) {
        List<Entry> entries = new ArrayList<>(reply.size());
        for (Object each : reply) {
            List<?> entry = (List<?>) each;
            String id = new String((byte[]) entry.get(0), StandardCharsets.US_ASCII);
            entries.add(new Entry(EntryId.parse(id), GroupReader.fields(entry.get(1))));
        }
        return entries;
    }
}
