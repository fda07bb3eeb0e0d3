package io.detektor.redisha.sentinel;

import io.detektor.redisha.Causes;
import io.detektor.redisha.NodeAddress;
import io.detektor.redisha.connect.NodeConnector;
import io.detektor.redisha.sentinel.SentinelView.SentinelStatus;
import io.detektor.redisha.sentinel.SentinelView.Source;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one monitor: asks every Sentinel at each interval and on each event, takes what a majority
 * says, and believes it once the node itself says {@code ROLE} master.
 *
 * <p>All state is confined to one thread; {@link #view()} reads a volatile snapshot.
 */
public final class MajorityMonitor implements SentinelMonitor, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(MajorityMonitor.class);

    /**
     * A Sentinel's word counts for this long. Half of the shipped down-after-milliseconds of 2000:
     * a replica cannot be down and be promoted again within it.
     */
    private static final Duration FRESH = Duration.ofSeconds(1);

    /** Asking again sooner than this, when everybody suspects the master at once, adds nothing. */
    private static final Duration SUSPICION_INTERVAL = Duration.ofMillis(20);

    /** How soon a node that was named master and is none yet is asked again. */
    private static final Duration RETRY_ROLE = Duration.ofMillis(50);

    private final NodeConnector connector;
    private final RoleQuestion roles;
    private final Duration pollInterval;
    private final InstantSource clock;
    private final ScheduledExecutorService thread;
    private final List<SentinelLink> links = new ArrayList<>();
    private final List<Consumer<? super SentinelView>> changeListeners =
            new CopyOnWriteArrayList<>();
    private final List<Consumer<? super SentinelEvent>> eventListeners =
            new CopyOnWriteArrayList<>();
    private final AtomicBoolean suspected = new AtomicBoolean();
    private final CountDownLatch settled = new CountDownLatch(1);

    private volatile SentinelView view;
    private volatile boolean closed;
    private volatile @Nullable SentinelConfigurationException misconfiguration;

    // confined to the thread
    private @Nullable NodeAddress named;
    private @Nullable NodeAddress resolvedFor;
    private @Nullable NodeAddress resolved;
    private @Nullable NodeAddress resolving;
    private boolean everSeenMajority;

    public MajorityMonitor(NodeConnector connector, Duration pollInterval, InstantSource clock) {
        this.connector = connector;
        this.roles = new RoleQuestion(connector);
        this.pollInterval = pollInterval;
        this.clock = clock;
        ScheduledThreadPoolExecutor executor =
                new ScheduledThreadPoolExecutor(
                        1, Thread.ofPlatform().name("redis-ha-monitor").daemon().factory());
        // replies that arrive while it shuts down are of no use to anyone
        executor.setRejectedExecutionHandler((task, pool) -> {});
        this.thread = executor;
        for (NodeAddress sentinel : connector.settings().sentinels()) {
            links.add(
                    new SentinelLink(
                            sentinel,
                            connector,
                            thread,
                            this::evaluate,
                            (type, details) -> event(sentinel, type, details)));
        }
        this.view = view(null, Source.NONE, SentinelVotes.of(List.of(), links.size()), Set.of());
    }

    /**
     * Starts to ask, and waits until a master is known or the wait is over; the application may go
     * on without a master and gets one as soon as there is one.
     *
     * @throws SentinelConfigurationException when the Sentinels' answers show that waiting is in
     *     vain
     */
    public void start(Duration wait) {
        var _ =
                thread.scheduleWithFixedDelay(
                        this::guardedTick, 0, pollInterval.toMillis(), TimeUnit.MILLISECONDS);
        try {
            if (!settled.await(wait.toMillis(), TimeUnit.MILLISECONDS)) {
                log.warn(
                        "no master known yet, going on without sentinels={} reached={}",
                        connector.settings().sentinels(),
                        view.answering());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        SentinelConfigurationException wrong = misconfiguration;
        if (wrong != null) {
            close();
            throw wrong;
        }
    }

    @Override
    public SentinelView view() {
        return view;
    }

    @Override
    public void onChange(Consumer<? super SentinelView> listener) {
        changeListeners.add(listener);
    }

    @Override
    public void onEvent(Consumer<? super SentinelEvent> listener) {
        eventListeners.add(listener);
    }

    @Override
    public void suspectMaster(String reason) {
        if (suspected.compareAndSet(false, true)) {
            log.debug("master suspected master={} reason={}", view.master(), reason);
            var _ =
                    thread.schedule(
                            () -> {
                                suspected.set(false);
                                links.forEach(SentinelLink::ask);
                                resolve(named != null ? named : connector.settings().fallback());
                            },
                            SUSPICION_INTERVAL.toMillis(),
                            TimeUnit.MILLISECONDS);
        }
    }

    private void guardedTick() {
        try {
            links.forEach(SentinelLink::ask);
            evaluate();
        } catch (RuntimeException e) {
            // a tick that throws would be the last one, and nobody would follow the master any more
            log.error("monitor: unexpected failure, going on", e);
        }
    }

    private void event(NodeAddress sentinel, String type, String details) {
        SentinelEvent event = new SentinelEvent(clock.instant(), sentinel, type, details);
        eventListeners.forEach(listener -> tell(() -> listener.accept(event)));
        links.forEach(SentinelLink::ask);
    }

    private void evaluate() {
        SentinelVotes votes = freshVotes();
        if (links.isEmpty()) {
            follow(connector.settings().fallback(), Source.SINGLE, votes);
            return;
        }
        NodeAddress majoritys = votes.master();
        if (majoritys != null) {
            everSeenMajority = true;
            follow(majoritys, Source.SENTINELS, votes);
        } else if (everSeenMajority) {
            publish(
                    view(
                            resolved,
                            resolved == null ? Source.NONE : Source.LAST_KNOWN,
                            votes,
                            Set.of()));
        } else {
            misconfiguration = Misconfiguration.of(connector.settings().masterName(), links, votes);
            if (misconfiguration != null) {
                settled.countDown();
            }
            NodeAddress fallback = connector.settings().fallback();
            if (fallback != null) {
                follow(fallback, Source.FALLBACK, votes);
            } else {
                publish(view(null, Source.NONE, votes, Set.of()));
            }
        }
    }

    /** Publishes the master that {@code candidate} leads to, once that has been resolved. */
    private void follow(@Nullable NodeAddress candidate, Source source, SentinelVotes votes) {
        if (candidate == null) {
            return;
        }
        if (!candidate.equals(named)) {
            named = candidate;
            resolve(candidate);
        }
        NodeAddress master = resolved;
        if (master == null) {
            resolve(candidate);
            publish(view(null, Source.NONE, votes, Set.of()));
        } else if (candidate.equals(resolvedFor)) {
            boolean handedOver = source == Source.SENTINELS && !master.equals(candidate);
            Set<NodeAddress> known = candidates(votes, candidate, master);
            publish(view(master, handedOver ? Source.HANDED_OVER : source, votes, known));
        } else {
            // somebody new is named and has not said yet that it is master. Until it does the old
            // view stands, with its replicas: nothing can be confirmed by it, because the new
            // master is one of those and no longer acknowledges the old one
            resolve(candidate);
        }
    }

    /** Replicas that may count: those listed now, and those that counted a moment ago. */
    private Set<NodeAddress> candidates(
            SentinelVotes votes, NodeAddress named, NodeAddress master) {
        Set<NodeAddress> candidates = new HashSet<>(votes.replicasOf(named));
        if (master.equals(view.master())) {
            candidates.addAll(view.promotable());
        }
        candidates.remove(master);
        return candidates;
    }

    /** Asks where a node leads, unless that is under way. */
    private void resolve(@Nullable NodeAddress candidate) {
        if (candidate == null || candidate.equals(resolving)) {
            return;
        }
        resolving = candidate;
        var _ =
                roles.masterFrom(candidate)
                        .whenCompleteAsync(
                                (master, failure) -> resolved(candidate, master, failure), thread);
    }

    private void resolved(
            NodeAddress candidate, @Nullable NodeAddress master, @Nullable Throwable failure) {
        if (candidate.equals(resolving)) {
            resolving = null;
        }
        if (!candidate.equals(named)) {
            return;
        }
        if (master != null) {
            resolvedFor = candidate;
            resolved = master;
            evaluate();
        } else {
            // the last master stays in the view: whoever writes to it finds out for himself, and
            // nothing better is known; the next tick asks again
            log.debug(
                    "candidate is no master node={} failure={}",
                    candidate,
                    failure == null ? "role" : Causes.text(failure));
            if (!candidate.equals(resolvedFor)) {
                var _ =
                        thread.schedule(
                                () -> resolve(named), RETRY_ROLE.toMillis(), TimeUnit.MILLISECONDS);
            }
        }
    }

    private SentinelVotes freshVotes() {
        long now = System.nanoTime();
        List<SentinelReply> fresh = new ArrayList<>();
        for (SentinelLink link : links) {
            SentinelReply reply = link.replyWithin(now, FRESH.toNanos());
            if (reply != null) {
                fresh.add(reply);
            }
        }
        return SentinelVotes.of(fresh, links.size());
    }

    private SentinelView view(
            @Nullable NodeAddress master,
            Source source,
            SentinelVotes votes,
            Set<NodeAddress> candidates) {
        NodeAddress asked = named;
        // without a majority nobody leaves the set of those to wait for
        Set<NodeAddress> promotable = source == Source.LAST_KNOWN ? view.promotable() : Set.of();
        Set<NodeAddress> down = Set.of();
        if (asked != null && (source == Source.SENTINELS || source == Source.HANDED_OVER)) {
            promotable = votes.promotable(asked, candidates);
            down = votes.down(asked, candidates);
        }
        long now = System.nanoTime();
        List<SentinelStatus> sentinels =
                links.stream()
                        .map(link -> {
                            SentinelReply reply = link.replyWithin(now, FRESH.toNanos());
                            return new SentinelStatus(
                                    link.address(),
                                    reply != null,
                                    reply == null ? null : reply.master());
                        })
                        .toList();
        return new SentinelView(
                master,
                source,
                votes.configEpoch(),
                promotable,
                down,
                source == Source.LAST_KNOWN ? view.replicas() : candidates,
                sentinels,
                votes.quorum(),
                clock.instant());
    }

    private void publish(SentinelView next) {
        SentinelView before = view;
        view = next;
        if (next.master() != null) {
            settled.countDown();
        }
        if (sameButForTime(before, next)) {
            return;
        }
        if (!Objects.equals(before.master(), next.master())) {
            log.info(
                    "master changed from={} to={} source={} epoch={}",
                    before.master(),
                    next.master(),
                    next.source(),
                    next.configEpoch());
        } else if (next.master() != null && before.source() != next.source()) {
            log.warn(
                    "master known by other means master={} from={} to={} sentinels-answering={}/{}",
                    next.master(),
                    before.source(),
                    next.source(),
                    next.answering(),
                    next.sentinels().size());
        }
        changeListeners.forEach(listener -> tell(() -> listener.accept(next)));
    }

    private static boolean sameButForTime(SentinelView a, SentinelView b) {
        return new SentinelView(
                        a.master(),
                        a.source(),
                        a.configEpoch(),
                        a.promotable(),
                        a.down(),
                        a.replicas(),
                        a.sentinels(),
                        a.quorum(),
                        b.takenAt())
                .equals(b);
    }

    /** Once it is closed nobody is told: what listeners lead to may be gone. */
    private void tell(Runnable listener) {
        if (closed) {
            return;
        }
        try {
            listener.run();
        } catch (RuntimeException e) {
            log.error("a listener failed", e);
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.execute(() -> links.forEach(SentinelLink::close));
        thread.shutdown();
        try {
            // before the connector goes, or it would close the same connections once more
            if (!thread.awaitTermination(1, TimeUnit.SECONDS)) {
                log.debug("monitor: still busy after a second, leaving it");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
