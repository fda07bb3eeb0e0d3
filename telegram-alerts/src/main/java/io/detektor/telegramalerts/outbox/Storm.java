package io.detektor.telegramalerts.outbox;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What to do when more is to be told than anybody would read, or Telegram would take. */
final class Storm {

    /** More than so many new messages for one chat become one, see Telegram's 20 a minute. */
    static final int MOST = 10;

    /** For how long a digest takes in more; then a storm gets a new one, with a sound. */
    private static final Duration DIGEST_GROWS = Duration.ofMinutes(10);

    private Storm() {}

    /**
     * The line that puts what is too much into a digest, and takes out of one what would be edited
     * into it unheard; empty when there is nothing of either.
     */
    static Optional<Entry> calm(Ledger ledger, String chat, Agenda agenda, Instant now) {
        List<Delivery> deliveries = new ArrayList<>();
        List<Digest> digests = new ArrayList<>();
        if (agenda.recoveries().size() > MOST) {
            // the edits of their messages say it
            agenda.recoveries().forEach(each -> deliveries.add(each.delivery().answered(now)));
        }
        // has a message of its own from now on; the look after this one may find too many of them
        agenda.worse().forEach(each -> deliveries.add(each.outOfDigest()));
        int unheard = agenda.fresh().size() + agenda.escalations().size();
        boolean waits = ledger.digests(chat).anyMatch(each -> each.stage() == Stage.WAITING);
        if (unheard > MOST || (waits && unheard > 0)) {
            digest(ledger, chat, agenda, now, deliveries, digests);
        }
        return deliveries.isEmpty()
                ? Optional.empty()
                : Optional.of(Entry.told(now, deliveries, digests));
    }

    private static void digest(
            Ledger ledger,
            String chat,
            Agenda agenda,
            Instant now,
            List<Delivery> deliveries,
            List<Digest> digests) {
        Digest last =
                ledger.digests(chat)
                        .filter(each -> each.stage() == Stage.WAITING || takesIn(each, now))
                        .reduce((_, later) -> later)
                        .orElseGet(() -> fresh(ledger, chat, now));
        List<Work.Tell> loud = agenda.fresh().stream().filter(Work.Tell::urgent).toList();
        if (last.stage() == Stage.WAITING) {
            digests.add(last);
            agenda.fresh().forEach(each -> deliveries.add(digested(each, last)));
            agenda.escalations().forEach(each -> deliveries.add(digested(each, last)));
            return;
        }
        agenda.fresh().stream()
                .filter(each -> !each.urgent())
                .forEach(each -> deliveries.add(digested(each, last)));
        // an edit makes no sound: what must be heard gets a message, be it another digest
        if (loud.size() + agenda.escalations().size() > MOST) {
            Digest next = fresh(ledger, chat, now);
            digests.add(next);
            loud.forEach(each -> deliveries.add(digested(each, next)));
            agenda.escalations().forEach(each -> deliveries.add(digested(each, next)));
        }
    }

    private static boolean takesIn(Digest digest, Instant now) {
        return digest.stage() == Stage.TOLD && digest.formedAt().plus(DIGEST_GROWS).isAfter(now);
    }

    private static Digest fresh(Ledger ledger, String chat, Instant now) {
        return new Digest(ledger.nextDigestId(), chat, Stage.WAITING, null, 0, false, now, now);
    }

    private static Delivery digested(Work.Tell tell, Digest by) {
        return tell.delivery().digestedBy(by.id(), tell.incident().replies().size());
    }

    private static Delivery digested(Work.Answer answer, Digest by) {
        return answer.delivery().digestedBy(by.id(), answer.incident().replies().size());
    }
}
