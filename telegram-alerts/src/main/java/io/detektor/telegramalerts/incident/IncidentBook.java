package io.detektor.telegramalerts.incident;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Every incident that is open, and those of the past that are still of use. Folds signals into
 * them:
 *
 * <ul>
 *   <li>what was reported before is no news, however often it is repeated;
 *   <li>a new fact joins the open incident of its scope, or opens one;
 *   <li>a fact that follows from an incident joins it also when that was over a while ago; a
 *       critical one follows once, and not if it began after the end.
 * </ul>
 *
 * The result depends on nothing but the signals and their times. Not thread-safe.
 */
public final class IncidentBook {

    /**
     * For how long a closed incident still takes in what follows from it. Prometheus sees a
     * failover up to half a minute after the Sentinels, and shows it for two minutes.
     */
    private static final Duration LINGER = Duration.ofMinutes(3);

    /**
     * What Prometheus begins to say later than this after an incident's end has begun after it: it
     * sees an end within a scrape and an evaluation (3 s each), and a critical consequence only
     * fires when it has held for 12 s.
     */
    private static final Duration LATE = Duration.ofSeconds(10);

    private final NavigableMap<Long, Incident> incidents = new TreeMap<>();
    private final Map<String, Long> latestOfScope = new HashMap<>();
    private final Map<String, Long> latestWithKey = new HashMap<>();
    private long lastId;

    /**
     * Takes one report in.
     *
     * @param at when it came in
     * @return the incident that it changed, or empty for a repeat, and for the end of something
     *     that nobody was told of
     */
    public Optional<Incident> accept(Signal signal, Instant at) {
        Incident after = decide(signal, at);
        if (after == null) {
            return Optional.empty();
        }
        restore(after);
        return Optional.of(after);
    }

    /** Whether {@link #accept} would change anything. */
    public boolean isNews(Signal signal, Instant at) {
        return decide(signal, at) != null;
    }

    private @Nullable Incident decide(Signal signal, Instant at) {
        Incident before = incident(latestWithKey.get(signal.key()));
        Condition known = before == null ? null : before.condition(signal.key()).orElse(null);
        return signal.kind() == Signal.Kind.RESOLVED
                ? ended(signal, before, known, at)
                : begun(signal, known, at);
    }

    private static @Nullable Incident ended(
            Signal signal, @Nullable Incident before, @Nullable Condition known, Instant at) {
        // an end that is older than the beginning belongs to an earlier occurrence
        if (before == null
                || known == null
                || !known.firing()
                || signal.startedAt().isBefore(known.signal().startedAt())) {
            return null;
        }
        return before.ended(known, signal, at, recovery(before, known));
    }

    /** Once an incident, when it is over; a failover is over for people when the node is back. */
    private static @Nullable Reply recovery(Incident incident, Condition ending) {
        boolean told =
                incident.replies().stream().anyMatch(each -> each.kind() == Reply.Kind.RECOVERY);
        boolean masterIsBack = ending.signal().name().equals(OwnSignal.MASTER_DOWN.label());
        boolean last = incident.conditions().stream().filter(Condition::firing).count() == 1;
        return !told && incident.severity() != Severity.INFO && (masterIsBack || last)
                ? new Reply(Reply.Kind.RECOVERY, ending.signal().key())
                : null;
    }

    private @Nullable Incident begun(Signal signal, @Nullable Condition known, Instant at) {
        if (known != null
                && (known.firing() || !signal.startedAt().isAfter(known.signal().startedAt()))) {
            return null;
        }
        Condition condition = Condition.begun(signal);
        Incident latest = incident(latestOfScope.get(signal.scope()));
        if (latest != null) {
            boolean follows =
                    Consequences.follows(signal.name(), latest)
                            && !recurs(signal, latest)
                            && !begunAfter(signal, latest);
            if (latest.open()) {
                boolean news = signal.severity() == Severity.CRITICAL && !follows;
                return latest.with(
                        condition,
                        news ? new Reply(Reply.Kind.ESCALATION, signal.key()) : null,
                        at);
            }
            if (follows && lingers(latest, at)) {
                return latest.with(condition, null, at);
            }
        }
        return new Incident(
                lastId + 1,
                signal.scope(),
                at,
                condition.firing() ? null : at,
                at,
                1,
                List.of(condition),
                List.of());
    }

    /** It was said and is over, or it is said of something else: what it followed from is told. */
    private static boolean recurs(Signal signal, Incident incident) {
        return signal.kind() == Signal.Kind.FIRING
                && signal.severity() == Severity.CRITICAL
                && incident.conditions().stream()
                        .anyMatch(each -> each.signal().name().equals(signal.name()));
    }

    /** A fault of its own, that somebody has to hear of, though the one before is just over. */
    private static boolean begunAfter(Signal signal, Incident incident) {
        Instant over = incident.closedAt();
        return signal.kind() == Signal.Kind.FIRING
                && signal.severity() == Severity.CRITICAL
                && over != null
                && signal.startedAt().isAfter(over.plus(LATE));
    }

    private static boolean lingers(Incident closed, Instant at) {
        Instant since = closed.closedAt();
        return since != null && since.plus(LINGER).isAfter(at);
    }

    private @Nullable Incident incident(@Nullable Long id) {
        return id == null ? null : incidents.get(id);
    }

    /** An incident by its id, unless it was forgotten. */
    public Optional<Incident> find(long id) {
        return Optional.ofNullable(incidents.get(id));
    }

    /** All of them, the oldest first. Not a copy. */
    public Collection<Incident> all() {
        return incidents.values();
    }

    /** Whether a fact holds, as far as was reported. */
    public boolean firing(String key) {
        Incident incident = incident(latestWithKey.get(key));
        return incident != null && incident.condition(key).map(Condition::firing).orElse(false);
    }

    /** Takes in an incident as it is; those that were kept, in the order of their ids. */
    public void restore(Incident incident) {
        incidents.put(incident.id(), incident);
        latestOfScope.put(incident.scope(), incident.id());
        for (Condition condition : incident.conditions()) {
            // a fact may have come back in a later incident
            latestWithKey.merge(condition.signal().key(), incident.id(), Math::max);
        }
        lastId = Math.max(lastId, incident.id());
    }

    /** Goes on counting from here, although the incidents before it were forgotten. */
    public void restoreLastId(long id) {
        lastId = Math.max(lastId, id);
    }

    /** The id of the newest incident, 0 before the first. */
    public long lastId() {
        return lastId;
    }

    /** Forgets an incident. A repeat of what it held would be news again. */
    public void forget(long id) {
        Incident gone = incidents.remove(id);
        if (gone != null) {
            latestOfScope.remove(gone.scope(), id);
            for (Condition condition : gone.conditions()) {
                latestWithKey.remove(condition.signal().key(), id);
            }
        }
    }
}
