package io.detektor.loadtester.verify;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether the run proves what it should.
 *
 * @param outcome the word
 * @param reasons why it is not a pass; empty for a pass
 */
public record Verdict(Outcome outcome, List<String> reasons) {

    /** The worst wins, in this order. */
    public enum Outcome {
        /** Nothing was lost and everything that was asked for was reached. */
        PASS(0),
        /** Nothing was lost, but a figure that was asked for was not reached. */
        THRESHOLD_MISSED(1),
        /** The run proves nothing. */
        INCONCLUSIVE(5),
        /** Something was lost, doubled, invented or damaged. */
        INTEGRITY_FAILED(4);

        private final int exitCode;

        Outcome(int exitCode) {
            this.exitCode = exitCode;
        }

        /** What the process ends with. */
        public int exitCode() {
            return exitCode;
        }

        /** PASS, FAIL or INCONCLUSIVE. */
        public String word() {
            return switch (this) {
                case PASS -> "PASS";
                case INCONCLUSIVE -> "INCONCLUSIVE";
                case THRESHOLD_MISSED, INTEGRITY_FAILED -> "FAIL";
            };
        }
    }

    public Verdict {
        reasons = List.copyOf(reasons);
    }

    /** Judges. */
    public static Verdict of(Evidence evidence) {
        List<String> broken = new ArrayList<>();
        if (evidence.master() != null) {
            broken(evidence.master(), "", broken);
        }
        for (StreamProof replica : evidence.replicas()) {
            broken(replica, " on replica " + replica.node(), broken);
        }
        List<String> doubts = new ArrayList<>(evidence.doubts());
        for (DeliveryProof delivery : evidence.deliveries()) {
            // what was not read in time is not known to be missing; what was read wrong is wrong
            must(delivery.damaged(), "corrupted for " + delivery.how(), broken);
            must(delivery.foreign(), "unexpected for " + delivery.how(), broken);
            if (delivery.complete()) {
                must(delivery.undelivered(), "undelivered to " + delivery.how(), broken);
                must(delivery.pending(), "stuck with " + delivery.how(), broken);
            } else {
                doubts.add(
                        "time was up before "
                                + delivery.how()
                                + " had read everything ("
                                + delivery.undelivered()
                                + " left)");
            }
        }
        if (evidence.counts().confirmed() == 0) {
            doubts.add("nothing was confirmed");
        }
        boolean readOut = evidence.deliveries().stream().anyMatch(DeliveryProof::complete);
        if (evidence.master() == null && !readOut) {
            doubts.add("nothing was read back");
        }
        List<String> missed =
                evidence.thresholds().stream()
                        .filter(threshold -> !threshold.ok())
                        .map(threshold -> threshold.expr() + " was " + threshold.value())
                        .toList();
        List<String> reasons = new ArrayList<>(broken);
        reasons.addAll(doubts);
        reasons.addAll(missed);
        if (!broken.isEmpty()) {
            return new Verdict(Outcome.INTEGRITY_FAILED, reasons);
        }
        if (!doubts.isEmpty()) {
            return new Verdict(Outcome.INCONCLUSIVE, reasons);
        }
        return new Verdict(missed.isEmpty() ? Outcome.PASS : Outcome.THRESHOLD_MISSED, reasons);
    }

    private static void broken(StreamProof proof, String where, List<String> reasons) {
        must(proof.lost(), "lost" + where, reasons);
        must(proof.duplicated(), "duplicated" + where, reasons);
        must(proof.unexpected(), "unexpected" + where, reasons);
        must(proof.corrupted(), "corrupted" + where, reasons);
        must(proof.resurrected(), "refused but stored" + where, reasons);
    }

    private static void must(long count, String what, List<String> reasons) {
        if (count != 0) {
            reasons.add(count + " " + what);
        }
    }
}
