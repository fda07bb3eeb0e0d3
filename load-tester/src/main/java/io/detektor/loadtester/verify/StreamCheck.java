package io.detektor.loadtester.verify;

import io.detektor.loadtester.measure.Ledger;
import io.detektor.loadtester.message.Format;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Compares what is read back from a stream with the ledger. Fed by one thread, in stream order,
 * when all outcomes are in. Two bytes a message.
 */
public final class StreamCheck {

    private static final int MOST_SAMPLES = 100;

    private final Ledger ledger;
    private final Format format;

    /** How often each message is there, up to 127. */
    private final byte[] counts;

    private final Samples duplicated = new Samples();
    private final Samples unexpected = new Samples();
    private final Samples corrupted = new Samples();
    private long moved;
    private long orderBreaks;
    private long entries;
    private long last = -1;

    public StreamCheck(Ledger ledger, Format format) {
        this.ledger = ledger;
        this.format = format;
        this.counts = new byte[Math.toIntExact(ledger.attempted())];
    }

    /** Takes the next entry. */
    public void entry(String entryId, Map<String, byte[]> fields) {
        entries++;
        Format.Seen seen = format.read(fields);
        long seq = seen.seq();
        if (ledger.state(seq) == Ledger.State.NONE) {
            unexpected.add(seen.name() + " at " + entryId);
            return;
        }
        int index = (int) seq;
        if (counts[index] < Byte.MAX_VALUE) {
            counts[index]++;
        }
        if (counts[index] > 1) {
            duplicated.add(seen.name() + " at " + entryId);
            return;
        }
        if (!seen.intact() || seen.checksum() != ledger.checksum(seq)) {
            corrupted.add(seen.name() + " at " + entryId);
        }
        long expected = ledger.entry(seq);
        if (expected != 0 && expected != Ledger.EntryId.pack(entryId)) {
            moved++;
        }
        if (seq < last) {
            orderBreaks++;
        }
        last = seq;
    }

    /** Whether message {@code seq} was among the entries. */
    public boolean present(long seq) {
        return counts[(int) seq] > 0;
    }

    /** The sets, when the last entry was taken. */
    public StreamProof result(String node) {
        Samples lost = new Samples();
        Samples resurrected = new Samples();
        long recovered = 0;
        for (int seq = 0; seq < counts.length; seq++) {
            boolean there = counts[seq] > 0;
            switch (ledger.state(seq)) {
                case CONFIRMED -> {
                    if (!there) {
                        lost.add(
                                "#"
                                        + seq
                                        + " confirmed at "
                                        + ledger.outcomeMillis(seq)
                                        + " ms as "
                                        + Ledger.EntryId.text(ledger.entry(seq)));
                    }
                }
                case REFUSED -> {
                    if (there) {
                        resurrected.add("#" + seq);
                    }
                }
                case UNKNOWN, PENDING -> {
                    if (there) {
                        recovered++;
                    }
                }
                case NONE -> {}
            }
        }
        return new StreamProof(
                node,
                entries,
                lost.count,
                // a message that is there three times is one duplicated id
                distinctDuplicates(),
                unexpected.count,
                corrupted.count,
                recovered,
                resurrected.count,
                moved,
                orderBreaks,
                samples(lost, resurrected));
    }

    private Map<String, List<String>> samples(Samples lost, Samples resurrected) {
        Map<String, List<String>> samples = new LinkedHashMap<>();
        samples.put("lost", lost.first());
        samples.put("duplicated", duplicated.first());
        samples.put("unexpected", unexpected.first());
        samples.put("corrupted", corrupted.first());
        samples.put("resurrected", resurrected.first());
        return samples;
    }

    private long distinctDuplicates() {
        long distinct = 0;
        for (byte count : counts) {
            if (count > 1) {
                distinct++;
            }
        }
        return distinct;
    }

    private static final class Samples {
        private final List<String> first = new ArrayList<>();
        private long count;

        void add(String sample) {
            count++;
            if (first.size() < MOST_SAMPLES) {
                first.add(sample);
            }
        }

        List<String> first() {
            return List.copyOf(first);
        }
    }
}
