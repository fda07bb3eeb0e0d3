package io.detektor.loadtester.measure;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How often each message was seen: not, once, twice, or more. Two bits a message, in chunks, so
 * that ten million cost 2.5 MB and growing copies nothing. Thread-safe.
 */
public final class Tally {

    /** What {@link #of} says at most. */
    public static final int MANY = 3;

    private static final int CHUNK_BITS = 16;
    private static final int WORDS = 1 << (CHUNK_BITS - 5);

    /** Replaced when it grows, under this object's lock. */
    private volatile AtomicLongArray[] chunks = {};

    /**
     * Counts message {@code seq} once more.
     *
     * @return how often it had been seen before, as {@link #of} says it
     */
    public int add(long seq) {
        AtomicLongArray chunk = chunk((int) (seq >>> CHUNK_BITS));
        int word = word(seq);
        int shift = shift(seq);
        while (true) {
            long before = chunk.get(word);
            int count = (int) (before >>> shift) & MANY;
            if (count == MANY || chunk.compareAndSet(word, before, before + (1L << shift))) {
                return count;
            }
        }
    }

    /** How often message {@code seq} was seen; {@link #MANY} means that often or more. */
    public int of(long seq) {
        AtomicLongArray[] now = chunks;
        int index = (int) (seq >>> CHUNK_BITS);
        return index >= now.length ? 0 : (int) (now[index].get(word(seq)) >>> shift(seq)) & MANY;
    }

    private static int word(long seq) {
        return (int) (seq >>> 5) & (WORDS - 1);
    }

    private static int shift(long seq) {
        return (int) (seq & 31) << 1;
    }

    private AtomicLongArray chunk(int index) {
        AtomicLongArray[] now = chunks;
        return index < now.length ? now[index] : grow(index);
    }

    private synchronized AtomicLongArray grow(int index) {
        AtomicLongArray[] now = chunks;
        if (index >= now.length) {
            AtomicLongArray[] larger = Arrays.copyOf(now, index + 1);
            for (int i = now.length; i <= index; i++) {
                larger[i] = new AtomicLongArray(WORDS);
            }
            chunks = larger;
            now = larger;
        }
        return now[index];
    }
}
