package io.detektor.loadtester.plan;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A whole run, checked.
 *
 * @param target where the messages go
 * @param rate how fast
 * @param warmup how long messages that count for nothing are sent before; zero for none
 * @param duration how long messages are sent
 * @param consumers how many consumers read along; 0 for none
 * @param consumerDelay how long a consumer takes for each message while there is load
 * @param payload what messages carry
 * @param maxInFlight most messages without an outcome; the next one waits, and counts as late
 * @param timeout the caller's deadline for one message, retries included
 * @param startupTimeout how long the target may take to be reachable before the run
 * @param faults in the order typed
 * @param seed decides content and jitter
 * @param goals what the run has to reach, beside losing nothing
 * @param journal the directory that gets a line for each message's outcome; null for none
 */
public record LoadPlan(
        TargetPlan target,
        Rate rate,
        Duration warmup,
        Duration duration,
        int consumers,
        Duration consumerDelay,
        Payload payload,
        int maxInFlight,
        Duration timeout,
        Duration startupTimeout,
        List<FaultSpec> faults,
        long seed,
        Goals goals,
        @Nullable Path journal) {

    /** Fewer than this in a hundred of the rate that was asked for, and it was another run. */
    private static final double RATE_KEPT = 0.99;

    public LoadPlan {
        faults = List.copyOf(faults);
        check(faults, duration);
    }

    /** A plan without a journal, whose consumers are quick. */
    public LoadPlan(
            TargetPlan target,
            Rate rate,
            Duration warmup,
            Duration duration,
            int consumers,
            Payload payload,
            int maxInFlight,
            Duration timeout,
            Duration startupTimeout,
            List<FaultSpec> faults,
            long seed,
            Goals goals) {
        this(
                target,
                rate,
                warmup,
                duration,
                consumers,
                Duration.ZERO,
                payload,
                maxInFlight,
                timeout,
                startupTimeout,
                faults,
                seed,
                goals,
                null);
    }

    /** A plan without goals of its own. */
    public LoadPlan(
            TargetPlan target,
            Rate rate,
            Duration warmup,
            Duration duration,
            int consumers,
            int payloadSize,
            @Nullable FrameFile frames,
            int maxInFlight,
            Duration timeout,
            Duration startupTimeout,
            List<FaultSpec> faults,
            long seed) {
        this(
                target,
                rate,
                warmup,
                duration,
                consumers,
                frames == null ? Payload.fixed(payloadSize) : new Payload.Frames(frames),
                maxInFlight,
                timeout,
                startupTimeout,
                faults,
                seed,
                Goals.NONE);
    }

    /** When each message is due; empty for as fast as possible. */
    public Optional<Schedule> schedule() {
        return switch (rate) {
            case Rate.PerSecond(int perSecond) ->
                    Optional.of(Schedule.constant(perSecond, duration));
            case Rate.Following(Profile profile) -> Optional.of(new Schedule(profile.phases()));
            case Rate.Max _ -> Optional.empty();
        };
    }

    /**
     * Everything that the run has to reach: the goals, and in any case that every message is
     * confirmed and, where times were fixed, that they were kept.
     */
    public List<ThresholdSpec> thresholds() {
        double asked = schedule().map(Schedule::meanPerSecond).orElse(0.0);
        return goals.withAlways(asked > 0 ? Math.floor(asked * RATE_KEPT * 10) / 10 : 0);
    }

    /** The same against another target. */
    public LoadPlan to(TargetPlan other) {
        return with(other, rate, duration, goals, journal);
    }

    /** The same at another rate, for another time. */
    public LoadPlan at(Rate other, Duration howLong, Goals otherGoals) {
        return with(target, other, howLong, otherGoals, journal);
    }

    /** The same with its journal in another directory, where it has one. */
    public LoadPlan journalIn(Path directory) {
        return with(target, rate, duration, goals, journal == null ? null : directory);
    }

    private LoadPlan with(
            TargetPlan otherTarget,
            Rate otherRate,
            Duration howLong,
            Goals otherGoals,
            @Nullable Path otherJournal) {
        return new LoadPlan(
                otherTarget,
                otherRate,
                warmup,
                howLong,
                consumers,
                consumerDelay,
                payload,
                maxInFlight,
                timeout,
                startupTimeout,
                faults,
                seed,
                otherGoals,
                otherJournal);
    }

    /**
     * Checks that each fault comes while there is load.
     *
     * @throws InvalidValueException when one does not
     */
    public static void check(List<FaultSpec> faults, Duration duration) {
        for (FaultSpec fault : faults) {
            if (fault.at().compareTo(duration) >= 0) {
                throw new InvalidValueException(
                        "--fault",
                        fault.toString(),
                        "a time before the end of the load, " + Units.text(duration));
            }
        }
    }
}
