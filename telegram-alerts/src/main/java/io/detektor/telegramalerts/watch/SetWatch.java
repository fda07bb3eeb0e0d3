package io.detektor.telegramalerts.watch;

import io.detektor.redisha.NodeAddress;
import io.detektor.redisha.connect.ConnectionSettings;
import io.detektor.redisha.master.MasterConnections;
import io.detektor.redisha.sentinel.SentinelEvent;
import io.detektor.redisha.sentinel.SentinelMonitor;
import io.detektor.redisha.sentinel.SentinelView;
import io.detektor.telegramalerts.incident.Condition;
import io.detektor.telegramalerts.incident.Incident;
import io.detektor.telegramalerts.incident.OwnSignal;
import io.detektor.telegramalerts.incident.Severity;
import io.detektor.telegramalerts.incident.Signal;
import io.detektor.telegramalerts.outbox.Outbox;
import io.detektor.telegramalerts.settings.TelegramAlertsProperties;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Watches the Sentinels and the master, tells what happens to them, and knows how they are. */
@Component
public final class SetWatch implements AutoCloseable {

    /** Often enough to tell within two seconds that an old master is back. */
    private static final Duration LOOK = Duration.ofMillis(500);

    private static final Duration FRESH = Duration.ofSeconds(3);

    private final SentinelMonitor monitor;
    private final Outbox outbox;
    private final Reports reports;
    private final InstantSource clock;
    private final Duration majorityTimeout;
    private final String masterName;
    private final MasterPoll poll;
    // confined to the thread of the reports
    private final FailoverTracker tracker;
    private @Nullable Instant withoutMajoritySince;
    private @Nullable String followed;

    SetWatch(
            SentinelMonitor monitor,
            MasterConnections connections,
            ConnectionSettings settings,
            Outbox outbox,
            Reports reports,
            InstantSource clock,
            TelegramAlertsProperties properties) {
        this.monitor = monitor;
        this.outbox = outbox;
        this.reports = reports;
        this.clock = clock;
        this.majorityTimeout = properties.watch().sentinelMajorityTimeout();
        this.masterName = settings.masterName();
        this.tracker = new FailoverTracker(masterName);
        this.poll = new MasterPoll(monitor, connections, clock);
        this.followed = text(monitor.view().master());
        if (followed != null) {
            tracker.follows(followed);
        }
        monitor.onEvent(event -> reports.soon(() -> event(event)));
        monitor.onChange(view -> reports.soon(() -> changed(view)));
        reports.every(LOOK, this::look);
    }

    /** What a majority says and the node itself confirms comes first, and misses nothing. */
    private void changed(SentinelView view) {
        String before = followed;
        String now = text(view.master());
        if (now == null || now.equals(before)) {
            return;
        }
        followed = now;
        if (before == null) {
            tracker.follows(now);
        } else if (!view.sentinels().isEmpty()) {
            tracker.switched(clock.instant(), before, now)
                    .forEach(signal -> reports.tell("sentinel", signal));
        }
    }

    private void event(SentinelEvent event) {
        if (event.type().equals("+switch-master") && monitor.view().majorityAnswers()) {
            // of one Sentinel's word, which may be old; needed where no majority can be asked
            return;
        }
        tracker.on(event.at(), event.type(), event.details())
                .forEach(signal -> reports.tell("sentinel", signal));
    }

    private void look() {
        poll.ask();
        SentinelView view = monitor.view();
        if (!view.sentinels().isEmpty()) {
            majority(view);
            returned();
        }
    }

    private void majority(SentinelView view) {
        Instant now = clock.instant();
        String key = "sentinel-majority:" + masterName;
        String count = view.answering() + " of " + view.sentinels().size() + " Sentinels answer";
        if (view.majorityAnswers()) {
            withoutMajoritySince = null;
            if (outbox.firing(key)) {
                reports.tell("sentinel", majority(key, Signal.Kind.RESOLVED, now, count));
            }
            return;
        }
        Instant since = Objects.requireNonNullElse(withoutMajoritySince, now);
        withoutMajoritySince = since;
        if (!since.plus(majorityTimeout).isAfter(now)) {
            reports.tell("sentinel", majority(key, Signal.Kind.FIRING, since, count));
        }
    }

    private Signal majority(String key, Signal.Kind kind, Instant at, String count) {
        return Signal.own(
                Signal.set(masterName),
                key,
                kind,
                at,
                Severity.CRITICAL,
                OwnSignal.SENTINEL_MAJORITY_LOST,
                kind == Signal.Kind.FIRING ? "Only " + count + ": nobody can fail over" : count,
                "As seen from telegram-alerts.");
    }

    /** Looks at what was told to be down, also by a process before this one. */
    private void returned() {
        String prefix = FailoverTracker.downKey(masterName, "");
        for (Incident incident : outbox.incidents()) {
            if (incident.open()) {
                incident.conditions().stream()
                        .filter(Condition::firing)
                        .map(Condition::signal)
                        .filter(signal -> signal.key().startsWith(prefix))
                        .forEach(signal ->
                                returned(signal, signal.key().substring(prefix.length())));
            }
        }
    }

    private void returned(Signal down, String node) {
        MasterAnswer answer = freshAnswer().orElse(null);
        if (answer == null || !answer.at().isAfter(down.startedAt().plus(FRESH))) {
            return;
        }
        if (answer.replicaLagBytes().containsKey(node)) {
            back(node, "Old master " + node + " is back, as a replica of " + answer.node());
        } else if (answer.node().equals(node)) {
            back(node, node + " serves as master again; there was no failover");
        }
    }

    private void back(String node, String how) {
        tracker.well(node);
        reports.tell("sentinel", FailoverTracker.backAgain(masterName, clock.instant(), node, how));
    }

    /** What the master said within the last seconds. */
    Optional<MasterAnswer> freshAnswer() {
        return poll.answer()
                .filter(each -> each.at().plus(FRESH).isAfter(clock.instant()))
                .filter(each ->
                        Objects.requireNonNullElse(monitor.view().master(), "")
                                .toString()
                                .equals(each.node()));
    }

    /** The set as it is now. Never blocks. */
    public SetStatus status() {
        SentinelView view = monitor.view();
        MasterAnswer answer = freshAnswer().orElse(null);
        List<SetStatus.Replica> replicas =
                view.replicas().stream()
                        .map(each -> replica(each, view, answer))
                        .sorted(Comparator.comparing(SetStatus.Replica::address))
                        .toList();
        List<SetStatus.Sentinel> sentinels =
                view.sentinels().stream()
                        .map(each ->
                                new SetStatus.Sentinel(
                                        each.address().toString(),
                                        each.answers(),
                                        text(each.master())))
                        .toList();
        return new SetStatus(
                masterName,
                text(view.master()),
                view.source().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                answer != null,
                answer == null ? null : answer.usedMemoryBytes(),
                replicas,
                sentinels,
                view.quorum());
    }

    private static SetStatus.Replica replica(
            NodeAddress node, SentinelView view, @Nullable MasterAnswer answer) {
        Long lag = answer == null ? null : answer.replicaLagBytes().get(node.toString());
        String state =
                view.down().contains(node) ? "down" : lag == null ? "not in sync" : "in sync";
        return new SetStatus.Replica(node.toString(), state, lag);
    }

    private static @Nullable String text(@Nullable NodeAddress node) {
        return node == null ? null : node.toString();
    }

    @Override
    public void close() {
        poll.close();
    }
}
