package io.detektor.framebuffer.web;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An answer that is not a success, as RFC 9457 problem details. Immutable.
 *
 * @param status the HTTP status
 * @param type stable name of the kind of problem, the last part of its URI
 * @param detail for people: what was wrong, and what was expected; never a secret
 * @param more further members, for programs
 */
public record Problem(int status, String type, String detail, Map<String, Object> more) {

    /** Longest part of a client's own value that an answer repeats, in characters. */
    private static final int MOST_OF_A_VALUE = 100;

    /** Copies {@code more}. */
    public Problem {
        more = Map.copyOf(more);
    }

    /** A problem without further members. */
    public static Problem of(int status, String type, String detail) {
        return new Problem(status, type, detail, Map.of());
    }

    /** Something in the request is not what it should be. */
    public static Problem wrong(
            int status, String type, String name, String value, String expected) {
        String shown =
                value.length() <= MOST_OF_A_VALUE
                        ? value
                        : value.substring(0, MOST_OF_A_VALUE) + "…";
        return new Problem(
                status,
                type,
                name + ": " + shown + " (expected: " + expected + ")",
                Map.of("name", name, "value", shown, "expected", expected));
    }

    /** The same with one more member. */
    public Problem with(String name, Object value) {
        Map<String, Object> members = new LinkedHashMap<>(more);
        members.put(name, value);
        return new Problem(status, type, detail, members);
    }

    /** The members in the order in which they are written. */
    Map<String, Object> members() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("type", "/problems/" + type);
        members.put("title", type.replace('-', ' '));
        members.put("status", status);
        members.put("detail", detail);
        more.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> members.put(entry.getKey(), entry.getValue()));
        return members;
    }
}
