package io.detektor.telegramalerts.incident;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What people are told as one thing, in one message that is edited as it develops. Immutable.
 *
 * @param id rises with each incident
 * @param scope see {@link Signal#scope}
 * @param openedAt when the first of it was reported
 * @param closedAt since when nothing of it holds any more, or null
 * @param changedAt when it last changed
 * @param revision rises with each change
 * @param conditions in the order in which they were reported
 * @param replies what was, or is to be, told beside the message, in order
 */
public record Incident(
        long id,
        String scope,
        Instant openedAt,
        @Nullable Instant closedAt,
        Instant changedAt,
        int revision,
        List<Condition> conditions,
        List<Reply> replies) {

    /** More than anybody reads; beyond it the oldest that are over make room. */
    private static final int MOST_CONDITIONS = 1000;

    public Incident {
        conditions = List.copyOf(conditions);
        replies = List.copyOf(replies);
    }

    /** Whether anything of it still holds. */
    public boolean open() {
        return closedAt == null;
    }

    /** The worst of what it ever had. */
    public Severity severity() {
        return conditions.stream()
                .map(each -> each.signal().severity())
                .max(Comparator.naturalOrder())
                .orElse(Severity.INFO);
    }

    /** What it is called: the failover if there was one, else the first of the worst. */
    public Condition lead() {
        return named(OwnSignal.FAILOVER)
                .or(() ->
                        conditions.stream()
                                .filter(each -> each.signal().severity() == severity())
                                .findFirst())
                .orElseThrow();
    }

    /** The last condition of this service's own with that name. */
    public Optional<Condition> named(OwnSignal name) {
        return conditions.reversed().stream()
                .filter(each -> each.signal().name().equals(name.label()))
                .findFirst();
    }

    /** The last condition with that key. */
    public Optional<Condition> condition(String key) {
        return conditions.reversed().stream()
                .filter(each -> each.signal().key().equals(key))
                .findFirst();
    }

    Incident with(Condition added, @Nullable Reply reply, Instant at) {
        List<Condition> more = new ArrayList<>(conditions);
        if (more.size() >= MOST_CONDITIONS) {
            more.stream().filter(each -> !each.firing()).findFirst().ifPresent(more::remove);
        }
        more.add(added);
        return changed(more, reply, added.firing() ? null : closedAt, at);
    }

    Incident ended(Condition condition, Signal end, Instant at, @Nullable Reply reply) {
        List<Condition> changed = new ArrayList<>(conditions);
        changed.set(changed.indexOf(condition), condition.ended(end, at));
        boolean over = changed.stream().noneMatch(Condition::firing);
        return changed(changed, reply, over ? at : null, at);
    }

    private Incident changed(
            List<Condition> newConditions,
            @Nullable Reply reply,
            @Nullable Instant closed,
            Instant at) {
        List<Reply> newReplies = new ArrayList<>(replies);
        if (reply != null) {
            newReplies.add(reply);
        }
        return new Incident(
                id, scope, openedAt, closed, at, revision + 1, newConditions, newReplies);
    }
}
