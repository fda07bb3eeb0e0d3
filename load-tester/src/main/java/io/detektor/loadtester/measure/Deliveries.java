package io.detektor.loadtester.measure;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** How often each message was delivered to a consumer. Thread-safe; one byte a message. */
public final class Deliveries {

    private static final VarHandle BYTES = MethodHandles.arrayElementVarHandle(byte[].class);
    private static final int BITS = 16;
    private static final int SIZE = 1 << BITS;
    private static final int MOST_SAMPLES = 100;

    /** Replaced when it grows, under this object's lock. */
    private volatile byte[][] chunks = {};

    private final LongAdder delivered = new LongAdder();
    private final LongAdder damaged = new LongAdder();
    private final LongAdder foreign = new LongAdder();

    /** Guarded by this object's lock. */
    private final List<String> samples = new ArrayList<>();

    /**
     * Notes a delivery.
     *
     * @return whether it was the first of this message
     */
    public boolean delivered(long seq) {
        delivered.increment();
        byte[] chunk = chunk((int) (seq >>> BITS));
        int at = (int) (seq & (SIZE - 1));
        byte before;
        do {
            before = (byte) BYTES.getVolatile(chunk, at);
            if (before == Byte.MAX_VALUE) {
                return false;
            }
        } while (!BYTES.compareAndSet(chunk, at, before, (byte) (before + 1)));
        return before == 0;
    }

    /**
     * Notes an entry of this run whose content is not what was sent.
     *
     * @param name which one, for reports
     */
    public void damaged(String name) {
        damaged.increment();
        sample("corrupted: " + name);
    }

    /**
     * Notes an entry that is none of this run's.
     *
     * @param name which one, for reports
     */
    public void foreign(String name) {
        foreign.increment();
        sample("unexpected: " + name);
    }

    private synchronized void sample(String text) {
        if (samples.size() < MOST_SAMPLES) {
            samples.add(text);
        }
    }

    /** The first hundred of those that should not have been. */
    public synchronized List<String> samples() {
        return List.copyOf(samples);
    }

    /** How often message {@code seq} was delivered; 127 means that often or more. */
    public int count(long seq) {
        byte[][] now = chunks;
        int index = (int) (seq >>> BITS);
        return index >= now.length
                ? 0
                : (byte) BYTES.getVolatile(now[index], (int) (seq & (SIZE - 1)));
    }

    /** Deliveries in all. */
    public long total() {
        return delivered.sum();
    }

    /** Deliveries of entries whose content is not what was sent. */
    public long damagedTotal() {
        return damaged.sum();
    }

    /** Deliveries of entries that are none of this run's. */
    public long foreignTotal() {
        return foreign.sum();
    }

    private byte[] chunk(int index) {
        byte[][] now = chunks;
        return index < now.length ? now[index] : grow(index);
    }

    private synchronized byte[] grow(int index) {
        byte[][] now = chunks;
        if (index >= now.length) {
            byte[][] larger = Arrays.copyOf(now, index + 1);
            for (int i = now.length; i <= index; i++) {
                larger[i] = new byte[SIZE];
            }
            chunks = larger;
            now = larger;
        }
        return now[index];
    }
}
