package io.detektor.framebuffer.stream;

import io.detektor.framebuffer.frame.ImageFrame;
import io.detektor.framebuffer.frame.JsonFrame;
import io.detektor.framebuffer.frame.StoredFrame;
import io.detektor.framebuffer.frame.TraceContext;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
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
 *   <li>frames: {@code frame} = the bytes of the JSON object that was sent, and {@code traceparent}
 *       where there was one
 *   <li>images: {@code content_type}, {@code frame_id}, {@code camera_id}, {@code timestamp} and
 *       {@code traceparent} where they were given, {@code image} = the bytes that were sent
 *   <li>metadata of the capture service: one field a member, all of them text; see {@link #decode}
 * </ul>
 */
final class FrameEntryCodec {

    private static final String FRAME = "frame";
    private static final String TRACEPARENT = "traceparent";
    private static final String CONTENT_TYPE = "content_type";
    private static final String IMAGE = "image";
    private static final byte[] FRAME_FIELD = utf8(FRAME);
    private static final byte[] TRACEPARENT_FIELD = utf8(TRACEPARENT);

    private static final JsonFactory JSON = new JsonFactory();

    private FrameEntryCodec() {}

    /** Name, value, name, value, … of the entry that holds a frame. */
    static List<byte[]> encode(FrameAppend append) {
        String traceparent = append.traceparent();
        return switch (append.frame()) {
            case JsonFrame json ->
                    traceparent == null
                            ? List.of(FRAME_FIELD, json.body())
                            : List.of(
                                    FRAME_FIELD, json.body(), TRACEPARENT_FIELD, utf8(traceparent));
            case ImageFrame image -> image(image, traceparent);
        };
    }

    private static List<byte[]> image(ImageFrame image, @Nullable String traceparent) {
        List<byte[]> fields = new ArrayList<>(12);
        add(fields, CONTENT_TYPE, image.contentType());
        add(fields, "frame_id", image.id());
        add(fields, "camera_id", image.cameraId());
        add(fields, "timestamp", image.timestamp());
        add(fields, TRACEPARENT, traceparent);
        fields.add(utf8(IMAGE));
        fields.add(image.body());
        return fields;
    }

    private static void add(List<byte[]> fields, String name, @Nullable String value) {
        if (value != null) {
            fields.add(utf8(name));
            fields.add(utf8(value));
        }
    }

    /**
     * An entry as its taker gets it: what was enqueued, byte for byte; and anything else as a JSON
     * object of its fields, with those that version 1 knows in the types that it knows.
     *
     * @param fields name, value, name, value, …
     */
    static StoredFrame decode(EntryId id, List<byte[]> fields) {
        String first = text(fields.get(0));
        if (first.equals(FRAME) && fields.size() == 2) {
            return new StoredFrame.Json(fields.get(1), null);
        }
        if (first.equals(FRAME) && fields.size() == 4 && text(fields.get(2)).equals(TRACEPARENT)) {
            return new StoredFrame.Json(fields.get(1), TraceContext.orNull(text(fields.get(3))));
        }
        if (first.equals(CONTENT_TYPE) && text(fields.get(fields.size() - 2)).equals(IMAGE)) {
            return storedImage(id, fields);
        }
        Map<String, String> members = members(fields);
        return new StoredFrame.Json(
                metadata(id, members), TraceContext.orNull(members.get(TRACEPARENT)));
    }

    private static StoredFrame storedImage(EntryId id, List<byte[]> fields) {
        Map<String, String> said = members(fields.subList(0, fields.size() - 2));
        return new StoredFrame.Image(
                new ImageFrame(
                        said.getOrDefault(CONTENT_TYPE, "application/octet-stream"),
                        said.getOrDefault("frame_id", "unknown"),
                        said.get("camera_id"),
                        said.get("timestamp"),
                        fields.getLast()),
                said.getOrDefault("timestamp", Instant.ofEpochMilli(id.millis()).toString()),
                TraceContext.orNull(said.get(TRACEPARENT)));
    }

    private static Map<String, String> members(List<byte[]> fields) {
        Map<String, String> members = new LinkedHashMap<>();
        for (int i = 0; i + 1 < fields.size(); i += 2) {
            members.put(text(fields.get(i)), text(fields.get(i + 1)));
        }
        return members;
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

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
