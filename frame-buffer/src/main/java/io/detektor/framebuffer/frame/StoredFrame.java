package io.detektor.framebuffer.frame;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A frame out of the log, in each form that a taker may ask for. Immutable; arrays are not copied.
 */
public sealed interface StoredFrame {

    /**
     * The frame as parts of the UTF-8 text of one JSON object; what was sent, byte for byte, where
     * that was JSON.
     */
    List<byte[]> json();

    /** What was sent, as it was sent. */
    byte[] content();

    /** Media type of {@link #content}. */
    String contentType();

    /** W3C trace context of the one who sent it; null where it gave none. */
    @Nullable String traceparent();

    /** A frame that is one JSON object. */
    final class Json implements StoredFrame {

        private final byte[] content;
        private final @Nullable String traceparent;

        /**
         * @param content UTF-8
         */
        public Json(byte[] content, @Nullable String traceparent) {
            this.content = content;
            this.traceparent = traceparent;
        }

        @Override
        public byte[] content() {
            return content;
        }

        @Override
        public @Nullable String traceparent() {
            return traceparent;
        }

        @Override
        public List<byte[]> json() {
            return List.of(content);
        }

        @Override
        public String contentType() {
            return "application/json";
        }
    }

    /**
     * A frame that was sent as image.
     *
     * @param image what was sent
     * @param timestamp when it was taken, or stored where nobody said
     */
    record Image(ImageFrame image, String timestamp, @Nullable String traceparent)
            implements StoredFrame {

        private static final JsonFactory JSON = new JsonFactory();
        private static final byte[] DATA = ",\"data\":\"".getBytes(StandardCharsets.US_ASCII);
        private static final byte[] END = "\"}".getBytes(StandardCharsets.US_ASCII);

        @Override
        public byte[] content() {
            return image.body();
        }

        @Override
        public String contentType() {
            return image.contentType();
        }

        @Override
        public List<byte[]> json() {
            ByteArrayOutputStream out = new ByteArrayOutputStream(256);
            try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
                json.writeStartObject();
                json.writeStringProperty("frame_id", image.id());
                json.writeStringProperty("camera_id", cameraId());
                json.writeStringProperty("timestamp", timestamp);
                json.writeStringProperty("format", format());
                json.writeStringProperty("content_type", image.contentType());
                json.writeNumberProperty("size_bytes", image.body().length);
                json.writeEndObject();
            }
            // base64 needs no escapes: past the generator it is not copied
            byte[] head = Arrays.copyOf(out.toByteArray(), out.size() - 1);
            return List.of(head, DATA, Base64.getEncoder().encode(image.body()), END);
        }

        private String cameraId() {
            return image.cameraId() == null ? "unknown" : image.cameraId();
        }

        /** {@code jpeg} of {@code image/jpeg}. */
        private String format() {
            return image.contentType().startsWith("image/")
                    ? image.contentType().substring("image/".length())
                    : "raw";
        }
    }
}
