package io.detektor.framebuffer.enqueue;

import io.detektor.framebuffer.frame.ImageFrame;
import io.detektor.framebuffer.web.Problem;
import io.detektor.framebuffer.web.ProblemException;
import io.detektor.framebuffer.web.ProblemType;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;

/**
 * What is said of an image in the headers of its request.
 *
 * @param contentType of the image
 * @param id of the frame
 * @param cameraId of the camera, or null
 * @param timestamp when it was taken, or null
 */
record FrameHeaders(
        String contentType, String id, @Nullable String cameraId, @Nullable String timestamp) {

    /** Longer ones are no names. */
    private static final int LONGEST = 200;

    /**
     * Reads them.
     *
     * @throws ProblemException when the body is no image, or a header cannot be read
     */
    static FrameHeaders read(HttpHeaders headers) {
        String id = text(headers, "X-Frame-Id");
        return new FrameHeaders(
                contentType(headers.getFirst(HttpHeaders.CONTENT_TYPE)),
                id == null ? "unknown" : id,
                text(headers, "X-Camera-Id"),
                text(headers, "X-Frame-Timestamp"));
    }

    private static String contentType(@Nullable String text) {
        if (text != null && text.length() <= LONGEST) {
            MediaType type = Submissions.mediaType(text);
            if (type != null
                    && type.isConcrete()
                    && (type.getType().equals("image")
                            || MediaType.APPLICATION_OCTET_STREAM.equalsTypeAndSubtype(type))) {
                return type.toString();
            }
        }
        throw Submissions.unsupported(
                HttpHeaders.CONTENT_TYPE,
                text,
                "image/jpeg or another image, or application/octet-stream");
    }

    private static @Nullable String text(HttpHeaders headers, String name) {
        List<String> values = headers.get(name);
        if (values == null) {
            return null;
        }
        String text = values.size() == 1 ? values.getFirst() : "";
        if (text.isBlank()
                || text.length() > LONGEST
                || !text.chars().allMatch(c -> c >= ' ' && c <= '~')) {
            throw new ProblemException(
                    Problem.wrong(
                            ProblemType.INVALID_HEADER,
                            name,
                            String.join(", ", values),
                            "one value of 1 to " + LONGEST + " printable ASCII characters"));
        }
        return text;
    }

    ImageFrame frame(byte[] image) {
        return new ImageFrame(contentType, id, cameraId, timestamp, image);
    }
}
