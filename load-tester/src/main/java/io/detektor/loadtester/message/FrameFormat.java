package io.detektor.loadtester.message;

import java.io.ByteArrayInputStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
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
        byte[] tail = EntryFormat.ascii("\"}");
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
            return new Seen(
                    id == null ? -1 : runId.seq(id), false, checksum, 0, EntryFormat.text(id));
        }
        if (id == null) {
            return Seen.FOREIGN;
        }
        long seq = runId.seq(id);
        if (data == null || !sent.matches("\\d{1,18}")) {
            return new Seen(seq, false, checksum, 0, EntryFormat.text(id));
        }
        CRC32C crc = new CRC32C();
        crc.update(id);
        crc.update(EntryFormat.ascii(sent));
        crc.update(data);
        boolean intact = EntryFormat.hex((int) crc.getValue()).equals(carried);
        return new Seen(seq, intact, checksum, Long.parseLong(sent), EntryFormat.text(id));
    }
}
