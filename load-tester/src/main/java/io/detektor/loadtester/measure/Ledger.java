package io.detektor.loadtester.measure;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What was attempted, and what became of each message: {@value #BYTES} bytes a message, so that ten
 * million cost 120 MB. They lie outside of the heap, in chunks: growing copies nothing, the garbage
 * collector never looks at them, and how many messages a run can have does not depend on the size
 * of the heap. The memory goes with the ledger.
 *
 * <p>One thread calls {@link #attempt}; outcomes may come from any thread, one for each message.
 * Reading back is for when all outcomes are in: whoever reads must have seen them counted.
 */
public final class Ledger {

    /** What a message costs: state and time, checksum, entry id. */
    public static final int BYTES = 12;

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
    private static final int STATE_MASK = 0x7;
    private static final int RETRIED = 0x8;

    /** Beside them, 28 bits of milliseconds since the start: three days. */
    private static final int TIME_SHIFT = 4;

    private static final long LONGEST = (1L << (Integer.SIZE - TIME_SHIFT)) - 1;

    private static final int CHUNK_BITS = 12;
    private static final int CHUNK = 1 << CHUNK_BITS;

    /** Replaced when it grows; a chunk is in it before its first message can have an outcome. */
    private volatile Chunk[] chunks = {};

    private volatile long attempted;

    /** Entry ids that are too far from their chunk's first to be kept there. */
    private final Map<Long, Long> farEntries = new ConcurrentHashMap<>();

    /**
     * Notes that the next message is about to be sent.
     *
     * @return its number, counted from 0
     */
    public long attempt() {
        long seq = attempted;
        int index = (int) (seq >>> CHUNK_BITS);
        Chunk[] now = chunks;
        if (index == now.length) {
            now = Arrays.copyOf(now, index + 1);
            now[index] = new Chunk();
            chunks = now;
        }
        now[index].state(at(seq), State.PENDING.code);
        attempted = seq + 1;
        return seq;
    }

    /** Notes the checksum of what is about to be sent; by the thread that attempts. */
    public void checksum(long seq, int checksum) {
        chunk(seq).checksum(at(seq), checksum);
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
        if (!chunk.entry(at, entry)) {
            farEntries.put(seq, entry);
        }
        int millis = (int) Math.clamp(time / 1_000_000, 0, LONGEST);
        chunk.state(at, millis << TIME_SHIFT | (retried ? RETRIED : 0) | state.code);
    }

    /** How many messages were attempted. */
    public long attempted() {
        return attempted;
    }

    /** What is known of message {@code seq}. */
    public State state(long seq) {
        return seq < 0 || seq >= attempted
                ? State.NONE
                : STATES[chunk(seq).state(at(seq)) & STATE_MASK];
    }

    /** Whether it took more than one try. */
    public boolean retried(long seq) {
        return (chunk(seq).state(at(seq)) & RETRIED) != 0;
    }

    /** The checksum of what was sent. */
    public int checksum(long seq) {
        return chunk(seq).checksum(at(seq));
    }

    /** The entry's id, as {@link EntryId#pack} makes it; 0 when none is known. */
    public long entry(long seq) {
        Chunk chunk = chunk(seq);
        return chunk.far(at(seq)) ? farEntries.getOrDefault(seq, 0L) : chunk.entry(at(seq));
    }

    /** When the outcome came, in milliseconds since the start. */
    public long outcomeMillis(long seq) {
        int millis = chunk(seq).state(at(seq)) >>> TIME_SHIFT;
        return millis;
    }

    /** How often each state occurs. */
    public Counts counts() {
        long[] counts = new long[STATES.length];
        long retried = 0;
        for (long seq = 0; seq < attempted; seq++) {
            int state = chunk(seq).state(at(seq));
            counts[state & STATE_MASK]++;
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
        return chunks[(int) (seq >>> CHUNK_BITS)];
    }

    private static int at(long seq) {
        return (int) (seq & (CHUNK - 1));
    }

    /** {@value #CHUNK} messages. */
    private static final class Chunk {

        private static final long CHECKSUMS = 4L * CHUNK;
        private static final long ENTRIES = 8L * CHUNK;

        /** The server's milliseconds, from a base on; 2 h 20 min of them. */
        private static final int NUMBER_BITS = 9;

        private static final long FIRST = 1 << 20;
        private static final long LAST = (1L << (Integer.SIZE - NUMBER_BITS)) - 1;

        // unreachable chunks are given back by the JVM; the memory comes zeroed
        private final MemorySegment memory = Arena.ofAuto().allocate((long) BYTES * CHUNK, 8);

        private static final int FAR = -1;
        private static final long NO_BASE = Long.MIN_VALUE;

        /** Milliseconds that entry ids are counted from. */
        private final AtomicLong base = new AtomicLong(NO_BASE);

        int state(int at) {
            return memory.get(ValueLayout.JAVA_INT, 4L * at);
        }

        void state(int at, int state) {
            memory.set(ValueLayout.JAVA_INT, 4L * at, state);
        }

        int checksum(int at) {
            return memory.get(ValueLayout.JAVA_INT, CHECKSUMS + 4L * at);
        }

        void checksum(int at, int checksum) {
            memory.set(ValueLayout.JAVA_INT, CHECKSUMS + 4L * at, checksum);
        }

        long entry(int at) {
            int kept = memory.get(ValueLayout.JAVA_INT, ENTRIES + 4L * at);
            if (kept == 0) {
                return 0;
            }
            long millis = base.get() + (kept >>> NUMBER_BITS);
            return EntryId.pack(millis, kept & ((1 << NUMBER_BITS) - 1));
        }

        /** Whether there is room for this id. */
        boolean entry(int at, long id) {
            int kept = 0;
            if (id != 0) {
                long millis = EntryId.millis(id);
                if (base.get() == NO_BASE) {
                    // later ones may be a little older: outcomes come in any order
                    base.compareAndSet(NO_BASE, millis - FIRST);
                }
                long ahead = millis - base.get();
                long number = EntryId.number(id);
                boolean near = ahead > 0 && ahead < LAST && number >>> NUMBER_BITS == 0;
                kept = near ? (int) (ahead << NUMBER_BITS | number) : FAR;
            }
            memory.set(ValueLayout.JAVA_INT, ENTRIES + 4L * at, kept);
            return kept != FAR;
        }

        /** Whether the id had no room here. */
        boolean far(int at) {
            return memory.get(ValueLayout.JAVA_INT, ENTRIES + 4L * at) == FAR;
        }
    }
}
