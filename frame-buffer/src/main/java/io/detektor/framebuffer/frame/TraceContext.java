package io.detektor.framebuffer.frame;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The {@code traceparent} of W3C Trace Context. */
public final class TraceContext {

    /** Version 00, and those to come, which begin the same. */
    private static final Pattern TRACEPARENT =
            Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

    private TraceContext() {}

    /** The text, or null where it is none that can be read: then there is none, as W3C says. */
    public static @Nullable String orNull(@Nullable String text) {
        return text != null && TRACEPARENT.matcher(text).matches() ? text : null;
    }
}
