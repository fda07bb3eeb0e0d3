package io.detektor.telegramalerts.outbox;

import io.detektor.telegramalerts.incident.Incident;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
                    Entry.told(
                            now,
                            heard(ledger, digest, shown),
                            List.of(
                                    ledger.present(digest)
                                            .told(messageId, Work.version(shown), now)));
            case Work.EditDigest(var digest, var shown) -> {
                Digest present = ledger.present(digest);
                yield of(now, present.told(present.messageId(), Work.version(shown), now));
            }
        };
    }

    /** What a digest shows when it arrives was heard with it; those of which that was not known. */
    private static List<Delivery> heard(Ledger ledger, Digest digest, List<Incident> shown) {
        Map<Long, Integer> replies = new HashMap<>();
        shown.forEach(each -> replies.put(each.id(), each.replies().size()));
        return ledger.deliveries(digest.chat()).stream()
                .filter(each -> Objects.equals(each.digest(), digest.id()))
                .filter(each -> replies.getOrDefault(each.incident(), 0) > each.toldReplies())
                .map(each -> each.digestedBy(digest.id(), replies.getOrDefault(each.incident(), 0)))
                .toList();
    }

    static Entry failed(Ledger ledger, Work work, Instant now) {
        Stage stage = before(work);
        UnaryOperator<Delivery> delivery =
                // the message is as it was, whatever else tells the incident
                work instanceof Work.Edit ? UnaryOperator.identity() : d -> d.at(stage);
        return change(ledger, work, now, delivery, d -> d.at(stage, false));
    }

    static Entry doubtful(Ledger ledger, Work work, Instant now) {
        Stage stage = before(work);
        return change(ledger, work, now, d -> d.doubtful(stage), d -> d.at(stage, true));
    }

    static Entry vanished(Ledger ledger, Work work, Instant now) {
        return change(ledger, work, now, Delivery::withoutMessage, d -> d.at(Stage.WAITING, false));
    }

    static Entry refused(Ledger ledger, Work work, Instant now) {
        UnaryOperator<Delivery> delivery =
                d -> d.stage() == Stage.DIGESTED ? d.withoutMessage() : d.at(Stage.REFUSED);
        return change(ledger, work, now, delivery, d -> d.at(Stage.REFUSED, false));
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
