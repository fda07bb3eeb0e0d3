package io.detektor.framebuffer.stream;

import io.detektor.framebuffer.frame.DeadLetterReason;
import io.detektor.framebuffer.frame.JsonFrame;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Frames as stream entries. The layout is a contract with other versions of frame-buffer and with
 * whoever looks into Redis:
 *
 * <ul>
 *   <li>frames: {@code frame} = the bytes of the JSON object that was sent
 *   <li>dead letters: {@code reason}, {@code stream} = where it belongs, {@code frame} = as above
 *   <li>metadata of the capture service: one field a member, all of them text; see {@link #json}
 * </ul>
 */
final class FrameEntryCodec {

    private static final String FRAME = "frame";
    private static final byte[] FRAME_FIELD = utf8(FRAME);
    private static final byte[] REASON_FIELD = utf8("reason");
    private static final byte[] STREAM_FIELD = utf8("stream");

    private static final JsonFactory JSON = new JsonFactory();

    private FrameEntryCodec() {}

    static List<byte[]> frame(JsonFrame frame) {
        return List.of(FRAME_FIELD, frame.json());
    }

    static List<byte[]> deadLetter(JsonFrame frame, DeadLetterReason reason, String stream) {
        return List.of(
                REASON_FIELD,
                utf8(reason.tag()),
                STREAM_FIELD,
                utf8(stream),
                FRAME_FIELD,
                frame.json());
    }

    /**
     * An entry as the JSON object that its taker gets: what was enqueued, byte for byte; and of
     * anything else its fields, with those that version 1 knows in the types that it knows.
     *
     * @param fields name, value, name, value, …
     */
    static byte[] json(EntryId id, List<byte[]> fields) {
        if (fields.size() == 2 && text(fields.get(0)).equals(FRAME)) {
            return fields.get(1);
        }
        Map<String, String> members = new LinkedHashMap<>();
        for (int i = 0; i + 1 < fields.size(); i += 2) {
            members.put(text(fields.get(i)), text(fields.get(i + 1)));
        }
        return metadata(id, members);
    }

    private static byte[] metadata(EntryId id, Map<String, String> fields) {
        List<String> resolution = resolution(fields.get("resolution"));
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
            json.writeStartObject();
            json.writeStringProperty("frame_id", fields.getOrDefault("frame_id", "unknown"));
            json.writeStringProperty("camera_id", fields.getOrDefault("camera_id", "unknown"));
            json.writeStringProperty(
                    "timestamp",
                    fields.getOrDefault("timestamp", Instant.ofEpochMilli(id.millis()).toString()));
            integer(json, "width", fields.get("width"), resolution.get(0));
            integer(json, "height", fields.get("height"), resolution.get(1));
            json.writeStringProperty("format", fields.getOrDefault("format", "bgr24"));
            integer(json, "size_bytes", fields.get("size_bytes"), "0");
            fields.forEach((name, value) -> {
                if (!isKnown(name)) {
                    json.writeStringProperty(name, value);
                }
            });
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    private static boolean isKnown(String name) {
        return switch (name) {
            case "frame_id", "camera_id", "timestamp", "width", "height", "format", "size_bytes" ->
                    true;
            default -> false;
        };
    }

    /** {@code "[640, 360]"} as two numbers; 0 where there are none. */
    private static List<String> resolution(@Nullable String text) {
        String[] parts =
                text == null ? new String[0] : text.replaceAll("[\\[\\]()]", "").split(",");
        return parts.length == 2 ? List.of(parts[0], parts[1]) : List.of("0", "0");
    }

    /** A number where the text is one, else the text itself rather than nothing. */
    private static void integer(
            JsonGenerator json, String name, @Nullable String value, String otherwise) {
        String text = (value == null || value.isBlank() ? otherwise : value).strip();
        try {
            json.writeNumberProperty(name, Long.parseLong(text));
        } catch (NumberFormatException e) {
            json.writeStringProperty(name, text);
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
