package io.detektor.framebuffer.dequeue;

import io.detektor.framebuffer.stream.LeasedFrame;
import io.detektor.framebuffer.stream.WaitingFrame;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.util.MimeTypeUtils;

/** The form of an answer with frames, as the client's {@code Accept} asks for it. */
enum Form {
    /** One JSON object with all frames; images as base64. */
    JSON,
    /** One frame as it was sent, with what is to be said of it in headers. */
    RAW,
    /** Several frames as they were sent, one a part. */
    MULTIPART;

    private static final byte[] FRAMES = ascii("{\"frames\":[");
    private static final byte[] COMMA = ascii(",");

    private static final MediaType ANY_IMAGE = MediaType.parseMediaType("image/*");

    /** Of the first type that can be served; JSON where there is none, as version 1 did. */
    static Form of(@Nullable String accept) {
        if (accept == null || accept.equals("*/*") || accept.equals("application/json")) {
            return JSON;
        }
        List<MediaType> types;
        try {
            types = new ArrayList<>(MediaType.parseMediaTypes(accept));
            MimeTypeUtils.sortBySpecificity(types);
        } catch (InvalidMediaTypeException e) {
            return JSON;
        }
        for (MediaType type : types) {
            if (type.isWildcardType()) {
                return JSON;
            }
            if (type.getType().equals("multipart")) {
                return MULTIPART;
            }
            if (ANY_IMAGE.includes(type)
                    || MediaType.APPLICATION_OCTET_STREAM.isCompatibleWith(type)) {
                return RAW;
            }
            if (MediaType.APPLICATION_JSON.isCompatibleWith(type)) {
                return JSON;
            }
        }
        return JSON;
    }

    int atMost(int count) {
        return this == RAW ? 1 : count;
    }

    MediaType type(Handout handout) {
        return switch (this) {
            case JSON -> MediaType.APPLICATION_JSON;
            case RAW -> contentType(handout.frames().getFirst());
            case MULTIPART ->
                    MediaType.parseMediaType("multipart/mixed;boundary=" + boundary(handout));
        };
    }

    /** The answer in parts, which are written one after the other. */
    List<byte[]> text(Handout handout) {
        return switch (this) {
            case JSON -> json(handout);
            case RAW -> List.of(handout.frames().getFirst().frame().content());
            case MULTIPART -> multipart(handout);
        };
    }

    private static MediaType contentType(WaitingFrame frame) {
        try {
            return MediaType.parseMediaType(frame.frame().contentType());
        } catch (InvalidMediaTypeException e) {
            return MediaType.APPLICATION_OCTET_STREAM;
        }
    }

    private static List<byte[]> json(Handout handout) {
        List<byte[]> parts = new ArrayList<>(2 * handout.frames().size() + 2);
        parts.add(FRAMES);
        boolean first = true;
        boolean traced = false;
        for (WaitingFrame frame : handout.frames()) {
            if (!first) {
                parts.add(COMMA);
            }
            first = false;
            traced |= frame.frame().traceparent() != null;
            parts.addAll(frame.frame().json());
        }
        StringBuilder end = new StringBuilder(64);
        end.append("],\"count\":").append(handout.frames().size());
        end.append(",\"remaining\":").append(handout.remaining());
        if (!handout.leases().isEmpty()) {
            leases(end, handout);
        }
        if (traced) {
            traceparents(end, handout);
        }
        parts.add(ascii(end.append('}').toString()));
        return parts;
    }

    private static void leases(StringBuilder text, Handout handout) {
        String separator = ",\"leases\":[";
        for (LeasedFrame leased : handout.leases()) {
            text.append(separator)
                    .append("{\"id\":\"")
                    .append(leased.lease())
                    .append("\",\"message_id\":\"")
                    .append(leased.frame().messageId())
                    .append("\",\"deliveries\":")
                    .append(leased.deliveries())
                    .append(",\"expires_in_ms\":")
                    .append(handout.length().toMillis())
                    .append('}');
            separator = ",";
        }
        text.append(']');
    }

    private static void traceparents(StringBuilder text, Handout handout) {
        String separator = ",\"traceparents\":[";
        for (WaitingFrame frame : handout.frames()) {
            String traceparent = frame.frame().traceparent();
            text.append(separator);
            if (traceparent == null) {
                text.append("null");
            } else {
                text.append('"').append(traceparent).append('"');
            }
            separator = ",";
        }
        text.append(']');
    }

    private static List<byte[]> multipart(Handout handout) {
        List<byte[]> parts = new ArrayList<>(3 * handout.frames().size() + 1);
        for (int i = 0; i < handout.frames().size(); i++) {
            WaitingFrame frame = handout.frames().get(i);
            byte[] content = frame.frame().content();
            StringBuilder head = new StringBuilder(256);
            head.append(i == 0 ? "--" : "\r\n--").append(boundary(handout));
            head.append("\r\nContent-Type: ").append(contentType(frame));
            head.append("\r\nContent-Length: ").append(content.length);
            handout.headersOf(i)
                    .forEach((name, value) ->
                            head.append("\r\n").append(name).append(": ").append(value));
            parts.add(ascii(head.append("\r\n\r\n").toString()));
            parts.add(content);
        }
        parts.add(ascii("\r\n--" + boundary(handout) + "--\r\n"));
        return parts;
    }

    /** Parts say how long they are, so it need not be one that no frame can hold. */
    private static String boundary(Handout handout) {
        return "frame-" + handout.frames().getFirst().messageId();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
