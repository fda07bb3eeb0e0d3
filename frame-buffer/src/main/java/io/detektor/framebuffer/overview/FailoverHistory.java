package io.detektor.framebuffer.overview;

import io.detektor.redisha.NodeAddress;
import io.detektor.redisha.durability.WriterStatistics;
import io.detektor.redisha.sentinel.SentinelMonitor;
import io.detektor.redisha.sentinel.SentinelView;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** The changes of master that this process has seen, and how long nothing was confirmed. */
@Component
class FailoverHistory {

    private static final int MOST = 50;

    /**
     * Without a confirmation in this time before, nobody was writing: there is no gap to see.
     * Longer than it takes to notice that a master is gone and to promote another.
     */
    private static final Duration WRITING = Duration.ofSeconds(30);

    private final InstantSource clock;
    private final @Nullable WriterStatistics statistics;

    /** Newest first; guarded by this. */
    private final Deque<Change> changes = new ArrayDeque<>();

    /** Guarded by this. */
    private @Nullable NodeAddress master;

    FailoverHistory(
            SentinelMonitor monitor,
            InstantSource clock,
            ObjectProvider<WriterStatistics> statistics) {
        this.clock = clock;
        this.statistics = statistics.getIfAvailable();
        this.master = monitor.view().master();
        monitor.onChange(this::changed);
    }

    /** One change; its gap is found out later. */
    private static final class Change {
        final Instant at;
        final NodeAddress from;
        final NodeAddress to;
        final long confirmedBefore;
        @Nullable Duration gap;
        boolean open;

        Change(Instant at, NodeAddress from, NodeAddress to, long confirmedBefore, boolean open) {
            this.at = at;
            this.from = from;
            this.to = to;
            this.confirmedBefore = confirmedBefore;
            this.open = open;
        }
    }

    /**
     * A change of master.
     *
     * @param gapMs milliseconds without a confirmed frame around it, to about 50; null while there
     *     was none since, or where nobody was writing
     */
    record Failover(Instant at, String from, String to, @Nullable Long gapMs) {}

    private synchronized void changed(SentinelView view) {
        NodeAddress now = view.master();
        NodeAddress before = master;
        if (now == null || now.equals(before)) {
            return;
        }
        master = now;
        if (before == null) {
            return;
        }
        long confirmed = statistics == null ? 0 : statistics.lastConfirmedNanos();
        boolean writing = confirmed != 0 && System.nanoTime() - confirmed < WRITING.toNanos();
        changes.addFirst(new Change(clock.instant(), before, now, confirmed, writing));
        if (changes.size() > MOST) {
            changes.removeLast();
        }
    }

    @Scheduled(fixedDelay = 50)
    synchronized void look() {
        Change newest = changes.peekFirst();
        if (newest == null || !newest.open || statistics == null) {
            return;
        }
        long confirmed = statistics.lastConfirmedNanos();
        if (confirmed != newest.confirmedBefore) {
            newest.gap = Duration.ofNanos(confirmed - newest.confirmedBefore);
            newest.open = false;
        }
    }

    /** Newest first. */
    synchronized List<Failover> failovers() {
        List<Failover> all = new ArrayList<>(changes.size());
        for (Change change : changes) {
            all.add(
                    new Failover(
                            change.at,
                            change.from.toString(),
                            change.to.toString(),
                            change.gap == null ? null : change.gap.toMillis()));
        }
        return all;
    }
}
