package io.detektor.framebuffer.enqueue;

import io.detektor.framebuffer.frame.JsonFrame;
import io.detektor.framebuffer.frame.MalformedFrameException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/** Takes a body with several frames apart; each keeps the bytes that it has there. */
final class BatchReader {

    private static final JsonFactory JSON =
            JsonFactory.builder().disable(TokenStreamFactory.Feature.CHARSET_DETECTION).build();

    private BatchReader() {}

    /**
     * One place in a batch.
     *
     * @param frame what is there, or null where it is no frame
     * @param found what is there instead; empty where it is one
     */
    record Item(@Nullable JsonFrame frame, String found) {

        static Item of(byte[] text) {
            try {
                return new Item(JsonFrame.parse(text), "");
            } catch (MalformedFrameException e) {
                return new Item(null, String.valueOf(e.getMessage()));
            }
        }
    }

    /**
     * Reads one frame a line; empty lines are none.
     *
     * @param most how many there may be
     * @throws MalformedFrameException when there are none, or too many
     */
    static List<Item> lines(byte[] body, int most) {
        List<Item> items = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= body.length; i++) {
            if (i == body.length || body[i] == '\n') {
                int end = i > start && body[i - 1] == '\r' ? i - 1 : i;
                if (!isBlank(body, start, end)) {
                    add(items, Arrays.copyOfRange(body, start, end), most);
                }
                start = i + 1;
            }
        }
        return notEmpty(items);
    }

    private static boolean isBlank(byte[] text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (text[i] != ' ' && text[i] != '\t') {
                return false;
            }
        }
        return true;
    }

    /**
     * Reads a JSON array of frames.
     *
     * @param most how many there may be
     * @throws MalformedFrameException when the body is none, or holds none or too many
     */
    static List<Item> array(byte[] body, int most) {
        List<Item> items = new ArrayList<>();
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), body)) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                throw new MalformedFrameException("no JSON array");
            }
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                int start = (int) parser.currentTokenLocation().getByteOffset();
                parser.skipChildren();
                parser.finishToken();
                int end = (int) parser.currentLocation().getByteOffset();
                add(items, Arrays.copyOfRange(body, start, end), most);
            }
            if (parser.nextToken() != null) {
                throw new MalformedFrameException("more text after the array");
            }
        } catch (JacksonException e) {
            long at = e.getLocation() == null ? -1 : e.getLocation().getByteOffset();
            throw new MalformedFrameException(
                    e.getOriginalMessage() + (at < 0 ? "" : " at byte " + at));
        }
        return notEmpty(items);
    }

    private static void add(List<Item> items, byte[] text, int most) {
        if (items.size() == most) {
            throw new MalformedFrameException("more than " + most + " frames");
        }
        items.add(Item.of(text));
    }

    private static List<Item> notEmpty(List<Item> items) {
        if (items.isEmpty()) {
            throw new MalformedFrameException("no frames");
        }
        return items;
    }
}
