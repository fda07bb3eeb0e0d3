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

    /** The line that puts what is too much into a digest; empty when it is not too much. */
    static Optional<Entry> calm(Ledger ledger, String chat, Agenda agenda, Instant now) {
        boolean tooManyNew = agenda.unheard() > MOST;
        boolean tooManyRecoveries = agenda.recoveries().size() > MOST;
        if (!tooManyNew && !tooManyRecoveries) {
            return Optional.empty();
        }
        List<Delivery> deliveries = new ArrayList<>();
        List<Digest> digests = new ArrayList<>();
        if (tooManyRecoveries) {
            // the edits of their messages say it
            agenda.recoveries().forEach(each -> deliveries.add(each.delivery().answered(now)));
        }
        if (tooManyNew) {
            Digest digest = digest(ledger, chat, now);
            digests.add(digest);
            agenda.fresh().forEach(each -> deliveries.add(each.delivery().digestedBy(digest.id())));
            agenda.escalations()
                    .forEach(each -> deliveries.add(each.delivery().digestedBy(digest.id())));
        }
        return Optional.of(Entry.told(now, deliveries, digests));
    }

    private static Digest digest(Ledger ledger, String chat, Instant now) {
        return ledger.digests(chat)
                .filter(each -> each.stage() != Stage.REFUSED)
                .filter(each -> each.formedAt().plus(DIGEST_GROWS).isAfter(now))
                .reduce((_, last) -> last)
                .orElseGet(() ->
                        new Digest(
                                ledger.nextDigestId(),
                                chat,
                                Stage.WAITING,
                                null,
                                0,
                                false,
                                now,
                                now));
    }
}
