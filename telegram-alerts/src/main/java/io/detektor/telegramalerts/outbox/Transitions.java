package io.detektor.telegramalerts.outbox;

import io.detektor.telegramalerts.incident.Incident;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * What becomes of a delivery or a digest by the outcome of an attempt: the line that says so.
 * Always from its present state, which is younger than the one in the work.
 */
final class Transitions {

    private Transitions() {}

    static Entry sending(Ledger ledger, Work work, Instant now) {
        Stage stage = work instanceof Work.Answer ? Stage.ANSWERING : Stage.SENDING;
        return change(ledger, work, now, d -> d.at(stage), d -> d.at(stage, false));
    }

    static Entry arrived(Ledger ledger, Work work, long messageId, Instant now) {
        return switch (work) {
            case Work.Tell(var delivery, Incident shown) ->
                    of(
                            now,
                            ledger.present(delivery)
                                    .told(
                                            messageId,
                                            shown.revision(),
                                            shown.replies().size(),
                                            now));
            case Work.Edit(var delivery, Incident shown) ->
                    of(now, ledger.present(delivery).edited(shown.revision(), now));
            case Work.Answer(var delivery, _, _) -> of(now, ledger.present(delivery).answered(now));
            case Work.TellDigest(var digest, var shown) ->
                    of(now, ledger.present(digest).told(messageId, Work.version(shown), now));
            case Work.EditDigest(var digest, var shown) -> {
                Digest present = ledger.present(digest);
                yield of(now, present.told(present.messageId(), Work.version(shown), now));
            }
        };
    }

    static Entry failed(Ledger ledger, Work work, Instant now) {
        Stage stage = before(work);
        return change(ledger, work, now, d -> d.at(stage), d -> d.at(stage, false));
    }

    static Entry doubtful(Ledger ledger, Work work, Instant now) {
        Stage stage = before(work);
        return change(ledger, work, now, d -> d.doubtful(stage), d -> d.at(stage, true));
    }

    static Entry vanished(Ledger ledger, Work work, Instant now) {
        return change(ledger, work, now, d -> d.at(Stage.WAITING), d -> d.at(Stage.WAITING, false));
    }

    static Entry refused(Ledger ledger, Work work, Instant now) {
        return change(ledger, work, now, d -> d.at(Stage.REFUSED), d -> d.at(Stage.REFUSED, false));
    }

    private static Stage before(Work work) {
        return work instanceof Work.Tell || work instanceof Work.TellDigest
                ? Stage.WAITING
                : Stage.TOLD;
    }

    private static Entry change(
            Ledger ledger,
            Work work,
            Instant now,
            UnaryOperator<Delivery> delivery,
            UnaryOperator<Digest> digest) {
        return switch (work) {
            case Work.Tell(var each, _) -> of(now, delivery.apply(ledger.present(each)));
            case Work.Edit(var each, _) -> of(now, delivery.apply(ledger.present(each)));
            case Work.Answer(var each, _, _) -> of(now, delivery.apply(ledger.present(each)));
            case Work.TellDigest(var each, _) -> of(now, digest.apply(ledger.present(each)));
            case Work.EditDigest(var each, _) -> of(now, digest.apply(ledger.present(each)));
        };
    }

    private static Entry of(Instant at, Delivery delivery) {
        return Entry.told(at, List.of(delivery), List.of());
    }

    private static Entry of(Instant at, Digest digest) {
        return Entry.told(at, List.of(), List.of(digest));
    }
}
