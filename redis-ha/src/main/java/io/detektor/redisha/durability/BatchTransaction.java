package io.detektor.redisha.durability;

import io.detektor.redisha.Causes;
import io.detektor.redisha.connect.NodeConnector;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.ProtocolKeyword;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * A batch of plain appends to one stream as a transaction of {@code XADD}s. The master's script
 * engine hashes every byte that it is given: appends of 1 KB cost it half as much this way, those
 * of 40 KB less than half (docs/explanation/measurements.md).
 *
 * <p>For the first attempt only. A transaction cannot ask whether it was there before, so {@code
 * WATCH} has to keep a late one out: when a repeat, by the script on another connection, has
 * written the lane's record since, this transaction comes to nothing. The watch must be known to be
 * in force before the transaction is sent.
 *
 * <p>Its replies are switched off, and the lane's record is read instead: it says whether the
 * transaction took place, and is the answer. Where it did not, nothing is stored, and the script
 * says why.
 */
final class BatchTransaction extends Command<String, byte[], String> {

    /** A lone append is the script's whole either way. */
    private static final int LEAST = 2;

    private static final ProtocolKeyword NAME = new Word("BATCH", "BATCH");

    private static final byte[] SCRIPT = script();

    /** What append-last.lua asks: were it refused there, the entries before it would stay. */
    private static final String QUESTIONS =
            "redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1) "
                    + "redis.call('XLEN', KEYS[1]) return 'OK'";

    private static final byte[] NO_REPLIES = command("CLIENT", "REPLY", "OFF");
    private static final byte[] REPLIES = command("CLIENT", "REPLY", "ON");
    private static final byte[] UNWATCH = command("UNWATCH");
    private static final byte[] MULTI = command("MULTI");
    private static final byte[] EXEC = command("EXEC");
    private static final byte[] WATCH = bytes("WATCH");
    private static final byte[] XADD = bytes("XADD");
    private static final byte[] EVAL = bytes("EVAL");
    private static final byte[] NEW_ID = bytes("*");

    private final byte[] laneKey;
    private final long keepMillis;
    private final long number;
    private final List<PendingAppend> appends;
    private final long size;

    private BatchTransaction(
            String laneKey, long keepMillis, long number, List<PendingAppend> appends, long size) {
        super(NAME, new StatusOutput<>(NodeConnector.CODEC));
        this.laneKey = utf8(laneKey);
        this.keepMillis = keepMillis;
        this.number = number;
        this.appends = appends;
        this.size = size;
    }

    /** Writes the batch, and watches the lane's record for the next one. */
    static AsyncCommand<String, byte[], String> of(String laneKey, long keepMillis, Batch batch) {
        return new AsyncCommand<>(
                new BatchTransaction(
                        laneKey, keepMillis, batch.number, batch.appends(), batch.size()));
    }

    /** Watches the lane's record as it is now, so that the next batch may be a transaction. */
    static AsyncCommand<String, byte[], String> watch(String laneKey) {
        return new AsyncCommand<>(new BatchTransaction(laneKey, 0, 0, List.of(), 0));
    }

    /**
     * Whether a batch can be written so: several appends to one stream, none of them conditional.
     */
    static boolean suits(Batch batch, StreamRoom room) {
        List<PendingAppend> appends = batch.appends();
        if (appends.size() < LEAST) {
            return false;
        }
        StreamAppend first = appends.getFirst().append;
        for (PendingAppend pending : appends) {
            StreamAppend append = pending.append;
            if (append.idempotencyKey() != null
                    || !append.stream().equals(first.stream())
                    || append.maxLength() != first.maxLength()) {
                return false;
            }
        }
        return first.maxLength() == 0 || room.isAmple(first.stream(), first.maxLength());
    }

    /**
     * Whether this user may do all that it takes, asked with one answer to each command: inside a
     * transaction without replies a refusal would go unseen, and {@code XADD} without {@code MULTI}
     * would count at once.
     */
    static CompletionStage<Boolean> permitted(
            StatefulRedisConnection<String, byte[]> connection, String laneKey) {
        AsyncCommand<String, byte[], String> exec = probe("EXEC");
        AsyncCommand<String, byte[], String> unwatch = probe("UNWATCH");
        connection.dispatch(List.of(exec, unwatch));
        return exec.handle((_, refusal) -> refusal)
                .thenCombine(
                        unwatch.handle((_, refusal) -> refusal),
                        (noTransaction, refusal) ->
                                refusal == null
                                        && String.valueOf(Causes.text(noTransaction))
                                                .contains("EXEC without MULTI"))
                .thenCompose(possible -> {
                    if (!possible) {
                        return CompletableFuture.completedStage(false);
                    }
                    List<AsyncCommand<String, byte[], String>> all =
                            List.of(
                                    probe("EVAL", QUESTIONS, "1", laneKey + ":none"),
                                    probe("WATCH", laneKey),
                                    probe("MULTI"),
                                    probe("EXEC"),
                                    probe("CLIENT", "REPLY", "ON"));
                    connection.dispatch(all);
                    return CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new))
                            .handle((_, refusal) -> refusal == null);
                });
    }

    /** A command as it is: the driver takes part in transactions that it knows of. */
    private static AsyncCommand<String, byte[], String> probe(String name, String... arguments) {
        CommandArgs<String, byte[]> args = new CommandArgs<>(NodeConnector.CODEC);
        for (String argument : arguments) {
            args.addKey(argument);
        }
        return new AsyncCommand<>(
                new Command<>(
                        new Word(name, "plain " + name),
                        new StatusOutput<>(NodeConnector.CODEC),
                        args));
    }

    /**
     * A command's name.
     *
     * @param sent to the server
     * @param shown to the driver
     */
    private record Word(String sent, String shown) implements ProtocolKeyword {

        @Override
        public byte[] getBytes() {
            return bytes(sent);
        }

        @Override
        public String toString() {
            return shown;
        }
    }

    private static byte[] script() {
        String text = new String(BatchCommands.resource("append-last.lua"), StandardCharsets.UTF_8);
        // it goes over the wire with each batch, and the server hashes it
        return utf8(
                text.lines()
                        .map(String::strip)
                        .filter(line -> !line.startsWith("--"))
                        .collect(Collectors.joining("\n")));
    }

    /** As one write, in the place of one command: one reply comes, that of the last one. */
    @Override
    public void encode(ByteBuf out) {
        int most = Math.toIntExact(mostBytes());
        out.ensureWritable(most);
        // many small pieces: a ByteBuf asks at each one whether it is still there, and a view of
        // it does not (docs/explanation/measurements.md)
        int from = out.writerIndex();
        ByteBuffer view = out.internalNioBuffer(from, most);
        int start = view.position();
        encode(view);
        out.writerIndex(from + view.position() - start);
    }

    private long mostBytes() {
        byte[] stream = appends.isEmpty() ? NEW_ID : stream();
        return size
                + (appends.size() + 1L) * (stream.length + 64)
                + SCRIPT.length
                + 2L * laneKey.length
                + 512;
    }

    private byte[] stream() {
        return utf8(appends.getFirst().append.stream());
    }

    private void encode(ByteBuffer out) {
        out.put(NO_REPLIES);
        if (appends.isEmpty()) {
            out.put(UNWATCH);
        } else {
            transaction(out);
        }
        count(out, 2);
        bulk(out, WATCH);
        bulk(out, laneKey);
        out.put(REPLIES);
    }

    private void transaction(ByteBuffer out) {
        byte[] stream = stream();
        out.put(MULTI);
        for (PendingAppend pending : appends.subList(0, appends.size() - 1)) {
            List<byte[]> fields = pending.append.fields();
            count(out, 3 + fields.size());
            bulk(out, XADD);
            bulk(out, stream);
            bulk(out, NEW_ID);
            bulks(out, fields);
        }
        StreamAppend last = appends.getLast().append;
        count(out, 9 + last.fields().size());
        bulk(out, EVAL);
        bulk(out, SCRIPT);
        bulk(out, bytes("2"));
        bulk(out, laneKey);
        bulk(out, stream);
        bulk(out, bytes(Long.toString(number)));
        bulk(out, bytes(Long.toString(keepMillis)));
        bulk(out, bytes(Integer.toString(appends.size())));
        bulk(out, bytes(last.maxLength() > 0 ? "1" : "0"));
        bulks(out, last.fields());
        out.put(EXEC);
    }

    private static byte[] command(String... words) {
        StringBuilder text = new StringBuilder("*" + words.length + "\r\n");
        for (String word : words) {
            text.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
        }
        return bytes(text.toString());
    }

    private static void count(ByteBuffer out, int elements) {
        out.put((byte) '*');
        decimal(out, elements);
        endLine(out);
    }

    private static void bulks(ByteBuffer out, List<byte[]> values) {
        for (int i = 0; i < values.size(); i++) {
            bulk(out, values.get(i));
        }
    }

    private static void bulk(ByteBuffer out, byte[] value) {
        out.put((byte) '$');
        decimal(out, value.length);
        endLine(out);
        out.put(value);
        endLine(out);
    }

    private static void decimal(ByteBuffer out, int value) {
        if (value >= 10) {
            decimal(out, value / 10);
        }
        out.put((byte) ('0' + value % 10));
    }

    private static void endLine(ByteBuffer out) {
        out.put((byte) '\r').put((byte) '\n');
    }

    private static byte[] bytes(String ascii) {
        return ascii.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
