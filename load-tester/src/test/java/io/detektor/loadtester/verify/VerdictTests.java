package io.detektor.loadtester.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.detektor.loadtester.measure.Deliveries;
import io.detektor.loadtester.measure.Ledger;
import io.detektor.loadtester.message.EntryFormat;
import io.detektor.loadtester.message.RunId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class VerdictTests {

    private static final Ledger.Counts ALL = new Ledger.Counts(100, 100, 0, 0, 0);
    private static final Threshold MET = new Threshold("success==100%", "100%", true);
    private static final Threshold MISSED = new Threshold("success==100%", "99%", false);

    @Test
    void passesWhenNothingIsWrong() {
        Verdict verdict = verdict(ALL, stream(0), List.of(), List.of(), MET);

        assertThat(verdict.outcome()).isEqualTo(Verdict.Outcome.PASS);
        assertThat(verdict.outcome().exitCode()).isZero();
        assertThat(verdict.reasons()).isEmpty();
    }

    @Test
    void anEmptyRunProvesNothing() {
        Verdict verdict =
                verdict(new Ledger.Counts(0, 0, 0, 0, 0), stream(0), List.of(), List.of(), MET);

        assertThat(verdict.outcome()).isEqualTo(Verdict.Outcome.INCONCLUSIVE);
        assertThat(verdict.outcome().exitCode()).isEqualTo(5);
        assertThat(verdict.reasons()).containsExactly("nothing was confirmed");
    }

    @Test
    void withoutAFinalReadNothingIsProved() {
        Verdict verdict = verdict(ALL, null, List.of(), List.of(), MET);

        assertThat(verdict.outcome()).isEqualTo(Verdict.Outcome.INCONCLUSIVE);
        assertThat(verdict.reasons()).containsExactly("nothing was read back");
    }

    @Test
    void aLossOutweighsEveryDoubtAndFigure() {
        Verdict verdict =
                verdict(ALL, stream(3), List.of(), List.of("the fault had no effect"), MISSED);

        assertThat(verdict.outcome()).isEqualTo(Verdict.Outcome.INTEGRITY_FAILED);
        assertThat(verdict.outcome().exitCode()).isEqualTo(4);
        assertThat(verdict.outcome().word()).isEqualTo("FAIL");
        assertThat(verdict.reasons())
                .containsExactly("3 lost", "the fault had no effect", "success==100% was 99%");
    }

    @Test
    void aMissedFigureIsAFailureOfItsOwn() {
        Verdict verdict = verdict(ALL, stream(0), List.of(), List.of(), MISSED);

        assertThat(verdict.outcome()).isEqualTo(Verdict.Outcome.THRESHOLD_MISSED);
        assertThat(verdict.outcome().exitCode()).isEqualTo(1);
    }

    @Test
    void whatIsMissingOnAReplicaIsLostThere() {
        Verdict verdict =
                Verdict.of(
                        new Evidence(
                                ALL,
                                stream(0),
                                List.of(stream(2)),
                                List.of(),
                                List.of(),
                                List.of(MET)));

        assertThat(verdict.outcome()).isEqualTo(Verdict.Outcome.INTEGRITY_FAILED);
        assertThat(verdict.reasons()).containsExactly("2 lost on replica node");
    }

    @Test
    void undeliveredCountsOnceEverythingWasRead() {
        Ledger ledger = new Ledger();
        ledger.outcome(ledger.attempt(), Ledger.State.CONFIRMED, false, 0, 0);
        ledger.outcome(ledger.attempt(), Ledger.State.CONFIRMED, false, 0, 0);
        Deliveries deliveries = new Deliveries();
        deliveries.delivered(1);
        deliveries.delivered(1);

        DeliveryProof read = DeliveryProof.of("consumers", ledger, deliveries, 0, true, null);
        DeliveryProof cutShort = DeliveryProof.of("consumers", ledger, deliveries, 0, false, null);

        assertThat(read.undelivered()).isEqualTo(1);
        assertThat(read.redelivered()).isEqualTo(1);
        assertThat(verdict(ALL, stream(0), List.of(read), List.of(), MET).outcome())
                .isEqualTo(Verdict.Outcome.INTEGRITY_FAILED);
        assertThat(verdict(ALL, stream(0), List.of(cutShort), List.of(), MET).outcome())
                .isEqualTo(Verdict.Outcome.INCONCLUSIVE);
    }

    @Test
    void whatStaysWithAConsumerIsStuckAndWhatOnlyAConsumerSawIsPhantom() {
        Ledger ledger = new Ledger();
        for (int i = 0; i < 3; i++) {
            ledger.outcome(ledger.attempt(), Ledger.State.CONFIRMED, false, 0, 0);
        }
        EntryFormat format = new EntryFormat(RunId.random());
        StreamCheck stream = new StreamCheck(ledger, format);
        Deliveries deliveries = new Deliveries();
        for (long seq = 0; seq < 3; seq++) {
            deliveries.delivered(seq);
        }
        deliveries.orderBreak();

        DeliveryProof stuck = DeliveryProof.of("consumers", ledger, deliveries, 2, true, null);
        DeliveryProof phantoms = DeliveryProof.of("consumers", ledger, deliveries, 0, true, stream);

        assertThat(stuck.pending()).isEqualTo(2);
        assertThat(stuck.phantom()).isZero();
        assertThat(stuck.orderBreaks()).isEqualTo(1);
        assertThat(stuck.holds()).isFalse();
        assertThat(verdict(ALL, stream(0), List.of(stuck), List.of(), MET).reasons())
                .containsExactly("2 stuck with consumers");
        // nothing of it is in the stream
        assertThat(phantoms.phantom()).isEqualTo(3);
        assertThat(phantoms.samples()).contains("phantom: #0");
        assertThat(verdict(ALL, stream(0), List.of(phantoms), List.of(), MET).outcome())
                .isEqualTo(Verdict.Outcome.PASS);
    }

    private static StreamProof stream(long lost) {
        return new StreamProof("node", 100, lost, 0, 0, 0, 0, 0, 0, 0, Map.of());
    }

    private static Verdict verdict(
            Ledger.Counts counts,
            @Nullable StreamProof master,
            List<DeliveryProof> deliveries,
            List<String> doubts,
            Threshold threshold) {
        return Verdict.of(
                new Evidence(counts, master, List.of(), deliveries, doubts, List.of(threshold)));
    }
}
