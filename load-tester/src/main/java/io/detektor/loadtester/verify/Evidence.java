package io.detektor.loadtester.verify;

import io.detektor.loadtester.measure.Ledger;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a verdict is made of.
 *
 * @param counts the ledger
 * @param master the final read from the master, or null when there was none
 * @param replicas the final read from each replica
 * @param deliveries what consumers received
 * @param doubts what keeps the run from proving anything, in words
 * @param thresholds figures that were asked for
 */
public record Evidence(
        Ledger.Counts counts,
        @Nullable StreamProof master,
        List<StreamProof> replicas,
        List<DeliveryProof> deliveries,
        List<String> doubts,
        List<Threshold> thresholds) {

    public Evidence {
        replicas = List.copyOf(replicas);
        deliveries = List.copyOf(deliveries);
        doubts = List.copyOf(doubts);
        thresholds = List.copyOf(thresholds);
    }
}
