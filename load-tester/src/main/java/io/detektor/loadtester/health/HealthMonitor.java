package io.detektor.loadtester.health;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import javax.management.ListenerNotFoundException;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;
import org.jspecify.annotations.Nullable;

/**
 * Watches the process and the machine while a run goes on: a thread that does nothing but sleep
 * measures what keeps threads from running (safepoints, garbage collections, a busy machine, a
 * hypervisor). Costs some five hundred wake-ups a second, and nothing where messages are sent.
 *
 * <p>{@link #start}, {@link #vitals} and {@link #close} belong to one thread.
 */
public final class HealthMonitor implements AutoCloseable {

    /** How long the thread means to sleep; a pause is measured short by up to this. */
    private static final long NAP = Duration.ofMillis(2).toNanos();

    private final AtomicLong worstHiccup = new AtomicLong();
    private final AtomicLong worstGc = new AtomicLong();
    private final List<NotificationEmitter> emitters = new ArrayList<>();
    private final NotificationListener collected = (notification, _) -> collected(notification);
    private volatile boolean stopping;

    private @Nullable Thread sleeper;
    private @Nullable Processors processors;
    private long startNanos;
    private Duration cpu = Duration.ZERO;
    private long gcMillis;

    /** Begins to watch. */
    public void start() {
        for (GarbageCollectorMXBean bean : ManagementFactory.getGarbageCollectorMXBeans()) {
            if (bean instanceof NotificationEmitter emitter) {
                emitter.addNotificationListener(collected, null, null);
                emitters.add(emitter);
            }
        }
        startNanos = System.nanoTime();
        processors = Processors.now();
        cpu = cpuTime();
        gcMillis = gcMillis();
        sleeper = Thread.ofPlatform().name("hiccups").daemon().start(this::sleep);
    }

    /** What was seen so far; the watch goes on. */
    public Vitals vitals() {
        Duration watched = Duration.ofNanos(System.nanoTime() - startNanos);
        double possible = watched.toNanos() * (double) Runtime.getRuntime().availableProcessors();
        Duration used = cpuTime().minus(cpu);
        Processors before = processors;
        Processors after = Processors.now();
        long collecting = gcMillis() - gcMillis;
        return new Vitals(
                watched,
                Duration.ofNanos(worstHiccup.get()),
                Duration.ofMillis(collecting),
                // told a moment later by another thread: the total knows at least
                Duration.ofMillis(worstGc.get()),
                possible > 0 ? 100.0 * used.toNanos() / possible : 0,
                before == null || after == null ? null : after.busyPercentSince(before),
                before == null || after == null ? null : after.stolenPercentSince(before));
    }

    @Override
    public void close() {
        stopping = true;
        for (NotificationEmitter emitter : emitters) {
            try {
                emitter.removeNotificationListener(collected);
            } catch (ListenerNotFoundException e) {
                // nothing left to remove
            }
        }
        Thread thread = sleeper;
        if (thread != null) {
            LockSupport.unpark(thread);
        }
    }

    private void sleep() {
        long before = System.nanoTime();
        while (!stopping) {
            LockSupport.parkNanos(NAP);
            long now = System.nanoTime();
            long over = now - before - NAP;
            if (over > worstHiccup.get()) {
                worstHiccup.set(over);
            }
            before = now;
        }
    }

    private void collected(javax.management.Notification notification) {
        if (notification.getUserData() instanceof CompositeData data
                && notification
                        .getType()
                        .equals(
                                GarbageCollectionNotificationInfo
                                        .GARBAGE_COLLECTION_NOTIFICATION)) {
            GarbageCollectionNotificationInfo info = GarbageCollectionNotificationInfo.from(data);
            worstGc.accumulateAndGet(info.getGcInfo().getDuration(), Math::max);
        }
    }

    private static Duration cpuTime() {
        return ManagementFactory.getOperatingSystemMXBean()
                        instanceof com.sun.management.OperatingSystemMXBean system
                ? Duration.ofNanos(Math.max(0, system.getProcessCpuTime()))
                : Duration.ZERO;
    }

    private static long gcMillis() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(bean -> Math.max(0, bean.getCollectionTime()))
                .sum();
    }
}
