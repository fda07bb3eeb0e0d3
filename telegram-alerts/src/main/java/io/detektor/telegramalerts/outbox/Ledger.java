package io.detektor.telegramalerts.outbox;

import io.detektor.telegramalerts.incident.Incident;
import io.detektor.telegramalerts.incident.IncidentBook;
import io.detektor.telegramalerts.incident.Signal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The state that the lines of the journal add up to. The same lines give the same state, in a
 * process that goes on as in one that has just started. Not thread-safe.
 */
final class Ledger {

    /**
     * Closed incidents are kept for the page, to know repeats, and for chats that were not told:
     * what has been over for so long is no news, and one that throws the bot out would fill the
     * disk.
     */
    private static final Duration KEEP = Duration.ofDays(7);

    private static final int KEEP_MOST = 500;

    private final IncidentBook book = new IncidentBook();
    private final Map<String, NavigableMap<Long, Delivery>> deliveries = new HashMap<>();
    private final NavigableMap<Long, Digest> digests = new TreeMap<>();
    private final Map<String, String> moved = new HashMap<>();

    void apply(Entry entry) {
        for (Incident incident : orEmpty(entry.incidents())) {
            book.restore(incident);
        }
        if (entry.lastId() != null) {
            book.restoreLastId(entry.lastId());
        }
        for (Signal signal : orEmpty(entry.signals())) {
            Optional<Incident> changed = book.accept(signal, entry.at());
            changed.ifPresent(incident ->
                    orEmpty(entry.chats())
                            .forEach(chat -> expect(incident.id(), chat, entry.at())));
        }
        for (Delivery delivery : orEmpty(entry.deliveries())) {
            ofChat(delivery.chat()).put(delivery.incident(), delivery);
        }
        for (Digest digest : orEmpty(entry.digests())) {
            digests.put(digest.id(), digest);
        }
        if (entry.moved() != null) {
            moved.putAll(entry.moved());
        }
    }

    private void expect(long incident, String chat, Instant at) {
        // an incident that was opened when this chat was not configured is none of its business
        if (incident == book.lastId()) {
            ofChat(chat).computeIfAbsent(incident, _ -> Delivery.fresh(incident, chat, at));
        }
    }

    private static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }

    /** After a start: what was under way when the process before ended. */
    void recover() {
        deliveries.values().forEach(each -> each.replaceAll((_, d) -> d.recovered()));
        digests.replaceAll((_, digest) -> digest.recovered());
    }

    IncidentBook book() {
        return book;
    }

    Collection<Delivery> deliveries(String chat) {
        return ofChat(chat).values();
    }

    private NavigableMap<Long, Delivery> ofChat(String chat) {
        return deliveries.computeIfAbsent(chat, _ -> new TreeMap<>());
    }

    Incident incident(Delivery delivery) {
        return book.find(delivery.incident()).orElseThrow();
    }

    /** The delivery as it is by now. */
    Delivery present(Delivery delivery) {
        return Objects.requireNonNull(ofChat(delivery.chat()).get(delivery.incident()));
    }

    Stream<Digest> digests(String chat) {
        return digests.values().stream().filter(each -> each.chat().equals(chat));
    }

    /** Whether it was told by a digest that has arrived. */
    boolean digestIsTold(Delivery delivery) {
        Digest digest = delivery.digest() == null ? null : digests.get(delivery.digest());
        return delivery.stage() == Stage.DIGESTED && digest != null && digest.stage() == Stage.TOLD;
    }

    Digest present(Digest digest) {
        return Objects.requireNonNull(digests.get(digest.id()));
    }

    long nextDigestId() {
        return digests.isEmpty() ? 1 : digests.lastKey() + 1;
    }

    /** What a digest is about, the worst first. */
    List<Incident> members(Digest digest) {
        return deliveries(digest.chat()).stream()
                .filter(each -> Objects.equals(each.digest(), digest.id()))
                .map(this::incident)
                .sorted(
                        Comparator.comparing(Incident::severity)
                                .reversed()
                                .thenComparingLong(Incident::id))
                .toList();
    }

    /** The id that a chat has by now. */
    String address(String chat) {
        return moved.getOrDefault(chat, chat);
    }

    /** A line that says all of this. */
    Entry snapshot(Instant at) {
        return new Entry(
                at,
                null,
                null,
                deliveries.values().stream().flatMap(each -> each.values().stream()).toList(),
                List.copyOf(digests.values()),
                Map.copyOf(moved),
                List.copyOf(book.all()),
                book.lastId());
    }

    /** Forgets what is over and old, or was told and is more than anybody reads. */
    void prune(Instant now, Collection<String> chats) {
        deliveries.keySet().retainAll(chats);
        digests.values().removeIf(each -> !chats.contains(each.chat()));
        List<Incident> over = book.all().stream().filter(each -> !each.open()).toList();
        List<Incident> gone = new ArrayList<>();
        for (int i = 0; i < over.size(); i++) {
            Incident each = over.get(i);
            boolean old = each.changedAt().plus(KEEP).isBefore(now);
            if (old || (over.size() - i > KEEP_MOST && told(each))) {
                gone.add(each);
            }
        }
        List<Digest> upToDate =
                digests.values().stream()
                        .filter(each -> each.toldVersion() == Work.version(members(each)))
                        .toList();
        for (Incident incident : gone) {
            book.forget(incident.id());
            deliveries.values().forEach(each -> each.remove(incident.id()));
        }
        // a digest that has told everything has nothing to tell when its members are forgotten
        for (Digest digest : upToDate) {
            long version = Work.version(members(digest));
            digests.put(digest.id(), digest.told(digest.messageId(), version, digest.touchedAt()));
        }
        digests.values().removeIf(each -> members(each).isEmpty());
    }

    /** How many are open, or were told nowhere. */
    long unfinished() {
        return book.all().stream().filter(each -> each.open() || !told(each)).count();
    }

    /** In one chat at least, if it was for any: another one may take nothing at all. */
    private boolean told(Incident incident) {
        List<Delivery> all =
                deliveries.values().stream()
                        .map(each -> each.get(incident.id()))
                        .filter(Objects::nonNull)
                        .toList();
        return all.isEmpty() || all.stream().anyMatch(each -> finished(each, incident));
    }

    private boolean finished(Delivery delivery, Incident incident) {
        return switch (delivery.stage()) {
            case WAITING, SENDING, ANSWERING -> false;
            case REFUSED -> true;
            case TOLD ->
                    delivery.toldRevision() == incident.revision()
                            && delivery.toldReplies() == incident.replies().size();
            case DIGESTED -> {
                Digest digest = digests.get(delivery.digest());
                boolean itself =
                        delivery.messageId() == null
                                || delivery.toldRevision() == incident.revision();
                yield itself
                        && (digest == null
                                || digest.stage() == Stage.REFUSED
                                || digest.toldVersion() == Work.version(members(digest)));
            }
        };
    }
}
