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
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The commands that write a batch and show that it is replicated, and their replies. */
final class BatchCommands {

    /** {@code append-batch.lua}, as it is loaded on each connection. */
    static final byte[] SCRIPT = script();

    private BatchCommands() {}

    private static byte[] script() {
        try (InputStream in = BatchCommands.class.getResourceAsStream("append-batch.lua")) {
            if (in == null) {
                throw new IllegalStateException("append-batch.lua: not on the class path");
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
        for (PendingAppend pending : batch.appends) {
            StreamAppend append = pending.append;
            String idempotencyKey = append.idempotencyKey();
            args.add(index(keys, append.stream()));
            args.add(
                    idempotencyKey == null
                            ? 0
                            : index(
                                    keys,
                                    keyPrefix
                                            + ":idempotency:"
                                            + append.stream()
                                            + ":"
                                            + idempotencyKey));
            args.add(append.maxLength()).add(append.fields().size() / 2);
            for (byte[] field : append.fields()) {
                args.add(field);
            }
        }
        CommandArgs<String, byte[]> all = args();
        all.add(sha).add(keys.size()).addKeys(keys.keySet()).addAll(args);
        return command(CommandType.EVALSHA, new ValueOutput<>(NodeConnector.CODEC), all);
    }

    private static long index(Map<String, Integer> keys, String key) {
        return keys.computeIfAbsent(key, added -> keys.size() + 1);
    }

    static AsyncCommand<String, byte[], Long> waitFor(int replicas, long millis) {
        return command(
                CommandType.WAIT,
                new IntegerOutput<>(NodeConnector.CODEC),
                args().add(replicas).add(millis));
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
            CommandType type,
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

    static List<Stored> stored(byte[] answer) {
        List<Stored> all = new ArrayList<>();
        for (String line : new String(answer, StandardCharsets.UTF_8).split("\n", -1)) {
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

    private static boolean isNumber(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            if (!Character.isDigit(text.charAt(i))) {
                return false;
            }
        }
        return from < text.length();
    }
}
