package io.detektor.framebuffer.enqueue;

import io.detektor.framebuffer.frame.Frame;
import io.detektor.framebuffer.frame.JsonFrame;
import io.detektor.framebuffer.settings.FrameBufferProperties;
import io.detektor.framebuffer.stream.FrameAppend;
import io.detektor.framebuffer.web.Problem;
import io.detektor.framebuffer.web.ProblemException;
import io.detektor.framebuffer.web.ProblemType;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;

/** What the headers of a request say of the frames in it. Thread-safe. */
@Component
final class Submissions {

    static final String IDEMPOTENCY_KEY = "Idempotency-Key";

    /** Long enough for any UUID, hash or URL that people use; the key is kept in Redis. */
    private static final int LONGEST_KEY = 255;

    /** No client's own key has a tab. */
    private static final String BY_FRAME_ID = "frame_id\t";

    private final boolean frameIdIsKey;

    Submissions(FrameBufferProperties settings) {
        this.frameIdIsKey = settings.enqueue().frameIdIsKey();
    }

    /**
     * A frame as the log takes it.
     *
     * @param key the client's, or null
     */
    FrameAppend append(Frame frame, @Nullable String key, @Nullable String traceparent) {
        String used = key != null ? key : keyOf(frame);
        return new FrameAppend(
                frame, used, used == null ? null : fingerprint(frame.body()), traceparent);
    }

    private @Nullable String keyOf(Frame frame) {
        byte[] id = frame.frameId();
        if (!frameIdIsKey || (frame instanceof JsonFrame json && !json.hasFrameId())) {
            return null;
        }
        return BY_FRAME_ID
                + (id.length <= LONGEST_KEY
                        ? new String(id, StandardCharsets.UTF_8)
                        : fingerprint(id));
    }

    /** Half of a SHA-256: nobody finds two bodies with the same by chance. */
    private static String fingerprint(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return HexFormat.of().formatHex(Arrays.copyOf(digest, 16));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * The client's key, or null.
     *
     * @throws ProblemException when there is one that cannot be used
     */
    static @Nullable String key(HttpHeaders headers) {
        List<String> keys = headers.get(IDEMPOTENCY_KEY);
        if (keys == null) {
            return null;
        }
        if (keys.size() == 1 && isKey(keys.getFirst())) {
            return keys.getFirst();
        }
        throw new ProblemException(
                Problem.wrong(
                        ProblemType.INVALID_IDEMPOTENCY_KEY,
                        IDEMPOTENCY_KEY,
                        String.join(", ", keys),
                        "one value of 1 to " + LONGEST_KEY + " printable ASCII characters"));
    }

    private static boolean isKey(String text) {
        return !text.isBlank()
                && text.length() <= LONGEST_KEY
                && text.chars().allMatch(c -> c >= ' ' && c <= '~');
    }

    /** Refuses a body that is compressed: it would be stored as it is, and nobody could tell. */
    static void checkCoding(HttpHeaders headers) {
        String coding = headers.getFirst(HttpHeaders.CONTENT_ENCODING);
        if (coding != null && !coding.equalsIgnoreCase("identity")) {
            throw unsupported(HttpHeaders.CONTENT_ENCODING, coding, "none");
        }
    }

    /** Version 1 took JSON under any JSON type, and under no type at all. */
    static boolean isJson(@Nullable String type) {
        if (type == null || type.equals(MediaType.APPLICATION_JSON_VALUE)) {
            return true;
        }
        MediaType parsed = mediaType(type);
        return parsed != null
                && (parsed.getCharset() == null
                        || parsed.getCharset().equals(StandardCharsets.UTF_8))
                && (parsed.getSubtype().equals("json") || "json".equals(parsed.getSubtypeSuffix()));
    }

    /** The type of a body, or null where it cannot be read. */
    static @Nullable MediaType mediaType(String text) {
        try {
            return MediaType.parseMediaType(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    static ProblemException unsupported(String header, @Nullable String value, String expected) {
        return new ProblemException(
                Problem.wrong(
                        ProblemType.UNSUPPORTED_MEDIA_TYPE,
                        header,
                        value == null ? "none" : value,
                        expected));
    }
}
