package io.detektor.loadtester.run;

import io.detektor.loadtester.measure.EntryId;
import io.detektor.loadtester.measure.Ledger;
import io.detektor.loadtester.measure.Measurements;
import io.detektor.loadtester.measure.RunClock;
import io.detektor.loadtester.plan.LoadPlan;
import io.detektor.loadtester.plan.Schedule;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends the messages of a plan. With a fixed rate the times are fixed before the start: a slow
 * target delays outcomes, never the schedule, and a message that had to wait counts from its
 * intended time.
 *
 * <p>{@link #send} runs once, on the caller's thread; outcomes may come from any.
 */
public final class LoadRun {

    /** What comes after the deadline of the last message has passed its outcome by. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final LoadPlan plan;
    private final RunClock clock;
    private final Measurements measurements;
    private final LoadTarget target;
    private final Interruption interruption;
    private final Outcomes outcomes;
    private final long lowWater;

    /** The sender, while it waits for room; outcomes wake it. */
    private volatile boolean waiting;

    private volatile Thread sender = Thread.currentThread();

    private volatile boolean ended;

    // the sender's own
    private long roomNanos;

    /** How much of {@link #roomNanos} the sender has not caught up with. */
    private long debtNanos;

    private long sendingNanos;
    private long cpuNanos;

    /** Is told each outcome, from any thread; must not block. */
    @FunctionalInterface
    public interface Outcomes {

        /** Tells nobody. */
        Outcomes NOBODY = (_, _, _, _, _) -> {};

        /** All times in nanoseconds since the start of the run. */
        void outcome(long seq, long intended, long sent, long now, SendOutcome outcome);
    }

    public LoadRun(
            LoadPlan plan,
            RunClock clock,
            Measurements measurements,
            LoadTarget target,
            Interruption interruption) {
        this(plan, clock, measurements, target, interruption, Outcomes.NOBODY);
    }

    /**
     * @param outcomes told beside the measurements
     */
    public LoadRun(
            LoadPlan plan,
            RunClock clock,
            Measurements measurements,
            LoadTarget target,
            Interruption interruption,
            Outcomes outcomes) {
        this.outcomes = outcomes;
        this.plan = plan;
        this.clock = clock;
        this.measurements = measurements;
        this.target = target;
        this.interruption = interruption;
        // woken at three quarters, or the sender would wake up for each single outcome
        this.lowWater = plan.maxInFlight() * 3L / 4;
    }

    /** Sends everything; ends early when interrupted. Outcomes may still be on their way. */
    public void send() {
        sender = Thread.currentThread();
        long cpu = cpuTime();
        plan.schedule().ifPresentOrElse(this::sendAtTimes, this::sendAsRoomAllows);
        sendingNanos = Math.max(0, System.nanoTime() - clock.nanos());
        cpuNanos = cpuTime() - cpu;
    }

    private static long cpuTime() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return threads.isCurrentThreadCpuTimeSupported() ? threads.getCurrentThreadCpuTime() : 0;
    }

    /** How long {@link #send} waited with as many in flight as allowed; for the sender. */
    public Duration waitedForRoom() {
        return Duration.ofNanos(roomNanos);
    }

    /** How long {@link #send} took from the start of the run; for the sender. */
    public Duration sending() {
        return Duration.ofNanos(sendingNanos);
    }

    /** Processor time of {@link #send}; for the sender. */
    public Duration cpu() {
        return Duration.ofNanos(cpuNanos);
    }

    /** Ends {@link #send} early; from any thread. Outcomes still come. */
    public void end() {
        ended = true;
    }

    private boolean over() {
        return ended || interruption.requested();
    }

    /** Waits until each message has its outcome, or should have had it. */
    public void awaitOutcomes() {
        long deadline = System.nanoTime() + plan.timeout().plus(GRACE).toNanos();
        while (measurements.inFlight() > 0 && System.nanoTime() < deadline) {
            if (interruption.await(Duration.ofMillis(1))) {
                return;
            }
        }
    }

    private void sendAtTimes(Schedule schedule) {
        long count = schedule.count();
        long before = 0;
        for (long n = 0; n < count && !over(); n++) {
            long intended = schedule.offsetNanos(n);
            if (Pacer.await(clock.nanos() + intended, intended - before)) {
                // ahead of time: whatever was missed has been caught up with
                debtNanos = 0;
            }
            before = intended;
            if (over()) {
                return;
            }
            awaitRoom();
            sendOne(intended);
        }
    }

    private void sendAsRoomAllows() {
        long end = plan.duration().toNanos();
        Pacer.await(clock.nanos(), Long.MAX_VALUE);
        long now = System.nanoTime() - clock.nanos();
        while (now < end && !over()) {
            awaitRoom();
            now = System.nanoTime() - clock.nanos();
            sendOne(now);
        }
    }

    private void awaitRoom() {
        if (measurements.inFlight() < plan.maxInFlight()) {
            return;
        }
        long from = System.nanoTime();
        waiting = true;
        while (measurements.inFlight() > lowWater && !over()) {
            // a wake-up may come between the check and the park; then the park returns at once
            LockSupport.parkNanos(this, 1_000_000);
        }
        waiting = false;
        long waited = System.nanoTime() - from;
        roomNanos += waited;
        debtNanos += waited;
    }

    private void sendOne(long intended) {
        long seq = measurements.ledger().attempt();
        LoadTarget.Prepared message = target.prepare(seq, clock.epochMicros(intended));
        measurements.ledger().checksum(seq, message.checksum());
        long now = System.nanoTime() - clock.nanos();
        long late = now - intended;
        measurements.sent(now, late, Math.max(0, late - debtNanos));
        message.send(plan.timeout(), new Flight(seq, intended, now));
    }

    /** One message on its way. */
    private final class Flight implements OutcomeListener {

        private final long seq;
        private final long intended;
        private final long sent;

        Flight(long seq, long intended, long sent) {
            this.seq = seq;
            this.intended = intended;
            this.sent = sent;
        }

        @Override
        public void retried(String reason) {
            measurements.retry(reason);
        }

        @Override
        public void done(SendOutcome outcome) {
            long now = System.nanoTime() - clock.nanos();
            outcomes.outcome(seq, intended, sent, now, outcome);
            long done =
                    switch (outcome) {
                        case SendOutcome.Confirmed confirmed -> {
                            if (confirmed.replicas() == 0) {
                                measurements.unreplicated();
                            }
                            yield measurements.confirmed(
                                    seq,
                                    intended,
                                    sent,
                                    now,
                                    EntryId.pack(confirmed.entryId()),
                                    confirmed.retried());
                        }
                        case SendOutcome.Refused refused ->
                                measurements.failed(
                                        seq,
                                        Ledger.State.REFUSED,
                                        refused.reason(),
                                        refused.retried(),
                                        now);
                        case SendOutcome.Unknown unknown ->
                                measurements.failed(
                                        seq,
                                        Ledger.State.UNKNOWN,
                                        unknown.reason(),
                                        unknown.retried(),
                                        now);
                    };
            if (waiting && measurements.ledger().attempted() - done <= lowWater) {
                LockSupport.unpark(sender);
            }
        }
    }
}
