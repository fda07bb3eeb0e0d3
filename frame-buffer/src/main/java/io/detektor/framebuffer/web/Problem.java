package io.detektor.framebuffer.web;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An answer that is not a success, as RFC 9457 problem details. Immutable.
 *
 * @param type the kind of problem
 * @param detail for people: what was wrong, and what was expected; never a secret
 * @param more further members, for programs
 */
public record Problem(ProblemType type, String detail, Map<String, Object> more) {

    /** Longest part of a client's own value that an answer repeats, in characters. */
    private static final int MOST_OF_A_VALUE = 100;

    /** Copies {@code more}. */
    public Problem {
        more = Map.copyOf(more);
    }

    /** A problem without further members. */
    public static Problem of(ProblemType type, String detail) {
        return new Problem(type, detail, Map.of());
    }

    /** A parameter of the query or the path is not what it should be. */
    public static Problem parameter(String name, String value, String expected) {
        return wrong(ProblemType.INVALID_PARAMETER, name, value, expected);
    }

    /** Redis did not answer, and nothing was done. */
    public static Problem redisUnavailable() {
        return of(
                        ProblemType.REDIS_UNAVAILABLE,
                        "Redis did not answer; every frame is where it was")
                .with("retryable", true);
    }

    /** Redis did not confirm in time: it may have happened, and may be repeated. */
    public static Problem unconfirmed() {
        return of(
                        ProblemType.OUTCOME_UNKNOWN,
                        "Redis did not confirm in time; it may have been done, and may be repeated")
                .with("outcome", "unknown")
                .with("retryable", true);
    }

    /** Something in the request is not what it should be. */
    public static Problem wrong(ProblemType type, String name, String value, String expected) {
        String shown =
                value.length() <= MOST_OF_A_VALUE
                        ? value
                        : value.substring(0, MOST_OF_A_VALUE) + "…";
        return new Problem(
                type,
                name + ": " + shown + " (expected: " + expected + ")",
                Map.of("name", name, "value", shown, "expected", expected));
    }

    /** The same with one more member. */
    public Problem with(String name, Object value) {
        Map<String, Object> members = new LinkedHashMap<>(more);
        members.put(name, value);
        return new Problem(type, detail, members);
    }

    /** The HTTP status. */
    public int status() {
        return type.status();
    }

    /** The members in the order in which they are written. */
    public Map<String, Object> members() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("type", type.uri());
        members.put("title", type.tag().replace('-', ' '));
        members.put("status", type.status());
        members.put("detail", detail);
        more.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> members.put(entry.getKey(), entry.getValue()));
        return members;
    }
}
