package io.detektor.redisha.durability;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One entry to append to a stream.
 *
 * @param stream the stream's key
 * @param fields name and value of each field, in order: {@code [name, value, name, value, …]}. The
 *     arrays are not copied and must not change before the outcome is known
 * @param idempotencyKey appends with the same key on the same stream store one entry within the
 *     window; null for none. The writer's own retries never store twice, with or without a key
 * @param fingerprint what must be the same again where the key is: an append with a known key and
 *     another fingerprint is refused with {@link WriteFailure#KEY_REUSED}; null to compare nothing.
 *     ASCII without spaces; means nothing without a key
 * @param maxLength refuse, with {@link WriteFailure#STREAM_FULL}, when the stream holds this many
 *     entries or more; 0 for no limit. Checked in the same command, so it holds exactly; except
 *     where the master said within the last 100 ms that there is room for 65,536 more
 * @param timeout how long the writer may try, from the call on
 */
public record StreamAppend(
        String stream,
        List<byte[]> fields,
        @Nullable String idempotencyKey,
        @Nullable String fingerprint,
        long maxLength,
        Duration timeout) {

    /** An append whose key, where it has one, is believed. */
    public StreamAppend(
            String stream,
            List<byte[]> fields,
            @Nullable String idempotencyKey,
            long maxLength,
            Duration timeout) {
        this(stream, fields, idempotencyKey, null, maxLength, timeout);
    }

    public StreamAppend {
        if (stream.isEmpty()) {
            throw new IllegalArgumentException("stream: '' (expected: the key of a stream)");
        }
        if (fields.isEmpty() || fields.size() % 2 != 0) {
            throw new IllegalArgumentException(
                    "fields: " + fields.size() + " elements (expected: pairs of name and value)");
        }
        if (maxLength < 0) {
            throw new IllegalArgumentException("maxLength: " + maxLength + " (expected: >= 0)");
        }
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("timeout: " + timeout + " (expected: > 0)");
        }
    }
}
