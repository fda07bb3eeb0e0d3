package io.detektor.loadtester.session;

import io.detektor.loadtester.fault.FaultDriver;
import io.detektor.loadtester.fault.FaultReport;
import io.detektor.loadtester.fault.FaultRunner;
import io.detektor.loadtester.fault.SetWatch;
import io.detektor.loadtester.http.FrameBufferClient;
import io.detektor.loadtester.http.HttpTarget;
import io.detektor.loadtester.measure.Measurements;
import io.detektor.loadtester.measure.RunClock;
import io.detektor.loadtester.measure.Timeline;
import io.detektor.loadtester.message.Content;
import io.detektor.loadtester.message.EntryFormat;
import io.detektor.loadtester.message.Format;
import io.detektor.loadtester.message.FrameFormat;
import io.detektor.loadtester.message.RunId;
import io.detektor.loadtester.plan.LoadPlan;
import io.detektor.loadtester.plan.Rate;
import io.detektor.loadtester.plan.TargetPlan;
import io.detektor.loadtester.plan.Units;
import io.detektor.loadtester.report.Console;
import io.detektor.loadtester.report.RunResult;
import io.detektor.loadtester.run.Interruption;
import io.detektor.loadtester.run.LoadRun;
import io.detektor.loadtester.run.LoadTarget;
import io.detektor.loadtester.run.UnreachableException;
import io.detektor.loadtester.stream.RedisSession;
import io.detektor.loadtester.stream.RedisTarget;
import io.detektor.loadtester.stream.StreamConsumers;
import io.detektor.loadtester.stream.StreamReader;
import io.detektor.loadtester.stream.Topology;
import io.detektor.loadtester.verify.DeliveryProof;
import io.detektor.loadtester.verify.StreamCheck;
import io.detektor.loadtester.verify.StreamProof;
import io.detektor.redisha.NodeAddress;
import io.detektor.redisha.sentinel.SentinelView;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One run from start to verdict: reach the target, send, break and heal, drain, read back, judge.
 *
 * <p>{@link #run} blocks; {@link Interruption} ends it early, with everything healed and a partial
 * result.
 */
public final class LoadSession {

    /** Between the decision to start and the first message, so that nothing is late by then. */
    private static final Duration LEAD = Duration.ofMillis(100);

    /** Messages in the air during the warm-up of a run that is to keep a rate. */
    private static final int WARM_UP_IN_FLIGHT = 32;

    private static final Duration MASTER_NAMED_WITHIN = Duration.ofSeconds(20);
    private static final Duration IN_SYNC_WITHIN = Duration.ofSeconds(60);
    private static final Duration DRAINED_WITHIN = Duration.ofSeconds(60);

    private final LoadPlan plan;
    private final @Nullable FaultDriver driver;
    private final Console console;
    private final Interruption interruption;
    private final BeforeReadBack beforeReadBack;
    private final TargetMaker targetMaker;

    private final RunId runId = RunId.random();
    private final Measurements measurements = new Measurements();
    private final Timeline timeline = new Timeline();
    private final List<String> doubts = new ArrayList<>();

    /** Something to do between the load and the read-back, to show that the checker sees it. */
    @FunctionalInterface
    public interface BeforeReadBack {

        /** Does nothing. */
        BeforeReadBack NOTHING = _ -> {};

        /**
         * @param master the node that will be read
         */
        void run(NodeAddress master);
    }

    /** Makes another writer than that of redis-ha, to compare with. */
    @FunctionalInterface
    public interface TargetMaker {

        /** What redis-ha's writer does. */
        TargetMaker OURS =
                (redis, to, format, content) ->
                        new RedisTarget(redis, to.stream(), format, content);

        /** Makes it; the session closes it. */
        LoadTarget make(
                RedisSession redis, TargetPlan.Redis to, EntryFormat format, Content content);
    }

    /**
     * @param driver breaks nodes; null where nothing is broken
     */
    public LoadSession(
            LoadPlan plan,
            @Nullable FaultDriver driver,
            Console console,
            Interruption interruption) {
        this(plan, driver, console, interruption, BeforeReadBack.NOTHING, TargetMaker.OURS);
    }

    /**
     * @param driver breaks nodes; null where nothing is broken
     */
    public LoadSession(
            LoadPlan plan,
            @Nullable FaultDriver driver,
            Console console,
            Interruption interruption,
            BeforeReadBack beforeReadBack,
            TargetMaker targetMaker) {
        this.plan = plan;
        this.driver = driver;
        this.console = console;
        this.interruption = interruption;
        this.beforeReadBack = beforeReadBack;
        this.targetMaker = targetMaker;
    }

    /**
     * Runs once.
     *
     * @throws UnreachableException when the target cannot be reached at the start
     * @throws io.detektor.loadtester.plan.InvalidValueException when a fault cannot be done here
     */
    public RunResult run() {
        FaultDriver faults = driver;
        if (faults != null) {
            plan.faults().forEach(faults::check);
        }
        TargetPlan.Ack ack =
                switch (plan.target()) {
                    case TargetPlan.Redis redis -> redis.ack();
                    case TargetPlan.Http _ -> TargetPlan.Ack.IN_SYNC;
                };
        try (RedisSession redis =
                RedisSession.open(plan.target().redis(), ack, plan.maxInFlight())) {
            return switch (plan.target()) {
                case TargetPlan.Redis to -> {
                    redis.awaitMaster(plan.startupTimeout(), interruption);
                    EntryFormat format = new EntryFormat(runId);
                    Content content = new Content(plan.frames(), plan.payloadSize(), plan.seed());
                    if (plan.warmup().isPositive()) {
                        warmUp(redis, to, format, content);
                    }
                    try (LoadTarget target = targetMaker.make(redis, to, format, content)) {
                        yield run(redis, target, format, null);
                    }
                }
                case TargetPlan.Http to -> {
                    FrameFormat format = new FrameFormat(runId);
                    Content content = new Content(plan.frames(), plan.payloadSize(), plan.seed());
                    try (FrameBufferClient client = new FrameBufferClient(to.url());
                            LoadTarget target =
                                    new HttpTarget(to.url(), to.connections(), format, content)) {
                        client.awaitReady(plan.startupTimeout(), interruption);
                        yield run(
                                redis,
                                target,
                                format,
                                to.drain() ? new Drain(client, format) : null);
                    }
                }
            };
        }
    }

    private record Drain(FrameBufferClient client, FrameFormat format) {}

    private RunResult run(
            RedisSession redis, LoadTarget target, Format format, @Nullable Drain drain) {
        ResultBuilder result = new ResultBuilder(plan, runId, InstantSource.system());
        result.before(redis.monitor().view().master() == null ? null : Topology.take(redis));
        StreamReader reader = new StreamReader(redis, plan.target().stream());
        Optional<String> mark = mark(redis, reader);
        if (mark.isEmpty()) {
            doubts.add("no master is known to read back from: " + plan.target().redis());
        }
        RunClock clock = RunClock.startingIn(LEAD, InstantSource.system());
        SetWatch watch = new SetWatch(redis.monitor(), clock, timeline);
        timeline.onEvent(console::event);
        watch.start();

        StreamConsumers consumers = null;
        if (plan.consumers() > 0) {
            consumers =
                    new StreamConsumers(
                            redis,
                            plan.target().stream(),
                            plan.consumers(),
                            mark.orElse("0-0"),
                            format,
                            measurements,
                            clock);
            consumers.start();
        }
        FaultDriver breaker = driver;
        FaultRunner faults =
                breaker == null
                        ? null
                        : new FaultRunner(
                                plan.faults(),
                                breaker,
                                redis.nodes(),
                                watch,
                                clock,
                                timeline,
                                interruption);
        try {
            load(target, clock, faults);
        } finally {
            if (faults != null) {
                if (!plan.faults().isEmpty()) {
                    console.status("waiting until everything is healed");
                }
                faults.finish();
            }
        }
        List<DeliveryProof> deliveries = new ArrayList<>();
        if (consumers != null) {
            console.status("waiting until the consumers have read everything");
            deliveries.add(
                    consumers.drain(
                            measurements.ledger(),
                            interruption.requested() ? Duration.ZERO : DRAINED_WITHIN,
                            interruption));
        }
        Measurements.Totals totals = measurements.totals();
        StreamProof master = null;
        List<StreamProof> replicas = new ArrayList<>();
        if (interruption.requested()) {
            doubts.add("interrupted before anything was read back");
        } else {
            if (mark.isPresent()) {
                master = readBack(redis, reader, format, mark.get(), replicas);
            }
            if (drain != null) {
                console.status("taking everything out over HTTP");
                deliveries.add(
                        drain.client()
                                .drain(
                                        measurements.ledger(),
                                        drain.format(),
                                        DRAINED_WITHIN,
                                        interruption));
            }
        }
        List<FaultReport> reports =
                faults == null
                        ? List.of()
                        : faults.reports(measurements.gaps(), totals.lastConfirmed());
        result.after(redis.monitor().view().master() == null ? null : Topology.take(redis));
        RunResult finished =
                result.build(
                        clock,
                        measurements,
                        totals,
                        timeline,
                        reports,
                        new ResultBuilder.ReadBack(master, replicas, deliveries),
                        redis.repeatedBatches(),
                        doubts,
                        interruption.requested());
        cleanUp(redis, reader, mark.orElse(""), finished);
        return finished;
    }

    /**
     * Connects and lets the compiler see the hot path, with messages to a stream of their own that
     * count for nothing: otherwise the first second is about the tester.
     */
    private void warmUp(
            RedisSession redis, TargetPlan.Redis to, EntryFormat format, Content content) {
        String stream = to.stream() + ":warm-up";
        console.status("warming up");
        LoadPlan warmUp =
                new LoadPlan(
                        to,
                        new Rate.Max(),
                        Duration.ZERO,
                        plan.warmup(),
                        0,
                        plan.payloadSize(),
                        plan.frames(),
                        plan.rate() instanceof Rate.Max ? plan.maxInFlight() : WARM_UP_IN_FLIGHT,
                        plan.timeout(),
                        plan.startupTimeout(),
                        List.of(),
                        plan.seed());
        try (LoadTarget target = new RedisTarget(redis, stream, format, content)) {
            LoadRun run =
                    new LoadRun(
                            warmUp,
                            RunClock.startingIn(Duration.ZERO, InstantSource.system()),
                            new Measurements(),
                            target,
                            interruption);
            run.send();
            run.awaitOutcomes();
        }
        NodeAddress master = redis.monitor().view().master();
        if (master != null) {
            try {
                new StreamReader(redis, stream).remove(master);
            } catch (StreamReader.ReadFailedException e) {
                console.print("stream " + stream + " was not removed: " + e.getMessage());
            }
        }
    }

    private static Optional<String> mark(RedisSession redis, StreamReader reader) {
        try {
            return Optional.ofNullable(redis.monitor().view().master()).map(reader::mark);
        } catch (StreamReader.ReadFailedException e) {
            // without it nobody could tell this run's entries from older ones
            throw new UnreachableException(String.valueOf(e.getMessage()));
        }
    }

    private void load(LoadTarget target, RunClock clock, @Nullable FaultRunner faults) {
        LoadRun run = new LoadRun(plan, clock, measurements, target, interruption);
        CountDownLatch over = new CountDownLatch(1);
        Thread ticker = Thread.ofPlatform().name("live").start(() -> tick(clock, over));
        if (faults != null) {
            faults.start();
        }
        try {
            run.send();
            run.awaitOutcomes();
        } finally {
            over.countDown();
            join(ticker);
        }
        measurements.tick(clock.now());
        timeline.add(
                clock.now(),
                Timeline.Kind.RUN,
                "load over: "
                        + measurements.ledger().attempted()
                        + " messages sent, "
                        + measurements.inFlight()
                        + " without an outcome");
    }

    private void tick(RunClock clock, CountDownLatch over) {
        Duration next = Duration.ofSeconds(1);
        try {
            while (!over.await(next.minus(clock.now()).toNanos(), TimeUnit.NANOSECONDS)) {
                Duration now = clock.now();
                console.live(
                        measurements.tick(now),
                        measurements.inFlight(),
                        measurements.gaps().open(now));
                next = next.plusSeconds(1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Reads the master that the Sentinels name, then each replica once it has caught up. */
    private @Nullable StreamProof readBack(
            RedisSession redis,
            StreamReader reader,
            Format format,
            String mark,
            List<StreamProof> replicas) {
        console.status("waiting for a majority of the Sentinels to name the master");
        Optional<SentinelView> named = awaitNamedMaster(redis);
        NodeAddress master = named.map(SentinelView::master).orElse(null);
        if (named.isEmpty() || master == null) {
            doubts.add("no majority of the Sentinels names a master to read from");
            return null;
        }
        beforeReadBack.run(master);
        console.status("reading back from " + master);
        StreamProof proof;
        try {
            proof = read(reader, format, mark, master);
        } catch (StreamReader.ReadFailedException e) {
            doubts.add(String.valueOf(e.getMessage()));
            return null;
        }
        for (NodeAddress replica : named.get().replicas()) {
            if (replica.equals(master)) {
                continue;
            }
            console.status("reading back from replica " + replica);
            try {
                if (reader.awaitInSync(master, replica, IN_SYNC_WITHIN, interruption)) {
                    replicas.add(read(reader, format, mark, replica));
                } else {
                    doubts.add(
                            "replica "
                                    + replica
                                    + " was not in sync within "
                                    + Units.text(IN_SYNC_WITHIN)
                                    + ", and not read");
                }
            } catch (StreamReader.ReadFailedException e) {
                doubts.add(String.valueOf(e.getMessage()));
            }
        }
        return proof;
    }

    private StreamProof read(StreamReader reader, Format format, String mark, NodeAddress node) {
        StreamCheck check = new StreamCheck(measurements.ledger(), format);
        reader.read(node, mark, check);
        return check.result(node.toString());
    }

    private Optional<SentinelView> awaitNamedMaster(RedisSession redis) {
        long deadline = System.nanoTime() + MASTER_NAMED_WITHIN.toNanos();
        do {
            SentinelView view = redis.monitor().view();
            boolean trusted =
                    switch (view.source()) {
                        case SENTINELS, SINGLE, FALLBACK -> true;
                        case HANDED_OVER, LAST_KNOWN, NONE -> false;
                    };
            if (trusted && view.master() != null) {
                return Optional.of(view);
            }
        } while (System.nanoTime() < deadline && !interruption.await(Duration.ofMillis(50)));
        return Optional.empty();
    }

    /** A stream that the run made is removed again, unless it is evidence. */
    private void cleanUp(RedisSession redis, StreamReader reader, String mark, RunResult result) {
        if (!(plan.target() instanceof TargetPlan.Redis to)
                || !to.cleanup()
                || !mark.equals("0-0")
                || result.verdict().exitCode() == 4
                || interruption.requested()) {
            return;
        }
        NodeAddress master = redis.monitor().view().master();
        if (master != null) {
            try {
                reader.remove(master);
            } catch (StreamReader.ReadFailedException e) {
                console.print("stream " + to.stream() + " was not removed: " + e.getMessage());
            }
        }
    }
}
