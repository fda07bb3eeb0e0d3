package io.detektor.loadtester.message;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A message as the JSON object of a camera frame, the way the pipeline's cameras send it, plus the
 * members {@code sent_us} and {@code crc32c} (over frame_id, sent_us and data). Its checksum in the
 * ledger is over every byte of the JSON, so that it has to come back byte for byte. Thread-safe.
 */
public final class FrameFormat implements Format {

    /** The field in which frame-buffer keeps a frame's JSON. */
    private static final String FIELD = "frame";

    private static final String CAMERA = "load-test";

    private static final byte[] HEAD = EntryFormat.ascii("{\"frame_id\":\"");
    private static final byte[] SENT = EntryFormat.ascii(",\"sent_us\":");
    private static final byte[] CRC = EntryFormat.ascii("\"crc32c\":\"");
    private static final byte[] DATA = EntryFormat.ascii(",\"data\":\"");
    private static final byte[] TAIL = EntryFormat.ascii("\"}");
    private static final byte QUOTE = '"';
    private static final byte COMMA = ',';

    private final RunId runId;
    private final JsonFactory json = new JsonFactory();

    public FrameFormat(RunId runId) {
        this.runId = runId;
    }

    /**
     * A frame to send, in parts, so that the image is not copied for each message.
     *
     * @param id the idempotency key
     * @param parts the JSON, one part after the other; not to be changed
     * @param checksum CRC32C over all parts
     */
    public record Frame(String id, List<byte[]> parts, int checksum) {}

    /** Makes message {@code seq}. */
    public Frame frame(long seq, long intendedMicros, Content content) {
        byte[] id = runId.id(seq);
        byte[] data = content.base64(seq);
        String sent = Long.toString(intendedMicros);
        CRC32C crc = new CRC32C();
        crc.update(id);
        crc.update(EntryFormat.ascii(sent));
        crc.update(data);
        byte[] head =
                EntryFormat.ascii(
                        "{\"frame_id\":\""
                                + runId.text(seq)
                                + "\",\"camera_id\":\""
                                + CAMERA
                                + "\",\"timestamp\":\""
                                + Instant.EPOCH.plus(intendedMicros, ChronoUnit.MICROS)
                                + "\",\"width\":"
                                + content.width()
                                + ",\"height\":"
                                + content.height()
                                + ",\"format\":\"jpeg\",\"sent_us\":"
                                + sent
                                + ",\"crc32c\":\""
                                + EntryFormat.hex((int) crc.getValue())
                                + "\",\"data\":\"");
        byte[] tail = TAIL;
        crc.reset();
        crc.update(head);
        crc.update(data);
        crc.update(tail);
        return new Frame(runId.text(seq), List.of(head, data, tail), (int) crc.getValue());
    }

    @Override
    public Seen read(Map<String, byte[]> fields) {
        byte[] body = fields.get(FIELD);
        return body == null ? Seen.FOREIGN : read(body, 0, body.length);
    }

    /** Reads a frame's JSON out of a larger array. */
    public Seen read(byte[] bytes, int from, int length) {
        CRC32C whole = new CRC32C();
        whole.update(bytes, from, length);
        int checksum = (int) whole.getValue();
        Seen asWritten = readAsWritten(bytes, from, from + length, checksum);
        return asWritten != null ? asWritten : parse(bytes, from, length, checksum);
    }

    /**
     * Reads what looks exactly as {@link #frame} writes it, without making a string of the image.
     *
     * @return null when it does not look like that
     */
    private @Nullable Seen readAsWritten(byte[] bytes, int from, int to, int checksum) {
        int end = to - TAIL.length;
        if (!at(bytes, from, to, HEAD) || !at(bytes, end, to, TAIL)) {
            return null;
        }
        int id = from + HEAD.length;
        int idEnd = find(bytes, id, Math.min(end, id + 100), QUOTE);
        int sent = after(bytes, idEnd, end, SENT);
        int sentEnd = find(bytes, sent, Math.min(end, sent + 20), COMMA);
        int crc = after(bytes, sentEnd, end, CRC);
        int crcEnd = find(bytes, crc, Math.min(end, crc + 20), QUOTE);
        int data = after(bytes, crcEnd, end, DATA);
        if (idEnd < 0 || sentEnd < 0 || crcEnd < 0 || data < 0) {
            return null;
        }
        byte[] idBytes = Arrays.copyOfRange(bytes, id, idEnd);
        long seq = runId.seq(idBytes);
        String sentText = new String(bytes, sent, sentEnd - sent, StandardCharsets.ISO_8859_1);
        if (!sentText.matches("\\d{1,18}")) {
            return null;
        }
        CRC32C content = new CRC32C();
        content.update(idBytes);
        content.update(bytes, sent, sentEnd - sent);
        content.update(bytes, data, end - data);
        String carried = new String(bytes, crc, crcEnd - crc, StandardCharsets.ISO_8859_1);
        return new Seen(
                seq,
                EntryFormat.hex((int) content.getValue()).equals(carried),
                checksum,
                Long.parseLong(sentText),
                EntryFormat.name(seq, idBytes));
    }

    private static boolean at(byte[] bytes, int from, int to, byte[] wanted) {
        return from >= 0
                && from + wanted.length <= to
                && Arrays.equals(bytes, from, from + wanted.length, wanted, 0, wanted.length);
    }

    private static int find(byte[] bytes, int from, int to, byte wanted) {
        for (int i = from; i >= 0 && i < to; i++) {
            if (bytes[i] == wanted) {
                return i;
            }
        }
        return -1;
    }

    /**
     * Where what follows {@code wanted} begins, looking through the few members before the image.
     */
    private static int after(byte[] bytes, int from, int to, byte[] wanted) {
        for (int i = from; i >= 0 && i < Math.min(to, from + 400); i++) {
            if (at(bytes, i, to, wanted)) {
                return i + wanted.length;
            }
        }
        return -1;
    }

    private Seen parse(byte[] bytes, int from, int length, int checksum) {
        byte[] id = null;
        byte[] data = null;
        String sent = "";
        String carried = "";
        try (JsonParser parser =
                json.createParser(
                        ObjectReadContext.empty(), new ByteArrayInputStream(bytes, from, length))) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return new Seen(-1, false, checksum, 0, "(no object)");
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                switch (name) {
                    case "frame_id" -> id = EntryFormat.ascii(parser.getString());
                    case "sent_us" -> sent = parser.getString();
                    case "crc32c" -> carried = parser.getString();
                    case "data" -> data = EntryFormat.ascii(parser.getString());
                    default -> parser.skipChildren();
                }
            }
        } catch (JacksonException e) {
            long damaged = id == null ? -1 : runId.seq(id);
            return new Seen(damaged, false, checksum, 0, EntryFormat.name(damaged, id));
        }
        if (id == null) {
            return Seen.FOREIGN;
        }
        long seq = runId.seq(id);
        if (data == null || !sent.matches("\\d{1,18}")) {
            return new Seen(seq, false, checksum, 0, EntryFormat.name(seq, id));
        }
        CRC32C crc = new CRC32C();
        crc.update(id);
        crc.update(EntryFormat.ascii(sent));
        crc.update(data);
        boolean intact = EntryFormat.hex((int) crc.getValue()).equals(carried);
        return new Seen(seq, intact, checksum, Long.parseLong(sent), EntryFormat.name(seq, id));
    }
}
