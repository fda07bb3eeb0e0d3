package io.detektor.framebuffer.frame;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.io.JsonStringEncoder;

/** A frame that was sent as the image itself. */
public final class ImageFrame implements Frame {

    private final String contentType;
    private final String id;
    private final @Nullable String cameraId;
    private final @Nullable String timestamp;
    private final byte[] image;

    /**
     * @param contentType media type of the image, such as {@code image/jpeg}
     * @param id the frame's name
     * @param cameraId the camera's name, or null
     * @param timestamp when it was taken, as the client wrote it, or null
     * @param image the image; not copied
     */
    public ImageFrame(
            String contentType,
            String id,
            @Nullable String cameraId,
            @Nullable String timestamp,
            byte[] image) {
        this.contentType = contentType;
        this.id = id;
        this.cameraId = cameraId;
        this.timestamp = timestamp;
        this.image = image;
    }

    public String contentType() {
        return contentType;
    }

    public String id() {
        return id;
    }

    public @Nullable String cameraId() {
        return cameraId;
    }

    /** As the client wrote it. */
    public @Nullable String timestamp() {
        return timestamp;
    }

    @Override
    public byte[] body() {
        return image;
    }

    @Override
    public byte[] frameId() {
        String escaped = new String(JsonStringEncoder.getInstance().quoteAsCharArray(id));
        return ('"' + escaped + '"').getBytes(StandardCharsets.UTF_8);
    }
}
