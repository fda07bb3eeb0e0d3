package io.detektor.loadtester.demo;

import io.detektor.loadtester.plan.FaultSpec;
import io.detektor.loadtester.plan.FrameFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a demo shall do.
 *
 * @param rate frames per second
 * @param duration how long frames are sent
 * @param frames camera frames to send in turn
 * @param faults what is broken meanwhile
 * @param directory where logs and data go
 * @param keep whether everything is left running until Ctrl-C
 * @param java the java program that runs the services
 * @param frameBuffer frame-buffer's jar
 * @param telegram telegram-alerts' jar, or null to go without
 */
public record DemoPlan(
        int rate,
        Duration duration,
        FrameFile frames,
        List<FaultSpec> faults,
        Path directory,
        boolean keep,
        Path java,
        Path frameBuffer,
        @Nullable Path telegram) {

    public DemoPlan {
        faults = List.copyOf(faults);
    }

    /** telegram-alerts' jar, where it takes part. */
    Optional<Path> telegramAlerts() {
        return Optional.ofNullable(telegram);
    }
}
