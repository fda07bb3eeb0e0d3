package io.detektor.framebuffer.web;

import java.math.BigInteger;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.http.server.reactive.ServerHttpRequest;

/** Reads parameters of the query. What is wrong with one is answered by {@link FrameEndpoints}. */
public final class Parameters {

    private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]{1,40}");
    private static final Pattern DURATION = Pattern.compile("[0-9]{1,9}(ms|s|m|h)?");

    private Parameters() {}

    /**
     * A whole number, brought into the limits as version 1 did.
     *
     * @param otherwise where the parameter is missing
     */
    public static int clamped(ServerHttpRequest request, String name, int otherwise, int most) {
        List<String> values = request.getQueryParams().get(name);
        if (values == null) {
            return otherwise;
        }
        String text = single(values);
        if (text == null || !INTEGER.matcher(text).matches()) {
            throw wrong(name, values, "one whole number; it is brought into 1 to " + most);
        }
        return new BigInteger(text).max(BigInteger.ONE).min(BigInteger.valueOf(most)).intValue();
    }

    /**
     * A duration, such as {@code 500ms}, {@code 30s} or {@code 2m}; a bare number is seconds.
     *
     * @param otherwise where the parameter is missing
     */
    public static Duration duration(
            ServerHttpRequest request,
            String name,
            Duration otherwise,
            Duration least,
            Duration most) {
        List<String> values = request.getQueryParams().get(name);
        if (values == null) {
            return otherwise;
        }
        Duration duration = duration(String.valueOf(single(values)));
        if (duration == null || duration.compareTo(least) < 0 || duration.compareTo(most) > 0) {
            throw wrong(
                    name,
                    values,
                    "a duration of "
                            + least.toMillis()
                            + "ms to "
                            + most.toSeconds()
                            + "s, such as 500ms or 10s");
        }
        return duration;
    }

    /** A duration, or null for what is none. */
    public static @Nullable Duration duration(String text) {
        return DURATION.matcher(text).matches()
                ? DurationStyle.SIMPLE.parse(text, ChronoUnit.SECONDS)
                : null;
    }

    /**
     * One of several words.
     *
     * @param words the first one where the parameter is missing
     */
    public static String word(ServerHttpRequest request, String name, String... words) {
        List<String> values = request.getQueryParams().get(name);
        if (values == null) {
            return words[0];
        }
        String text = single(values);
        for (String word : words) {
            if (word.equals(text)) {
                return word;
            }
        }
        throw wrong(name, values, "one of " + String.join(", ", words));
    }

    /**
     * Text of a pattern.
     *
     * @return null where the parameter is missing
     */
    public static @Nullable String text(
            ServerHttpRequest request, String name, Pattern pattern, String expected) {
        List<String> values = request.getQueryParams().get(name);
        if (values == null) {
            return null;
        }
        String text = single(values);
        if (text == null || !pattern.matcher(text).matches()) {
            throw wrong(name, values, expected);
        }
        return text;
    }

    private static @Nullable String single(List<String> values) {
        return values.size() == 1 ? values.getFirst() : null;
    }

    private static ProblemException wrong(String name, List<String> values, String expected) {
        return new ProblemException(Problem.parameter(name, String.join(", ", values), expected));
    }
}
