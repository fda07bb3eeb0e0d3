package io.detektor.loadtester.fault;

import io.detektor.loadtester.measure.RunClock;
import io.detektor.loadtester.measure.Timeline;
import io.detektor.redisha.NodeAddress;
import io.detektor.redisha.sentinel.SentinelEvent;
import io.detektor.redisha.sentinel.SentinelMonitor;
import io.detektor.redisha.sentinel.SentinelView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Puts what the Sentinels say, and where the tester's own writes go, on the run's clock.
 * Thread-safe; listens for as long as the monitor lives.
 */
public final class SetWatch {

    /** What a reader of the timeline wants to see; the rest is kept, and not shown. */
    private static final Set<String> SHOWN =
            Set.of(
                    "+sdown",
                    "-sdown",
                    "+odown",
                    "-odown",
                    "+elected-leader",
                    "+promoted-slave",
                    "+switch-master",
                    "+convert-to-slave",
                    "-failover-abort-no-good-slave",
                    "-failover-abort-not-elected",
                    "+tilt");

    private static final int MOST = 2_000;

    private final SentinelMonitor monitor;
    private final RunClock clock;
    private final Timeline timeline;
    private final List<Said> said = new ArrayList<>();
    private final List<MasterChange> changes = new ArrayList<>();
    private final Set<String> shown = new HashSet<>();
    private @Nullable NodeAddress master;

    /**
     * What a Sentinel said.
     *
     * @param at since the start of the run
     */
    public record Said(Duration at, NodeAddress sentinel, String type, String details) {

        /** Whether it is about the node at {@code address}. */
        boolean about(NodeAddress address) {
            return (details + " ").contains(" " + address.host() + " " + address.port() + " ");
        }
    }

    /**
     * Another master.
     *
     * @param at when the tester's monitor knew, since the start of the run
     * @param from the one before
     */
    public record MasterChange(Duration at, NodeAddress from, NodeAddress to) {}

    public SetWatch(SentinelMonitor monitor, RunClock clock, Timeline timeline) {
        this.monitor = monitor;
        this.clock = clock;
        this.timeline = timeline;
        this.master = monitor.view().master();
    }

    /** Begins to listen. */
    public void start() {
        monitor.onEvent(this::heard);
        monitor.onChange(this::seen);
        seen(monitor.view());
    }

    /** The current view of the set. */
    public SentinelView view() {
        return monitor.view();
    }

    /** The first thing of a type that was said at or after a time. */
    public synchronized Optional<Duration> first(
            Duration from, String type, Predicate<Said> matching) {
        return said.stream()
                .filter(event -> event.type().equals(type))
                .filter(event -> event.at().compareTo(from) >= 0)
                .filter(matching)
                .map(Said::at)
                .min(Duration::compareTo);
    }

    /** The first other master at or after a time. */
    public synchronized Optional<MasterChange> changeAfter(Duration from) {
        return changes.stream().filter(change -> change.at().compareTo(from) >= 0).findFirst();
    }

    /** Every change of the master. */
    public synchronized List<MasterChange> changes() {
        return List.copyOf(changes);
    }

    private void heard(SentinelEvent event) {
        Said now = new Said(clock.of(event.at()), event.sentinel(), event.type(), event.details());
        boolean show;
        boolean known = SHOWN.contains(event.type());
        synchronized (this) {
            if (said.size() < MOST) {
                said.add(now);
            }
            // each Sentinel says the same; a state that ended may be said again
            String key = event.type() + " " + event.details().replaceAll(" #.*", "");
            String ended = "-" + key.substring(1);
            show = known && shown.add(key);
            if (event.type().startsWith("-")) {
                shown.remove("+" + key.substring(1));
            } else {
                shown.remove(ended);
            }
        }
        if (show) {
            timeline.add(
                    now.at(),
                    Timeline.Kind.SENTINEL,
                    event.type()
                            + " "
                            + event.details()
                            + "  (first from "
                            + event.sentinel()
                            + ")");
        } else if (known) {
            timeline.note(
                    now.at(),
                    Timeline.Kind.SENTINEL,
                    event.type() + " " + event.details() + "  (" + event.sentinel() + ")");
        }
    }

    private void seen(SentinelView view) {
        NodeAddress now = view.master();
        MasterChange change = null;
        synchronized (this) {
            NodeAddress before = master;
            if (now == null || now.equals(before)) {
                return;
            }
            master = now;
            if (before != null) {
                change = new MasterChange(clock.now(), before, now);
                changes.add(change);
            }
        }
        if (change != null) {
            timeline.add(
                    change.at(),
                    Timeline.Kind.CLIENT,
                    "master is " + now + ", no longer " + change.from());
        }
    }
}
