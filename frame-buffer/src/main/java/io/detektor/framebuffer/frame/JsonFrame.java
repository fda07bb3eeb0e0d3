package io.detektor.framebuffer.frame;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/**
 * One frame as a client sent it: a JSON object whose bytes travel unchanged, and what {@code
 * frame_id} it carries. Immutable; the arrays are shared, not copied, and nobody changes them.
 */
public final class JsonFrame implements Frame {

    private static final byte[] UNKNOWN = "\"unknown\"".getBytes(StandardCharsets.UTF_8);

    /** Deeper nesting than this is refused: it is no frame, and would break recursive readers. */
    static final int MAX_DEPTH = 500;

    /**
     * UTF-8 only: with detection on, a UTF-16 body would pass, and the client that dequeues a
     * hundred frames in one answer could read none of them.
     */
    private static final JsonFactory JSON =
            JsonFactory.builder()
                    .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                    .build();

    private final byte[] json;
    private final byte @Nullable [] frameId;

    private JsonFrame(byte[] json, byte @Nullable [] frameId) {
        this.json = json;
        this.frameId = frameId;
    }

    /**
     * Checks the whole body in one pass, without building anything from it.
     *
     * @param body UTF-8 text of exactly one JSON object
     * @throws MalformedFrameException when it is anything else
     */
    public static JsonFrame parse(byte[] body) {
        int bad = Utf8.firstInvalid(body);
        if (bad >= 0) {
            throw new MalformedFrameException("not UTF-8 text at byte " + bad);
        }
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), body)) {
            JsonToken first = parser.nextToken();
            if (first != JsonToken.START_OBJECT) {
                throw new MalformedFrameException(
                        first == null ? "empty" : "a JSON " + kindOf(first));
            }
            byte[] frameId = null;
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                parser.nextToken();
                if (name.equals("frame_id")) {
                    frameId = rawValue(parser, body);
                } else {
                    parser.skipChildren();
                }
            }
            long end = parser.currentLocation().getByteOffset();
            if (parser.nextToken() != null) {
                throw new MalformedFrameException("more text after the object, at byte " + end);
            }
            return new JsonFrame(body, frameId);
        } catch (JacksonException e) {
            long at = e.getLocation() == null ? -1 : e.getLocation().getByteOffset();
            throw new MalformedFrameException(
                    e.getOriginalMessage() + (at < 0 ? "" : " at byte " + at));
        }
    }

    /** The value that the parser stands on, byte for byte as it was written. */
    private static byte[] rawValue(JsonParser parser, byte[] body) {
        int start = (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        parser.finishToken();
        int end = (int) parser.currentLocation().getByteOffset();
        return Arrays.copyOfRange(body, start, end);
    }

    private static String kindOf(JsonToken token) {
        return switch (token) {
            case START_ARRAY -> "array";
            case VALUE_STRING -> "string";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "number";
            case VALUE_TRUE, VALUE_FALSE -> "boolean";
            default -> "null";
        };
    }

    /** Whether it carries a {@code frame_id} at all. */
    public boolean hasFrameId() {
        return frameId != null;
    }

    /** The object as it was sent. Not a copy. */
    @Override
    public byte[] body() {
        return json;
    }

    /**
     * JSON text of the member {@code frame_id} as it was sent, whatever its type: {@code "cam-1"}
     * with its quotes, {@code 42}, {@code null}; {@code "unknown"} where it is missing. Not a copy.
     */
    @Override
    public byte[] frameId() {
        return frameId == null ? UNKNOWN : frameId;
    }
}
