package io.detektor.loadtester.measure;

import org.jspecify.annotations.Nullable;

/** Stream entry ids in one long. */
public final class EntryId {

    private static final int SEQ_BITS = 20;

    private EntryId() {}

    /**
     * Packs {@code milliseconds-number}; 0 when the text is no entry id.
     *
     * <p>44 bits of milliseconds last until the year 2527; a million entries in one millisecond are
     * more than a server can do.
     */
    public static long pack(@Nullable String id) {
        if (id == null) {
            return 0;
        }
        int dash = id.indexOf('-');
        if (dash < 1) {
            return 0;
        }
        long millis = digits(id, 0, dash);
        long seq = digits(id, dash + 1, id.length());
        return millis < 0 || seq < 0 ? 0 : pack(millis, seq);
    }

    static long pack(long millis, long number) {
        return millis << SEQ_BITS | (number & ((1 << SEQ_BITS) - 1));
    }

    static long millis(long packed) {
        return packed >>> SEQ_BITS;
    }

    static long number(long packed) {
        return packed & ((1 << SEQ_BITS) - 1);
    }

    /** The id that was packed. */
    public static String text(long packed) {
        return millis(packed) + "-" + number(packed);
    }

    private static long digits(String text, int from, int to) {
        if (from == to || to - from > 18) {
            return -1;
        }
        long value = 0;
        for (int i = from; i < to; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value;
    }
}
