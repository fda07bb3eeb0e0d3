package io.detektor.loadtester.session;

import io.detektor.loadtester.health.Diagnosis;
import io.detektor.loadtester.health.Vitals;
import io.detektor.loadtester.measure.Latencies;
import io.detektor.loadtester.measure.Measurements;
import io.detektor.loadtester.report.RunResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What the tester says of itself in the result. */
final class Generators {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final long MEGABYTE = 1024 * 1024;

    private Generators() {}

    static RunResult.Generator of(
            @Nullable Double pacingErrorPercent,
            Measurements.Totals totals,
            Diagnosis.Sender sender,
            Vitals vitals,
            Diagnosis diagnosis) {
        Runtime runtime = Runtime.getRuntime();
        Latencies.Summary lag = totals.lag();
        return new RunResult.Generator(
                millis(totals.worstLate()),
                pacingErrorPercent,
                micros(lag.mean()),
                micros(lag.p95()),
                micros(lag.p99()),
                micros(lag.max()),
                millis(sender.waitedForRoom()),
                tenth(sender.cpuPercent()),
                vitals.collecting().toMillis(),
                vitals.worstCollection().toMillis(),
                millis(vitals.worstHiccup()),
                ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toMillis(),
                tenth(vitals.ownCpuPercent()),
                tenthOrNull(vitals.machineCpuPercent()),
                tenthOrNull(vitals.stealPercent()),
                (runtime.totalMemory() - runtime.freeMemory()) / MEGABYTE,
                peakMemory(),
                diagnosis.saturated(),
                diagnosis.reasons(),
                diagnosis.notes());
    }

    private static double millis(Duration duration) {
        return Math.round(duration.toNanos() / 1e3) / 1e3;
    }

    /** The milliseconds are exact to the microsecond, their product is not. */
    private static double micros(double millis) {
        return Math.round(millis * 1000);
    }

    private static double tenth(double value) {
        return Math.round(value * 10) / 10.0;
    }

    private static @Nullable Double tenthOrNull(@Nullable Double value) {
        return value == null ? null : Double.valueOf(tenth(value));
    }

    /** Megabytes that this process had in memory at most; the line VmHWM of proc_pid_status(5). */
    private static @Nullable Long peakMemory() {
        try (var lines = Files.lines(STATUS)) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                    .map(line -> line.replaceAll("\\D", ""))
                    .filter(digits -> !digits.isEmpty())
                    .map(kilobytes -> Long.parseLong(kilobytes) / 1024)
                    .findFirst()
                    .orElse(null);
        } catch (IOException e) {
            return null;
        }
    }
}
