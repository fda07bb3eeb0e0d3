package io.detektor.loadtester.verify;

import io.detektor.loadtester.measure.Deliveries;
import io.detektor.loadtester.measure.Ledger;
import java.util.ArrayList;
import java.util.List;

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
        boolean complete,
        List<String> samples) {

    private static final int MOST_SAMPLES = 100;

    public DeliveryProof {
        samples = List.copyOf(samples);
    }

    /** Counts. */
    public static DeliveryProof of(
            String how, Ledger ledger, Deliveries deliveries, long pending, boolean complete) {
        long undelivered = 0;
        long redelivered = 0;
        List<String> samples = new ArrayList<>(deliveries.samples());
        for (long seq = 0; seq < ledger.attempted(); seq++) {
            int count = deliveries.count(seq);
            if (count == 0 && ledger.state(seq) == Ledger.State.CONFIRMED) {
                undelivered++;
                if (undelivered <= MOST_SAMPLES) {
                    samples.add(
                            "undelivered: #" + seq + " " + Ledger.EntryId.text(ledger.entry(seq)));
                }
            }
            if (count > 1) {
                redelivered++;
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
                complete,
                samples);
    }

    /** Whether everything that must be 0 is 0. */
    public boolean holds() {
        return undelivered == 0 && damaged == 0 && foreign == 0 && pending == 0;
    }
}
