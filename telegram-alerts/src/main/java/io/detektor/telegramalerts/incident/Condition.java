package io.detektor.telegramalerts.incident;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A fact as part of an incident.
 *
 * @param signal how it was first reported
 * @param endedAt when its end was reported, or null
 * @param outcome how it ended, where there is more to say than that it did
 */
public record Condition(Signal signal, @Nullable Instant endedAt, @Nullable String outcome) {

    static Condition begun(Signal signal) {
        return new Condition(signal, null, null);
    }

    /** Whether it still holds. Something that merely happened never does. */
    public boolean firing() {
        return signal.kind() == Signal.Kind.FIRING && endedAt == null;
    }

    Condition ended(Signal end, Instant at) {
        boolean says = !end.summary().equals(end.name());
        return new Condition(signal, at, says ? end.summary() : null);
    }
}
