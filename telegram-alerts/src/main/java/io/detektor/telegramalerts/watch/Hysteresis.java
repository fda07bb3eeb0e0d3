package io.detektor.telegramalerts.watch;

import io.detektor.telegramalerts.incident.OwnSignal;
import io.detektor.telegramalerts.incident.Severity;
import io.detektor.telegramalerts.incident.Signal;
import io.detektor.telegramalerts.outbox.Outbox;
import java.time.Instant;

/**
 * A value that is too high from one limit on, and well again only below a lower one. Whether it is
 * too high is remembered by the outbox, so that a restart tells nothing twice.
 *
 * @param source for the count of findings
 * @param scope see {@link Signal#scope}
 * @param key see {@link Signal#key}
 * @param name of the signal
 * @param raise too high is what is above
 * @param clear well is what is below
 */
record Hysteresis(
        String source, String scope, String key, OwnSignal name, double raise, double clear) {

    void see(double value, Instant now, Outbox outbox, Reports reports, String text, String hint) {
        boolean firing = outbox.firing(key);
        if (!firing && value > raise) {
            reports.tell(source, signal(Signal.Kind.FIRING, now, text, hint));
        } else if (firing && value < clear) {
            reports.tell(source, signal(Signal.Kind.RESOLVED, now, text, ""));
        }
    }

    private Signal signal(Signal.Kind kind, Instant at, String text, String hint) {
        return Signal.own(scope, key, kind, at, Severity.WARNING, name, text, hint);
    }
}
