package io.detektor.redisha.metrics;

import io.detektor.redisha.durability.GroupCommitWriter;
import io.detektor.redisha.durability.WriteFailure;
import io.detektor.redisha.durability.WriterStatistics;
import io.detektor.redisha.sentinel.SentinelMonitor;
import io.detektor.redisha.sentinel.SentinelView;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/** The meters of following the master and of confirmed writes. */
public final class RedisHaMeters implements MeterBinder {

    private final SentinelMonitor monitor;
    private final GroupCommitWriter writer;
    private final WriterStatistics statistics;

    public RedisHaMeters(
            SentinelMonitor monitor, GroupCommitWriter writer, WriterStatistics statistics) {
        this.monitor = monitor;
        this.writer = writer;
        this.statistics = statistics;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        bindTopology(registry);
        bindWrites(registry);
    }

    private void bindTopology(MeterRegistry registry) {
        gauge(
                registry,
                "redis.ha.master.known",
                "Whether a master is known (1) or not (0)",
                view -> view.master() == null ? 0 : 1);
        gauge(
                registry,
                "redis.ha.replicas.promotable",
                "Replicas that Sentinel could promote; each write is confirmed by all of them",
                view -> view.promotable().size());
        gauge(
                registry,
                "redis.ha.replicas.down",
                "Replicas that a majority of the Sentinels holds to be down",
                view -> view.down().size());
        gauge(
                registry,
                "redis.ha.sentinels.answering",
                "Sentinels that answered within the last second",
                SentinelView::answering);
        gauge(
                registry,
                "redis.ha.sentinels.configured",
                "Sentinels that this application is told of",
                view -> view.sentinels().size());
        gauge(
                registry,
                "redis.ha.config.epoch",
                "Configuration epoch of the Sentinels; rises with each failover",
                SentinelView::configEpoch);
        Counter masterChanges =
                Counter.builder("redis.ha.master.changes")
                        .description("Times that this application followed to another master")
                        .register(registry);
        MasterChanges changes = new MasterChanges(monitor.view(), masterChanges);
        monitor.onChange(changes::see);
    }

    /** Counts changes from one master to another, not the first one found. */
    private static final class MasterChanges {
        private SentinelView last;
        private final Counter counter;

        MasterChanges(SentinelView first, Counter counter) {
            this.last = first;
            this.counter = counter;
        }

        void see(SentinelView next) {
            if (last.master() != null
                    && next.master() != null
                    && !last.master().equals(next.master())) {
                counter.increment();
            }
            if (next.master() != null) {
                last = next;
            }
        }
    }

    private void bindWrites(MeterRegistry registry) {
        count(
                registry,
                "redis.ha.writes.confirmed",
                "Appends confirmed by the master and every promotable replica",
                WriterStatistics::confirmed);
        count(
                registry,
                "redis.ha.writes.unreplicated",
                "Appends confirmed on the master alone, because no replica was promotable",
                WriterStatistics::unreplicated);
        count(
                registry,
                "redis.ha.writes.repeated",
                "Appends that an earlier one with the same idempotency key had stored",
                WriterStatistics::repeated);
        count(
                registry,
                "redis.ha.writes.batches",
                "Batches sent, repeats included",
                WriterStatistics::batches);
        count(registry, "redis.ha.writes.retries", "Batches sent again", WriterStatistics::retries);
        for (WriteFailure reason : WriteFailure.values()) {
            FunctionCounter.builder(
                            "redis.ha.writes.refused", statistics, each -> each.refused(reason))
                    .description("Appends of which nothing was stored or will be kept")
                    .tag("reason", reason.tag())
                    .register(registry);
            FunctionCounter.builder(
                            "redis.ha.writes.unknown", statistics, each -> each.unknown(reason))
                    .description("Appends that may have been stored")
                    .tag("reason", reason.tag())
                    .register(registry);
        }
        Gauge.builder("redis.ha.writes.queued", writer, GroupCommitWriter::queued)
                .description("Appends that wait for a connection")
                .register(registry);
        Timer latency =
                Timer.builder("redis.ha.write.latency")
                        .description("From the call to the confirmation, waiting included")
                        .serviceLevelObjectives(
                                Duration.ofNanos(250_000),
                                Duration.ofNanos(500_000),
                                Duration.ofMillis(1),
                                Duration.ofNanos(2_500_000),
                                Duration.ofMillis(5),
                                Duration.ofMillis(10),
                                Duration.ofMillis(50),
                                Duration.ofMillis(250),
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(5))
                        .register(registry);
        statistics.observeLatency(nanos -> latency.record(nanos, TimeUnit.NANOSECONDS));
    }

    private void gauge(
            MeterRegistry registry,
            String name,
            String description,
            ToDoubleFunction<SentinelView> value) {
        Gauge.builder(name, monitor, each -> value.applyAsDouble(each.view()))
                .description(description)
                .register(registry);
    }

    private void count(
            MeterRegistry registry,
            String name,
            String description,
            ToDoubleFunction<WriterStatistics> value) {
        FunctionCounter.builder(name, statistics, value)
                .description(description)
                .register(registry);
    }
}
