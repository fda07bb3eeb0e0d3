package io.detektor.loadtester.measure;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What was attempted, and what became of each message: 17 bytes a message, in chunks, so that ten
 * million cost 170 MB and growing copies nothing.
 *
 * <p>One thread calls {@link #attempt}; outcomes may come from any thread, one for each message.
 * Reading back is for when all outcomes are in: whoever reads must have seen them counted.
 */
public final class Ledger {

    /** What is known of a message. */
    public enum State {
        /** Never sent. */
        NONE(0),
        /** Sent, no outcome yet; counts as unknown once the run is over. */
        PENDING(1),
        /** Stored, and it must be there. */
        CONFIRMED(2),
        /** Not stored, and it must not be there. */
        REFUSED(3),
        /** May be there. */
        UNKNOWN(4);

        /** Its place in {@link #values()}, and how it is kept. */
        private final byte code;

        State(int code) {
            this.code = (byte) code;
        }
    }

    private static final State[] STATES = State.values();
    private static final int BITS = 16;
    private static final int SIZE = 1 << BITS;
    private static final int RETRIED = 0x10;

    private static final class Chunk {
        final byte[] states = new byte[SIZE];
        final int[] checksums = new int[SIZE];
        final long[] entries = new long[SIZE];
        final int[] times = new int[SIZE];
    }

    /** Replaced when it grows; a chunk is in it before its first message can have an outcome. */
    private volatile Chunk[] chunks = {};

    private volatile long attempted;

    /**
     * Notes that the next message is about to be sent.
     *
     * @return its number, counted from 0
     */
    public long attempt() {
        long seq = attempted;
        int index = (int) (seq >>> BITS);
        Chunk[] now = chunks;
        if (index == now.length) {
            now = Arrays.copyOf(now, index + 1);
            now[index] = new Chunk();
            chunks = now;
        }
        now[index].states[at(seq)] = State.PENDING.code;
        attempted = seq + 1;
        return seq;
    }

    /** Notes the checksum of what is about to be sent; by the thread that attempts. */
    public void checksum(long seq, int checksum) {
        chunk(seq).checksums[at(seq)] = checksum;
    }

    /**
     * Notes an outcome.
     *
     * @param retried whether it took more than one try
     * @param entry the entry's id as {@link EntryId#pack} makes it; 0 when there is none
     * @param time nanoseconds since the start
     */
    public void outcome(long seq, State state, boolean retried, long entry, long time) {
        Chunk chunk = chunk(seq);
        int at = at(seq);
        chunk.entries[at] = entry;
        // in tenths of milliseconds an int holds 59 hours
        chunk.times[at] = (int) (time / 100_000);
        chunk.states[at] = (byte) (state.code | (retried ? RETRIED : 0));
    }

    /** How many messages were attempted. */
    public long attempted() {
        return attempted;
    }

    /** What is known of message {@code seq}. */
    public State state(long seq) {
        return seq < 0 || seq >= attempted ? State.NONE : STATES[chunk(seq).states[at(seq)] & 0x0F];
    }

    /** Whether it took more than one try. */
    public boolean retried(long seq) {
        return (chunk(seq).states[at(seq)] & RETRIED) != 0;
    }

    /** The checksum of what was sent. */
    public int checksum(long seq) {
        return chunk(seq).checksums[at(seq)];
    }

    /** The entry's id, as {@link EntryId#pack} makes it; 0 when none is known. */
    public long entry(long seq) {
        return chunk(seq).entries[at(seq)];
    }

    /** When the outcome came, in milliseconds since the start. */
    public long outcomeMillis(long seq) {
        return chunk(seq).times[at(seq)] / 10;
    }

    /** How often each state occurs. */
    public Counts counts() {
        long[] counts = new long[STATES.length];
        long retried = 0;
        for (long seq = 0; seq < attempted; seq++) {
            byte state = chunk(seq).states[at(seq)];
            counts[state & 0x0F]++;
            if ((state & RETRIED) != 0) {
                retried++;
            }
        }
        return new Counts(
                attempted,
                counts[State.CONFIRMED.code],
                counts[State.REFUSED.code],
                counts[State.UNKNOWN.code] + counts[State.PENDING.code],
                retried);
    }

    /**
     * The ledger in five numbers.
     *
     * @param unknown includes those whose outcome never came
     * @param retried messages that took more than one try
     */
    public record Counts(
            long attempted, long confirmed, long refused, long unknown, long retried) {}

    private Chunk chunk(long seq) {
        return chunks[(int) (seq >>> BITS)];
    }

    private static int at(long seq) {
        return (int) (seq & (SIZE - 1));
    }

    /** Stream entry ids in one long. */
    public static final class EntryId {

        private static final int SEQ_BITS = 20;

        private EntryId() {}

        /**
         * Packs {@code milliseconds-number}; 0 when the text is no entry id.
         *
         * <p>44 bits of milliseconds last until the year 2527; a million entries in one millisecond
         * are more than a server can do.
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
            return millis < 0 || seq < 0 ? 0 : millis << SEQ_BITS | (seq & ((1 << SEQ_BITS) - 1));
        }

        /** The id that was packed. */
        public static String text(long packed) {
            return (packed >>> SEQ_BITS) + "-" + (packed & ((1 << SEQ_BITS) - 1));
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
}
