package io.detektor.loadtester.stream;

import io.detektor.loadtester.plan.RedisPlan;
import io.detektor.loadtester.plan.TargetPlan;
import io.detektor.loadtester.plan.Units;
import io.detektor.loadtester.run.Interruption;
import io.detektor.loadtester.run.UnreachableException;
import io.detektor.redisha.NodeAddress;
import io.detektor.redisha.durability.DurableWriter;
import io.detektor.redisha.durability.WriterStatistics;
import io.detektor.redisha.master.MasterConnections;
import io.detektor.redisha.sentinel.SentinelMonitor;
import io.detektor.redisha.sentinel.SentinelView;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Everything of redis-ha that a run needs, in an application context of its own. Thread-safe;
 * whoever opened it closes it.
 */
public final class RedisSession implements AutoCloseable {

    /** Inside what the ACL user of a load test may touch. */
    private static final String STATE_PREFIX = "load-test-writer";

    private final ConfigurableApplicationContext context;
    private final NodeClient nodes;
    private final RedisPlan plan;

    private RedisSession(ConfigurableApplicationContext context, RedisPlan plan) {
        this.context = context;
        this.plan = plan;
        this.nodes = new NodeClient(plan);
    }

    /**
     * Starts to follow the master; it need not be reachable yet.
     *
     * @param maxInFlight most messages that the writer has to hold
     */
    public static RedisSession open(RedisPlan plan, TargetPlan.Ack ack, int maxInFlight) {
        Map<String, Object> settings = new HashMap<>();
        if (plan.throughSentinel()) {
            settings.put("spring.data.redis.sentinel.master", plan.masterName());
            settings.put(
                    "spring.data.redis.sentinel.nodes",
                    plan.sentinels().stream()
                            .map(NodeAddress::toString)
                            .collect(Collectors.joining(",")));
            // without a Sentinel no property of one may exist
            if (!plan.username().isEmpty()) {
                settings.put("spring.data.redis.sentinel.username", plan.username());
            }
            if (!plan.password().isEmpty()) {
                settings.put("spring.data.redis.sentinel.password", plan.password());
            }
        }
        settings.put("spring.data.redis.host", plan.fallback().host());
        settings.put("spring.data.redis.port", plan.fallback().port());
        if (!plan.username().isEmpty()) {
            settings.put("spring.data.redis.username", plan.username());
        }
        if (!plan.password().isEmpty()) {
            settings.put("spring.data.redis.password", plan.password());
        }
        settings.put("redis-ha.writer.key-prefix", STATE_PREFIX);
        settings.put("redis-ha.writer.max-queued-appends", Math.max(maxInFlight, 1000));
        settings.put("redis-ha.writer.max-queued-size", "1GB");
        settings.put(
                "redis-ha.writer.acknowledgement",
                switch (ack) {
                    case IN_SYNC -> "in-sync";
                    case MASTER -> "master";
                });
        ConfigurableApplicationContext context = RedisContext.start(settings);
        return new RedisSession(context, plan);
    }

    /** Knows the master. */
    public SentinelMonitor monitor() {
        return context.getBean(SentinelMonitor.class);
    }

    DurableWriter writer() {
        return context.getBean(DurableWriter.class);
    }

    MasterConnections connections() {
        return context.getBean(MasterConnections.class);
    }

    /** Batches that the writer repeated by itself. */
    public long repeatedBatches() {
        return context.getBean(WriterStatistics.class).retries();
    }

    /**
     * Gives the time from sending to the master's own answer, in nanoseconds, for each message from
     * now on.
     *
     * @param observer called on the writer's event loop; must not block
     */
    public void observeMasterReply(LongConsumer observer) {
        context.getBean(WriterStatistics.class).observeMasterReply(observer);
    }

    /** Asks nodes directly. */
    public NodeClient nodes() {
        return nodes;
    }

    /**
     * Waits until a master is known.
     *
     * @throws UnreachableException when the time is up, saying who answered what
     */
    public void awaitMaster(Duration atMost, Interruption interruption) {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (monitor().view().master() == null) {
            if (System.nanoTime() > deadline || interruption.await(Duration.ofMillis(10))) {
                throw new UnreachableException(unreachable(monitor().view(), atMost));
            }
        }
    }

    private String unreachable(SentinelView view, Duration within) {
        if (!plan.throughSentinel()) {
            return "redis: "
                    + plan.fallback()
                    + " (expected: a Redis that answers within "
                    + Units.text(within)
                    + ")";
        }
        List<String> said =
                view.sentinels().stream()
                        .map(sentinel ->
                                sentinel.address()
                                        + (!sentinel.answers()
                                                ? " does not answer"
                                                : sentinel.master() == null
                                                        ? " does not know " + plan.masterName()
                                                        : " says " + sentinel.master()))
                        .toList();
        return "sentinels: "
                + String.join(", ", said)
                + " (expected: a majority that names a reachable master of "
                + plan.masterName()
                + " within "
                + Units.text(within)
                + ")";
    }

    @Override
    public void close() {
        nodes.close();
        context.close();
    }
}
