package io.detektor.framebuffer.stream;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter as stream entry: what is to be said of it, then {@code entry} with an empty value,
 * then the fields of the frame's own entry, untouched. An earlier layout had {@code frame} right
 * after {@code stream}; it is still read.
 *
 * @param reason why it is here
 * @param stream where it belongs; null in an entry of somebody else
 * @param entryId its id there; null for a frame that never got in
 * @param deliveries how often it was handed out
 * @param firstError what its first taker said of it, or null
 * @param lastError what its last taker said of it, or null
 * @param content name, value, name, value, … of its own entry
 */
record DeadLetterEntry(
        String reason,
        @Nullable String stream,
        @Nullable String entryId,
        long deliveries,
        @Nullable String firstError,
        @Nullable String lastError,
        List<byte[]> content) {

    private static final String MARK = "entry";

    List<byte[]> fields() {
        List<byte[]> fields = new ArrayList<>(content.size() + 14);
        add(fields, "reason", reason);
        add(fields, "stream", stream);
        add(fields, "id", entryId);
        add(fields, "deliveries", Long.toString(deliveries));
        add(fields, "first_error", firstError);
        add(fields, "last_error", lastError);
        add(fields, MARK, "");
        fields.addAll(content);
        return fields;
    }

    private static void add(List<byte[]> fields, String name, @Nullable String value) {
        if (value != null) {
            fields.add(FrameEntryCodec.utf8(name));
            fields.add(FrameEntryCodec.utf8(value));
        }
    }

    static DeadLetterEntry parse(List<byte[]> fields) {
        String reason = "unknown";
        String stream = null;
        String id = null;
        long deliveries = 0;
        String first = null;
        String last = null;
        int i = 0;
        for (; i + 1 < fields.size(); i += 2) {
            String name = FrameEntryCodec.text(fields.get(i));
            String value = FrameEntryCodec.text(fields.get(i + 1));
            if (name.equals(MARK)) {
                i += 2;
                break;
            }
            if (name.equals("frame")) {
                break;
            }
            switch (name) {
                case "reason" -> reason = value;
                case "stream" -> stream = value;
                case "id" -> id = value;
                case "deliveries" -> deliveries = number(value);
                case "first_error" -> first = value;
                case "last_error" -> last = value;
                default -> {
                    // somebody else's member: it is shown with the content
                }
            }
        }
        List<byte[]> content = fields.subList(Math.min(i, fields.size()), fields.size());
        boolean foreign = stream == null || content.isEmpty();
        return new DeadLetterEntry(
                reason,
                foreign ? null : stream,
                id,
                deliveries,
                first,
                last,
                List.copyOf(foreign ? fields : content));
    }

    private static long number(String text) {
        return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : 0;
    }
}
