package io.detektor.loadtester.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** What consumers received: how often each message, and what should not have been. Thread-safe. */
public final class Deliveries {

    private static final int MOST_SAMPLES = 100;

    private final Tally tally = new Tally();
    private final LongAdder delivered = new LongAdder();
    private final LongAdder distinct = new LongAdder();
    private final LongAdder damaged = new LongAdder();
    private final LongAdder foreign = new LongAdder();
    private final LongAdder orderBreaks = new LongAdder();

    /** Guarded by this object's lock. */
    private final List<String> samples = new ArrayList<>();

    /**
     * Notes a delivery.
     *
     * @return whether it was the first of this message
     */
    public boolean delivered(long seq) {
        delivered.increment();
        boolean first = tally.add(seq) == 0;
        if (first) {
            distinct.increment();
        }
        return first;
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

    /** Notes that a consumer received a message after one that was sent later. */
    public void orderBreak() {
        orderBreaks.increment();
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

    /** How often message {@code seq} was delivered; {@link Tally#MANY} means that often or more. */
    public int count(long seq) {
        return tally.of(seq);
    }

    /** Deliveries in all. */
    public long total() {
        return delivered.sum();
    }

    /** Messages that were delivered at least once. */
    public long distinct() {
        return distinct.sum();
    }

    /** Deliveries of entries whose content is not what was sent. */
    public long damagedTotal() {
        return damaged.sum();
    }

    /** Deliveries of entries that are none of this run's. */
    public long foreignTotal() {
        return foreign.sum();
    }

    /** First deliveries that came to a consumer after a message that was sent later. */
    public long orderBreaksTotal() {
        return orderBreaks.sum();
    }
}
