package io.detektor.loadtester.report;

import io.detektor.loadtester.verify.DeliveryProof;
import io.detektor.loadtester.verify.StreamProof;
import java.util.ArrayList;
import java.util.List;

/**
 * A set that must be empty.
 *
 * @param where which node or consumer it is about
 */
record Zero(String where, String what, long count) {

    /** Every such set that was looked at. */
    static List<Zero> of(RunResult.Proof proof) {
        List<Zero> zeros = new ArrayList<>();
        if (proof.master() != null) {
            stream("master " + proof.master().node(), proof.master(), zeros);
        }
        for (StreamProof replica : proof.replicas()) {
            stream("replica " + replica.node(), replica, zeros);
        }
        for (DeliveryProof delivery : proof.deliveries()) {
            String where = delivery.how();
            zeros.add(new Zero(where, "undelivered", delivery.undelivered()));
            zeros.add(new Zero(where, "corrupted", delivery.damaged()));
            zeros.add(new Zero(where, "unexpected", delivery.foreign()));
            zeros.add(new Zero(where, "stuck", delivery.pending()));
        }
        return zeros;
    }

    private static void stream(String where, StreamProof proof, List<Zero> zeros) {
        zeros.add(new Zero(where, "lost", proof.lost()));
        zeros.add(new Zero(where, "duplicated", proof.duplicated()));
        zeros.add(new Zero(where, "unexpected", proof.unexpected()));
        zeros.add(new Zero(where, "corrupted", proof.corrupted()));
        zeros.add(new Zero(where, "resurrected", proof.resurrected()));
    }
}
