package io.detektor.loadtester.verify;

import io.detektor.loadtester.measure.EntryId;
import io.detektor.loadtester.measure.Ledger;
import io.detektor.loadtester.measure.Tally;
import io.detektor.loadtester.message.Format;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Compares what is read back from a stream with the ledger. Fed by one thread, in stream order,
 * when all outcomes are in. Two bits a message.
 */
public final class StreamCheck {

    private static final int MOST_SAMPLES = 100;

    private final Ledger ledger;
    private final Format format;

    private final Tally tally = new Tally();

    private final Samples duplicated = new Samples();
    private final Samples unexpected = new Samples();
    private final Samples corrupted = new Samples();
    private final Samples moved = new Samples();
    private long orderBreaks;
    private long entries;
    private long last = -1;

    public StreamCheck(Ledger ledger, Format format) {
        this.ledger = ledger;
        this.format = format;
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
        if (tally.add(seq) > 0) {
            duplicated.add(seen.name() + " at " + entryId);
            return;
        }
        if (!seen.intact() || seen.checksum() != ledger.checksum(seq)) {
            corrupted.add(seen.name() + " at " + entryId);
        }
        long expected = ledger.entry(seq);
        if (expected != 0 && expected != EntryId.pack(entryId)) {
            moved.add(seen.name() + " at " + entryId + ", confirmed as " + EntryId.text(expected));
        }
        if (seq < last) {
            orderBreaks++;
        }
        last = seq;
    }

    /** Whether message {@code seq} was among the entries. */
    public boolean present(long seq) {
        return tally.of(seq) > 0;
    }

    /** The sets, when the last entry was taken. */
    public StreamProof result(String node) {
        Samples lost = new Samples();
        Samples resurrected = new Samples();
        long recovered = 0;
        long distinctDuplicates = 0;
        for (long seq = 0; seq < ledger.attempted(); seq++) {
            int count = tally.of(seq);
            boolean there = count > 0;
            if (count > 1) {
                // a message that is there three times is one duplicated id
                distinctDuplicates++;
            }
            switch (ledger.state(seq)) {
                case CONFIRMED -> {
                    if (!there) {
                        lost.add(
                                "#"
                                        + seq
                                        + " confirmed at "
                                        + ledger.outcomeMillis(seq)
                                        + " ms as "
                                        + EntryId.text(ledger.entry(seq)));
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
                distinctDuplicates,
                unexpected.count,
                corrupted.count,
                recovered,
                resurrected.count,
                moved.count,
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
        samples.put("moved", moved.first());
        return samples;
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
