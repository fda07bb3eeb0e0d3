package io.detektor.loadtester.measure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * Everything that is measured while a run goes on. The sender calls {@link #sent}; outcomes may
 * come from any thread; {@link #tick} belongs to one thread, once a second.
 */
public final class Measurements {

    /** The operating system's own timers are half a millisecond off at times. */
    private static final long LATE = Duration.ofMillis(1).toNanos();

    /** Some 500 bytes each: an hour of them is what a result can carry. */
    private static final int MOST_HISTOGRAMS = 3600;

    private final Ledger ledger = new Ledger();
    private final Gaps gaps = new Gaps();
    private final Latencies service = new Latencies();
    private final Latencies response = new Latencies();
    private final Latencies masterReply = new Latencies();
    private final Latencies endToEnd = new Latencies();
    private final Latencies lag = new Latencies();
    private final AtomicLong done = new AtomicLong();
    private final LongAdder confirmed = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder retries = new LongAdder();
    private final LongAdder unreplicated = new LongAdder();
    private final LongAdder received = new LongAdder();
    private final Map<String, LongAdder> errors = new ConcurrentHashMap<>();
    private final List<Second> seconds = new ArrayList<>();

    private final LongAdder late = new LongAdder();

    /** These three are written by the sender only. */
    private volatile long worstLateNanos;

    private volatile long firstSentNanos = Long.MIN_VALUE;
    private volatile long lastSentNanos;

    private final AtomicLong lastConfirmedNanos = new AtomicLong();

    private Second before =
            new Second(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Map.of(), 0, 0, 0, 0, 0, "");

    /** Errors by reason at the last tick. */
    private Map<String, Long> errorsBefore = Map.of();

    /** What each message met. */
    public Ledger ledger() {
        return ledger;
    }

    /** Intervals without a confirmation. */
    public Gaps gaps() {
        return gaps;
    }

    /**
     * Notes that a message starts.
     *
     * @param nanos since the start of the run
     * @param lateBy after its intended time, in nanoseconds
     * @param lag how much of that is the tester's own doing: what is left without the time that the
     *     sender waited for room
     */
    public void sent(long nanos, long lateBy, long lag) {
        if (firstSentNanos == Long.MIN_VALUE) {
            firstSentNanos = nanos;
        }
        lastSentNanos = nanos;
        this.lag.record(lag);
        if (lateBy > LATE) {
            late.increment();
        }
        if (lateBy > worstLateNanos) {
            worstLateNanos = lateBy;
        }
    }

    /**
     * Notes a confirmation; all times in nanoseconds since the start of the run.
     *
     * @return messages that have an outcome by now
     */
    public long confirmed(
            long seq, long intended, long sent, long now, long entry, boolean retried) {
        ledger.outcome(seq, Ledger.State.CONFIRMED, retried, entry, now);
        service.record(now - sent);
        response.record(now - intended);
        gaps.confirmed(now);
        confirmed.increment();
        lastConfirmedNanos.lazySet(now);
        return done.incrementAndGet();
    }

    /** Notes when the master alone had answered, in nanoseconds from sending. */
    public void masterReplied(long nanos) {
        masterReply.record(nanos);
    }

    /**
     * Notes that a message was refused, or that nobody knows.
     *
     * @return messages that have an outcome by now
     */
    public long failed(long seq, Ledger.State state, String reason, boolean retried, long now) {
        ledger.outcome(seq, state, retried, 0, now);
        failed.increment();
        error(reason);
        return done.incrementAndGet();
    }

    /** Notes a try that failed and is repeated. */
    public void retry(String reason) {
        retries.increment();
        error(reason);
    }

    /** Notes a confirmation by the master alone, no replica being promotable. */
    public void unreplicated() {
        unreplicated.increment();
    }

    /** Notes that a consumer received a message. */
    public void received(long endToEndNanos) {
        received.increment();
        endToEnd.record(endToEndNanos);
    }

    private void error(String reason) {
        errors.computeIfAbsent(reason, _ -> new LongAdder()).increment();
    }

    /** Messages without an outcome. */
    public long inFlight() {
        return ledger.attempted() - done.get();
    }

    /** Closes a second. */
    public Second tick(Duration now) {
        Latencies.Summary latency = response.second(seconds.size() < MOST_HISTOGRAMS);
        Latencies.Summary fromSend = service.second();
        Latencies.Summary byMaster = masterReply.second();
        Map<String, Long> byReason = errorsByReason();
        long sentNow = ledger.attempted();
        long confirmedNow = confirmed.sum();
        long errorsNow = failed.sum() + retries.sum();
        long receivedNow = received.sum();
        Second second =
                new Second(
                        Math.round(now.toMillis() / 100.0) / 10.0,
                        sentNow - before.sentTotal(),
                        confirmedNow - before.confirmedTotal(),
                        errorsNow - before.errorsTotal(),
                        sentNow,
                        confirmedNow,
                        errorsNow,
                        latency.p50(),
                        latency.p99(),
                        latency.max(),
                        receivedNow,
                        Math.max(0, inFlight()),
                        since(errorsBefore, byReason),
                        fromSend.p50(),
                        fromSend.p99(),
                        fromSend.max(),
                        byMaster.p50(),
                        byMaster.p99(),
                        latency.histogramBase64());
        before = second;
        errorsBefore = byReason;
        seconds.add(second);
        return second;
    }

    private Map<String, Long> errorsByReason() {
        Map<String, Long> byReason = new TreeMap<>();
        errors.forEach((reason, count) -> byReason.put(reason, count.sum()));
        return byReason;
    }

    private static Map<String, Long> since(Map<String, Long> before, Map<String, Long> now) {
        Map<String, Long> since = new TreeMap<>();
        now.forEach((reason, count) -> {
            long more = count - before.getOrDefault(reason, 0L);
            if (more > 0) {
                since.put(reason, more);
            }
        });
        return since;
    }

    /** The seconds so far; for the thread that ticks. */
    public List<Second> seconds() {
        return List.copyOf(seconds);
    }

    /** Everything, when the run is over; for the thread that ticks. */
    public Totals totals() {
        return new Totals(
                ledger.counts(),
                retries.sum(),
                unreplicated.sum(),
                late.sum(),
                Duration.ofNanos(worstLateNanos),
                Duration.ofNanos(firstSentNanos == Long.MIN_VALUE ? 0 : firstSentNanos),
                Duration.ofNanos(lastSentNanos),
                Duration.ofNanos(lastConfirmedNanos.get()),
                errorsByReason(),
                service.total(),
                response.total(),
                masterReply.total(),
                endToEnd.total(),
                lag.total());
    }

    /**
     * One second of the run; latencies in milliseconds, from the intended time.
     *
     * @param t end of the second, in seconds since the start
     * @param p50 like p99 and max: confirmed in this second, from the intended time
     * @param receivedTotal by consumers
     * @param inFlight messages without an outcome at the end of the second
     * @param errorsByReason tries that failed in this second, repeated ones included
     * @param serviceP50 like serviceP99 and serviceMax: from sending
     * @param masterReplyP50 like masterReplyP99: from sending to the answer of the master alone; 0
     *     where nothing says
     * @param histogramBase64 of p50, p99 and max, like that of the whole run; empty after the first
     *     hour, and for a second without a confirmation
     */
    public record Second(
            double t,
            long sent,
            long confirmed,
            long errors,
            long sentTotal,
            long confirmedTotal,
            long errorsTotal,
            double p50,
            double p99,
            double max,
            long receivedTotal,
            long inFlight,
            Map<String, Long> errorsByReason,
            double serviceP50,
            double serviceP99,
            double serviceMax,
            double masterReplyP50,
            double masterReplyP99,
            String histogramBase64) {

        public Second {
            errorsByReason = Collections.unmodifiableMap(new TreeMap<>(errorsByReason));
        }
    }

    /**
     * A run in numbers.
     *
     * @param retries tries that failed and were repeated
     * @param unreplicated confirmed by the master alone, no replica being promotable
     * @param late messages that started more than a millisecond after their time
     * @param errors failed tries by reason, repeated ones included
     * @param masterReply from sending to the answer of the master alone; empty where nothing says
     * @param lag how late messages started by the tester's own doing
     */
    public record Totals(
            Ledger.Counts counts,
            long retries,
            long unreplicated,
            long late,
            Duration worstLate,
            Duration firstSent,
            Duration lastSent,
            Duration lastConfirmed,
            Map<String, Long> errors,
            Latencies.Summary service,
            Latencies.Summary response,
            Latencies.Summary masterReply,
            Latencies.Summary endToEnd,
            Latencies.Summary lag) {}
}
