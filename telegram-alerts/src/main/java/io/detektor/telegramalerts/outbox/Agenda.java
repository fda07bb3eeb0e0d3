package io.detektor.telegramalerts.outbox;

import io.detektor.telegramalerts.incident.Incident;
import io.detektor.telegramalerts.incident.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done next for one chat: an excerpt of the {@link Ledger} at one moment.
 *
 * @param fresh incidents of which nothing was told yet, the oldest first
 * @param escalations answers with a sound
 * @param edits messages that are out of date, the one that was told longest ago first
 * @param recoveries answers without a sound
 * @param digests messages about many incidents that are out of date, or not sent yet
 * @param underWay since when those wait whose call has begun: it may take a while, and fail
 * @param worse told by a digest, and critical facts have joined since, which an edit of it would
 *     hide
 * @param storming whether a digest was told just now
 */
record Agenda(
        List<Work.Tell> fresh,
        List<Work.Answer> escalations,
        List<Work.Edit> edits,
        List<Work.Answer> recoveries,
        List<Work> digests,
        List<Instant> underWay,
        List<Delivery> worse,
        boolean storming) {

    /** After a digest it is waited for so long whether there is more: in a storm there is. */
    private static final Duration CALM = Duration.ofSeconds(10);

    /** A digest is edited no more often than this: its details matter less than its arrival. */
    private static final Duration BETWEEN_EDITS_OF_A_DIGEST = Duration.ofSeconds(5);

    /** The worst, and what is still so before what is over; of equal ones the oldest is taken. */
    private static final Comparator<Work.Tell> MOST_URGENT_LAST =
            Comparator.comparing((Work.Tell each) -> each.incident().open())
                    .thenComparing(each -> each.incident().severity());

    static Agenda of(Ledger ledger, String chat, Instant now) {
        boolean storming =
                ledger.digests(chat)
                        .anyMatch(each ->
                                each.stage() == Stage.TOLD
                                        && each.formedAt().plus(CALM).isAfter(now));
        Agenda agenda =
                new Agenda(
                        new ArrayList<>(),
                        new ArrayList<>(),
                        new ArrayList<>(),
                        new ArrayList<>(),
                        new ArrayList<>(),
                        new ArrayList<>(),
                        new ArrayList<>(),
                        storming);
        for (Delivery delivery : ledger.deliveries(chat)) {
            Incident incident = ledger.incident(delivery);
            agenda.add(delivery, incident);
            if (ledger.digestIsTold(delivery) && escalated(delivery, incident)) {
                agenda.worse.add(delivery);
            }
        }
        agenda.edits.sort(Comparator.comparing(each -> each.delivery().touchedAt()));
        ledger.digests(chat).forEach(digest -> agenda.add(digest, ledger.members(digest)));
        return agenda;
    }

    private void add(Delivery delivery, Incident incident) {
        switch (delivery.stage()) {
            case WAITING -> fresh.add(new Work.Tell(delivery, incident));
            case SENDING -> underWay.add(incident.openedAt());
            case ANSWERING -> underWay.add(incident.changedAt());
            case TOLD -> addAnswer(delivery, incident);
            case DIGESTED, REFUSED -> {
                // its digest says the rest; nobody says any more
            }
        }
        boolean hasMessage =
                delivery.stage() == Stage.TOLD
                        || (delivery.stage() == Stage.DIGESTED && delivery.messageId() != null);
        if (hasMessage && delivery.toldRevision() < incident.revision()) {
            edits.add(new Work.Edit(delivery, incident));
        }
    }

    private void addAnswer(Delivery delivery, Incident incident) {
        if (delivery.toldReplies() < incident.replies().size()) {
            Reply reply = incident.replies().get(delivery.toldReplies());
            (reply.kind() == Reply.Kind.ESCALATION ? escalations : recoveries)
                    .add(new Work.Answer(delivery, incident, reply));
        }
    }

    private static boolean escalated(Delivery delivery, Incident incident) {
        return incident.open()
                && incident.replies().stream()
                        .skip(delivery.toldReplies())
                        .anyMatch(reply -> reply.kind() == Reply.Kind.ESCALATION);
    }

    private void add(Digest digest, List<Incident> members) {
        if (digest.stage() == Stage.WAITING) {
            digests.add(new Work.TellDigest(digest, members));
        } else if (digest.stage() == Stage.TOLD && digest.toldVersion() != Work.version(members)) {
            digests.add(new Work.EditDigest(digest, members));
        } else if (digest.stage() == Stage.SENDING) {
            underWay.add(digest.formedAt());
        }
    }

    /** How many messages with a new content wait for their first sending. */
    int unheard() {
        return fresh.size() + escalations.size() + worse.size();
    }

    /** Everything that has not arrived, as far as is known. */
    int size() {
        return unheard() + edits.size() + recoveries.size() + digests.size() + underWay.size();
    }

    /** Since when the one that waits longest has been waiting. */
    Optional<Instant> oldest() {
        List<Instant> since = new ArrayList<>(underWay);
        fresh.forEach(each -> since.add(each.incident().openedAt()));
        escalations.forEach(each -> since.add(each.incident().changedAt()));
        edits.forEach(each -> since.add(each.incident().changedAt()));
        recoveries.forEach(each -> since.add(each.incident().changedAt()));
        for (Work each : digests) {
            if (each instanceof Work.TellDigest tell) {
                since.add(tell.digest().formedAt());
            }
        }
        return since.stream().min(Comparator.naturalOrder());
    }

    /** The most urgent of it, or null. */
    @Nullable Work first(Instant now) {
        for (Work each : digests) {
            if (each instanceof Work.TellDigest) {
                return each;
            }
        }
        if (!escalations.isEmpty() && !storming) {
            return escalations.getFirst();
        }
        if (!fresh.isEmpty() && !storming) {
            return fresh.stream().max(MOST_URGENT_LAST).orElseThrow();
        }
        if (!edits.isEmpty()) {
            return edits.getFirst();
        }
        if (!recoveries.isEmpty()) {
            return recoveries.getFirst();
        }
        for (Work each : digests) {
            if (each instanceof Work.EditDigest edit
                    && !now.isBefore(edit.digest().touchedAt().plus(BETWEEN_EDITS_OF_A_DIGEST))) {
                return each;
            }
        }
        return null;
    }
}
