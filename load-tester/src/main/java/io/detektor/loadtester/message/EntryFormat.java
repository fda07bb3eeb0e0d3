package io.detektor.loadtester.message;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A message as a stream entry: {@code id}, {@code sent_us} (intended time, microseconds since the
 * epoch), {@code crc32c} over the other three in hexadecimal, {@code data}. Stateless.
 */
public final class EntryFormat implements Format {

    private static final byte[] ID = ascii("id");
    private static final byte[] SENT = ascii("sent_us");
    private static final byte[] CRC = ascii("crc32c");
    private static final byte[] DATA = ascii("data");

    private final RunId runId;

    public EntryFormat(RunId runId) {
        this.runId = runId;
    }

    /**
     * A message to write.
     *
     * @param fields names and values in turn
     * @param checksum CRC32C over id, time and data
     */
    public record Entry(List<byte[]> fields, int checksum) {}

    /** Makes message {@code seq}. */
    public Entry entry(long seq, long intendedMicros, Content content) {
        byte[] id = runId.id(seq);
        byte[] sent = ascii(Long.toString(intendedMicros));
        byte[] data = content.raw(seq);
        int checksum = checksum(id, sent, data);
        return new Entry(
                List.of(ID, id, SENT, sent, CRC, ascii(hex(checksum)), DATA, data), checksum);
    }

    @Override
    public Seen read(Map<String, byte[]> fields) {
        byte[] id = fields.get("id");
        byte[] sent = fields.get("sent_us");
        byte[] crc = fields.get("crc32c");
        byte[] data = fields.get("data");
        if (id == null) {
            return Seen.FOREIGN;
        }
        long seq = runId.seq(id);
        if (sent == null || crc == null || data == null || fields.size() != 4) {
            return new Seen(seq, false, 0, 0, name(seq, id));
        }
        int checksum = checksum(id, sent, data);
        boolean intact = hex(checksum).equals(new String(crc, StandardCharsets.ISO_8859_1));
        return new Seen(seq, intact, checksum, micros(sent), name(seq, id));
    }

    private static int checksum(byte[] id, byte[] sent, byte[] data) {
        CRC32C crc = new CRC32C();
        crc.update(id);
        crc.update(sent);
        crc.update(data);
        return (int) crc.getValue();
    }

    static String hex(int checksum) {
        return HexFormat.of().toHexDigits(checksum);
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** What {@link Seen#foreignId} says: nothing for a message of this run. */
    static String name(long seq, byte @Nullable [] id) {
        return seq < 0 ? text(id) : "";
    }

    /** For reports; whatever is in it must not break a terminal. */
    private static String text(byte @Nullable [] bytes) {
        if (bytes == null) {
            return "(no id)";
        }
        String text = new String(bytes, 0, Math.min(bytes.length, 60), StandardCharsets.ISO_8859_1);
        return text.replaceAll("[^\\x20-\\x7e]", "?");
    }

    private static long micros(byte[] digits) {
        long micros = 0;
        for (byte digit : digits) {
            if (digit < '0' || digit > '9' || digits.length > 18) {
                return 0;
            }
            micros = micros * 10 + (digit - '0');
        }
        return micros;
    }
}
