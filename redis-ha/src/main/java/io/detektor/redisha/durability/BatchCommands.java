package io.detektor.redisha.durability;

import io.detektor.redisha.connect.NodeConnector;
import io.detektor.redisha.connect.Role;
import io.lettuce.core.output.ArrayOutput;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.output.IntegerOutput;
import io.lettuce.core.output.ValueOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.protocol.ProtocolKeyword;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** The commands that write a batch and show that it is replicated, and their replies. */
final class BatchCommands {

    /** {@code append-batch.lua}, as it is loaded on each connection. */
    static final byte[] SCRIPT = resource("append-batch.lua");

    /** Redis 7.2; the driver does not name it. */
    private static final ProtocolKeyword WAITAOF =
            new ProtocolKeyword() {
                @Override
                public byte[] getBytes() {
                    return toString().getBytes(StandardCharsets.US_ASCII);
                }

                @Override
                public String toString() {
                    return "WAITAOF";
                }
            };

    /** Room for a key and the protocol around it; a longer one only costs a copy. */
    private static final long MOST_KEY = 128;

    /** A single append may be larger than any batch; its buffer then grows as it always did. */
    private static final long MOST_RESERVED = 16 << 20;

    private BatchCommands() {}

    static byte[] resource(String name) {
        try (InputStream in = BatchCommands.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + ": not on the class path");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static AsyncCommand<String, byte[], byte[]> append(
            String sha, String laneKey, String keyPrefix, long keepMillis, Batch batch) {
        Map<String, Integer> keys = new LinkedHashMap<>();
        keys.put(laneKey, 1);
        CommandArgs<String, byte[]> args = args();
        args.add(batch.number).add(keepMillis);
        int written = 0;
        while (written < batch.appends().size()) {
            List<PendingAppend> run = run(batch.appends(), written, keys, keyPrefix);
            StreamAppend first = run.getFirst().append;
            args.add(index(keys, first.stream()));
            args.add(first.idempotencyKey() == null ? 0 : recordIndex(keys, first, keyPrefix));
            args.add(first.maxLength()).add(first.fields().size() / 2).add(run.size());
            args.add(first.fingerprint() == null ? 0 : 1);
            addEverySecond(args, first.fields(), 0);
            for (PendingAppend pending : run) {
                String fingerprint = pending.append.fingerprint();
                if (fingerprint != null) {
                    args.add(fingerprint);
                }
                addEverySecond(args, pending.append.fields(), 1);
            }
            written += run.size();
        }
        CommandArgs<String, byte[]> all = new SizedArgs(batch.size() + keys.size() * MOST_KEY);
        all.add(sha).add(keys.size()).addKeys(keys.keySet()).addAll(args);
        return command(CommandType.EVALSHA, new ValueOutput<>(NodeConnector.CODEC), all);
    }

    /** Of names and values in turn, the names (from 0) or the values (from 1). */
    private static void addEverySecond(
            CommandArgs<String, byte[]> args, List<byte[]> fields, int from) {
        for (int i = from; i < fields.size(); i += 2) {
            args.add(fields.get(i));
        }
    }

    /**
     * Arguments of a known size. The driver's encoder starts with 256 bytes and doubles them: a
     * batch would be copied a dozen times on its way out.
     */
    private static final class SizedArgs extends CommandArgs<String, byte[]> {

        private final int bytes;

        SizedArgs(long bytes) {
            super(NodeConnector.CODEC);
            this.bytes = reserved(bytes);
        }

        @Override
        public void encode(ByteBuf buffer) {
            buffer.ensureWritable(bytes);
            super.encode(buffer);
        }
    }

    /** How much room to make for so many bytes at once. */
    static int reserved(long bytes) {
        return Math.toIntExact(Math.min(bytes, MOST_RESERVED));
    }

    /** The appends from one on that the script can be told of as one run. */
    private static List<PendingAppend> run(
            List<PendingAppend> appends, int from, Map<String, Integer> keys, String keyPrefix) {
        StreamAppend first = appends.get(from).append;
        boolean keyed = first.idempotencyKey() != null;
        long record = keyed ? recordIndex(keys, first, keyPrefix) : 0;
        int to = from + 1;
        while (to < appends.size()) {
            StreamAppend next = appends.get(to).append;
            boolean alike =
                    next.stream().equals(first.stream())
                            && next.maxLength() == first.maxLength()
                            && sameNames(next.fields(), first.fields())
                            && (next.fingerprint() != null) == (first.fingerprint() != null)
                            && (next.idempotencyKey() != null) == keyed;
            // a key that occurs twice in the batch keeps its first index
            if (!alike || (keyed && recordIndex(keys, next, keyPrefix) != record + to - from)) {
                break;
            }
            to++;
        }
        return appends.subList(from, to);
    }

    private static boolean sameNames(List<byte[]> fields, List<byte[]> others) {
        if (fields.size() != others.size()) {
            return false;
        }
        for (int i = 0; i < fields.size(); i += 2) {
            if (!Arrays.equals(fields.get(i), others.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static int recordIndex(
            Map<String, Integer> keys, StreamAppend append, String keyPrefix) {
        return index(
                keys,
                keyPrefix + ":idempotency:" + append.stream() + ":" + append.idempotencyKey());
    }

    private static int index(Map<String, Integer> keys, String key) {
        return keys.computeIfAbsent(key, added -> keys.size() + 1);
    }

    /** What the lane wrote last, and its answer. */
    static AsyncCommand<String, byte[], byte[]> record(String laneKey) {
        return command(
                CommandType.GET, new ValueOutput<>(NodeConnector.CODEC), args().addKey(laneKey));
    }

    static AsyncCommand<String, byte[], Long> waitFor(int replicas, Duration atMost) {
        return command(
                CommandType.WAIT,
                new IntegerOutput<>(NodeConnector.CODEC),
                args().add(replicas).add(atMost.toMillis()));
    }

    /** Waits until the master's own append-only file is fsynced. */
    static AsyncCommand<String, byte[], List<Object>> waitForFsync(Duration atMost) {
        return command(
                WAITAOF,
                new ArrayOutput<>(NodeConnector.CODEC),
                args().add(1).add(0).add(atMost.toMillis()));
    }

    /** Whether {@link #waitForFsync} was answered, and in time. */
    static boolean fsynced(AsyncCommand<String, byte[], List<Object>> answered) {
        return answered.state() == Future.State.SUCCESS
                && Long.valueOf(1).equals(answered.resultNow().getFirst());
    }

    /** Why a command failed; null when it did not, or when it has no answer yet. */
    static @Nullable Throwable failureOf(AsyncCommand<?, ?, ?> command) {
        return switch (command.state()) {
            case FAILED -> command.exceptionNow();
            case CANCELLED -> new CancellationException("the connection was closed");
            case RUNNING, SUCCESS -> null;
        };
    }

    static AsyncCommand<String, byte[], List<Object>> role() {
        return command(CommandType.ROLE, new ArrayOutput<>(NodeConnector.CODEC), args());
    }

    static Role roleOf(AsyncCommand<String, byte[], List<Object>> answered) {
        return Role.parse(answered.join());
    }

    private static CommandArgs<String, byte[]> args() {
        return new CommandArgs<>(NodeConnector.CODEC);
    }

    private static <T> AsyncCommand<String, byte[], T> command(
            ProtocolKeyword type,
            CommandOutput<String, byte[], T> output,
            CommandArgs<String, byte[]> args) {
        return new AsyncCommand<>(new Command<>(type, output, args));
    }

    /**
     * What the script says of each append, in order.
     *
     * @param id the entry's id; empty when refused
     * @param repeated whether it was stored before
     * @param error the server's error; empty when stored
     * @param length entries in the stream, or -1
     */
    record Stored(String id, boolean repeated, String error, long length) {}

    /**
     * What an answer says of each append.
     *
     * @param answer of append-batch.lua or append-last.lua
     */
    static List<Stored> stored(byte[] answer) {
        String text = new String(answer, StandardCharsets.UTF_8);
        if (text.startsWith("~")) {
            return inSequence(text);
        }
        List<Stored> all = new ArrayList<>();
        for (String line : text.split("\n", -1)) {
            // an error's text may hold commas, a length never does
            int comma = line.lastIndexOf(',');
            long length = -1;
            String what = line;
            if (comma > 0 && isNumber(line, comma + 1)) {
                length = Long.parseLong(line, comma + 1, line.length(), 10);
                what = line.substring(0, comma);
            }
            all.add(
                    switch (what.charAt(0)) {
                        case '-' -> new Stored("", false, what.substring(1), length);
                        case '=' -> new Stored(what.substring(1), true, "", length);
                        default -> new Stored(what, false, "", length);
                    });
        }
        return all;
    }

    /**
     * Of {@code ~<count> <last id>;…[,<length>]}: groups of ids that rise by one, and lengths that
     * do.
     */
    private static List<Stored> inSequence(String text) {
        int comma = text.indexOf(',');
        String groups = text.substring(1, comma < 0 ? text.length() : comma);
        List<String> ids = new ArrayList<>();
        for (String group : groups.split(";", -1)) {
            int space = group.indexOf(' ');
            int dash = group.indexOf('-', space);
            String millis = group.substring(space + 1, dash + 1);
            long last = Long.parseLong(group, dash + 1, group.length(), 10);
            for (long before = Long.parseLong(group, 0, space, 10) - 1; before >= 0; before--) {
                ids.add(millis + (last - before));
            }
        }
        long length = comma < 0 ? -1 : Long.parseLong(text, comma + 1, text.length(), 10);
        List<Stored> all = new ArrayList<>(ids.size());
        for (String id : ids) {
            int after = ids.size() - 1 - all.size();
            all.add(new Stored(id, false, "", comma < 0 ? -1 : length - after));
        }
        return all;
    }

    private static boolean isNumber(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            if (!Character.isDigit(text.charAt(i))) {
                return false;
            }
        }
        return from < text.length();
    }
}
