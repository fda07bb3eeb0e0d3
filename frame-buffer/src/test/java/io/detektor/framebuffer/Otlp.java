package io.detektor.framebuffer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Reads what OpenTelemetry's exporters send (opentelemetry/proto/trace/v1/trace.proto), as far as
 * the tests look at it.
 */
final class Otlp {

    static final int SERVER = 2;
    static final int PRODUCER = 4;
    static final int CONSUMER = 5;

    private Otlp() {}

    /**
     * One span.
     *
     * @param trace hexadecimal, as the other ids
     * @param parent empty for none
     * @param kind {@link #SERVER} and the like
     */
    record Span(String trace, String id, String parent, String name, int kind) {}

    /** The spans of an {@code ExportTraceServiceRequest}. */
    static List<Span> spans(byte[] request) {
        List<Span> spans = new ArrayList<>();
        for (byte[] resource : messages(request, 1)) {
            for (byte[] scope : messages(resource, 2)) {
                for (byte[] span : messages(scope, 2)) {
                    spans.add(span(span));
                }
            }
        }
        return spans;
    }

    private static Span span(byte[] message) {
        Map<Integer, List<Object>> fields = fields(message);
        return new Span(
                hex(fields, 1),
                hex(fields, 2),
                hex(fields, 4),
                new String((byte[]) first(fields, 5), StandardCharsets.UTF_8),
                ((Long) first(fields, 6)).intValue());
    }

    private static String hex(Map<Integer, List<Object>> fields, int number) {
        return fields.containsKey(number)
                ? HexFormat.of().formatHex((byte[]) first(fields, number))
                : "";
    }

    private static Object first(Map<Integer, List<Object>> fields, int number) {
        return fields.getOrDefault(number, List.of()).getFirst();
    }

    private static List<byte[]> messages(byte[] message, int number) {
        return fields(message).getOrDefault(number, List.of()).stream()
                .map(byte[].class::cast)
                .toList();
    }

    /** Values by field number: numbers as Long, all else as bytes. */
    private static Map<Integer, List<Object>> fields(byte[] message) {
        Map<Integer, List<Object>> fields = new HashMap<>();
        ByteBuffer in = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        while (in.hasRemaining()) {
            long tag = varint(in);
            Object value =
                    switch ((int) (tag & 7)) {
                        case 0 -> varint(in);
                        case 1 -> in.getLong();
                        case 2 -> {
                            byte[] bytes = new byte[(int) varint(in)];
                            in.get(bytes);
                            yield bytes;
                        }
                        case 5 -> (long) in.getInt();
                        default -> throw new IllegalArgumentException("wire type of tag " + tag);
                    };
            fields.computeIfAbsent((int) (tag >>> 3), _ -> new ArrayList<>()).add(value);
        }
        return fields;
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = in.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }
}
