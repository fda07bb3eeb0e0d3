package io.detektor.loadtester.verify;

import io.detektor.loadtester.measure.Deliveries;
import io.detektor.loadtester.measure.EntryId;
import io.detektor.loadtester.measure.Ledger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What consumers received against the ledger.
 *
 * @param how by whom, for people
 * @param delivered deliveries in all
 * @param undelivered confirmed, and never delivered; must be 0
 * @param redelivered messages that were delivered more than once: allowed
 * @param damaged deliveries whose content is not what was sent; must be 0
 * @param foreign deliveries of what nobody sent; must be 0
 * @param pending deliveries that are still unacknowledged; must be 0
 * @param orderBreaks messages that came to a consumer after one that was sent later: reported
 * @param phantom delivered, and not in the stream in the end: a consumer saw what a failover threw
 *     away; reported; 0 where nothing was read back
 * @param complete whether there was nothing left to read; false when the time was up first
 * @param samples the first hundred of those that should not have been, and of the undelivered
 */
public record DeliveryProof(
        String how,
        long delivered,
        long undelivered,
        long redelivered,
        long damaged,
        long foreign,
        long pending,
        long orderBreaks,
        long phantom,
        boolean complete,
        List<String> samples) {

    private static final int MOST_SAMPLES = 100;

    public DeliveryProof {
        samples = List.copyOf(samples);
    }

    /**
     * Counts, when all outcomes are in.
     *
     * @param stream the final read, by which it is known what consumers should not have seen; null
     *     where there was none
     */
    public static DeliveryProof of(
            String how,
            Ledger ledger,
            Deliveries deliveries,
            long pending,
            boolean complete,
            @Nullable StreamCheck stream) {
        long undelivered = 0;
        long redelivered = 0;
        long phantom = 0;
        List<String> samples = new ArrayList<>(deliveries.samples());
        for (long seq = 0; seq < ledger.attempted(); seq++) {
            int count = deliveries.count(seq);
            if (count == 0 && ledger.state(seq) == Ledger.State.CONFIRMED) {
                undelivered++;
                if (undelivered <= MOST_SAMPLES) {
                    samples.add("undelivered: #" + seq + " " + EntryId.text(ledger.entry(seq)));
                }
            }
            if (count > 1) {
                redelivered++;
            }
            if (count > 0 && stream != null && !stream.present(seq)) {
                phantom++;
                if (phantom <= MOST_SAMPLES) {
                    samples.add("phantom: #" + seq);
                }
            }
        }
        return new DeliveryProof(
                how,
                deliveries.total(),
                undelivered,
                redelivered,
                deliveries.damagedTotal(),
                deliveries.foreignTotal(),
                pending,
                deliveries.orderBreaksTotal(),
                phantom,
                complete,
                samples);
    }

    /** Whether everything that must be 0 is 0. */
    public boolean holds() {
        return undelivered == 0 && damaged == 0 && foreign == 0 && pending == 0;
    }
}
