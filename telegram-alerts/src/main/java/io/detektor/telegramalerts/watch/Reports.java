package io.detektor.telegramalerts.watch;

import io.detektor.telegramalerts.incident.Signal;
import io.detektor.telegramalerts.outbox.Outbox;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * The thread on which everything here is looked at, and the way to the outbox: both may block,
 * which the Sentinels' monitor must not.
 */
@Component
final class Reports implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Reports.class);

    private final Outbox outbox;
    private final Map<String, Counter> news = new HashMap<>();
    private final ScheduledThreadPoolExecutor fast;
    private final ScheduledThreadPoolExecutor slow;

    Reports(Outbox outbox, MeterRegistry registry) {
        this.outbox = outbox;
        for (String source : List.of("sentinel", "disk", "memory", "container", "watchdog")) {
            news.put(
                    source,
                    Counter.builder("telegram.alerts.findings")
                            .description("What this service found out by itself, repeats left out")
                            .tag("source", source)
                            .register(registry));
        }
        fast = executor("watch");
        // a question to Docker may take seconds, and must not delay a failover
        slow = executor("checks");
    }

    private static ScheduledThreadPoolExecutor executor(String name) {
        ScheduledThreadPoolExecutor made =
                new ScheduledThreadPoolExecutor(
                        1, Thread.ofPlatform().name(name).daemon().factory());
        // what comes in while it shuts down is of no use to anyone
        made.setRejectedExecutionHandler((task, pool) -> {});
        return made;
    }

    /** Puts a finding into the outbox; only what is new to it is told. */
    void tell(String source, Signal signal) {
        if (outbox.acceptAnyway(signal)) {
            log.info("{}: {} {}", source, signal.kind(), signal.summary());
            Objects.requireNonNull(news.get(source)).increment();
        }
    }

    /** Runs it next, on the thread of what must be told within seconds. */
    void soon(Runnable task) {
        fast.execute(() -> guarded(task));
    }

    /** Runs it again and again, on the same thread. */
    void every(Duration interval, Runnable task) {
        schedule(fast, interval, task);
    }

    /** Runs it again and again, on the thread of what may take its time. */
    void everySlowly(Duration interval, Runnable task) {
        schedule(slow, interval, task);
    }

    private static void schedule(ScheduledThreadPoolExecutor on, Duration interval, Runnable task) {
        var _ =
                on.scheduleWithFixedDelay(
                        () -> guarded(task), 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            // a check that throws would be the last one
            log.error("a check failed, going on", e);
        }
    }

    @Override
    public void close() {
        fast.shutdownNow();
        slow.shutdownNow();
    }
}
