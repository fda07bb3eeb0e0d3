package io.detektor.loadtester.plan;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A whole run, checked.
 *
 * @param target where the messages go
 * @param rate how fast
 * @param warmup how long messages that count for nothing are sent before; zero for none
 * @param duration how long messages are sent
 * @param consumers how many consumers read along; 0 for none
 * @param payloadSize bytes of generated content, where no frames are sent
 * @param frames camera frames to send in turn, or null
 * @param maxInFlight most messages without an outcome; the next one waits, and counts as late
 * @param timeout the caller's deadline for one message, retries included
 * @param startupTimeout how long the target may take to be reachable before the run
 * @param faults in the order typed
 * @param seed decides content and jitter
 */
public record LoadPlan(
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

    public LoadPlan {
        faults = List.copyOf(faults);
        check(faults, duration);
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
