package io.detektor.loadtester.message;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * Which run a message belongs to. A message's id is {@code runId-seq}, with seq counted from 0.
 * Immutable.
 */
public final class RunId {

    private static final SecureRandom RANDOM = new SecureRandom();

    private final String text;
    private final byte[] prefix;

    private RunId(String text) {
        this.text = text;
        this.prefix = (text + "-").getBytes(StandardCharsets.ISO_8859_1);
    }

    /** A new one, unlike any other: the seed of a run may repeat, its idempotency keys must not. */
    public static RunId random() {
        return new RunId(String.format("%010x", RANDOM.nextLong() & 0xFF_FFFF_FFFFL));
    }

    /** The id of message {@code seq}, as ASCII. */
    byte[] id(long seq) {
        int digits = 1;
        for (long rest = seq; rest >= 10; rest /= 10) {
            digits++;
        }
        byte[] id = Arrays.copyOf(prefix, prefix.length + digits);
        long rest = seq;
        for (int i = id.length - 1; i >= prefix.length; i--) {
            id[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return id;
    }

    /** The number in an id of this run; -1 when it is not one of this run's ids. */
    public long seq(byte[] id) {
        int digits = id.length - prefix.length;
        if (digits < 1
                || digits > 18
                || !Arrays.equals(id, 0, prefix.length, prefix, 0, prefix.length)) {
            return -1;
        }
        long seq = 0;
        for (int i = prefix.length; i < id.length; i++) {
            int digit = id[i] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            seq = seq * 10 + digit;
        }
        // 007 is nobody's id
        return digits > 1 && id[prefix.length] == '0' ? -1 : seq;
    }

    /** The id of message {@code seq}. */
    public String text(long seq) {
        return text + "-" + seq;
    }

    @Override
    public String toString() {
        return text;
    }
}
