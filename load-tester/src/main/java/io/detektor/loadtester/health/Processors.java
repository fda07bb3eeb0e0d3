package io.detektor.loadtester.health;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the processors of the machine have done since it started, from the first line of {@code
 * /proc/stat} (proc_stat(5)).
 *
 * @param all time of all processors, in ticks of the kernel
 * @param idle of it: nothing to do, or waiting for a disk
 * @param stolen of it: taken by the hypervisor for others
 */
record Processors(long all, long idle, long stolen) {

    private static final Path STAT = Path.of("/proc/stat");

    /** Now; null where the system does not say. */
    static @Nullable Processors now() {
        try (var lines = Files.lines(STAT)) {
            return parse(lines.findFirst().orElse(""));
        } catch (IOException e) {
            return null;
        }
    }

    /** Reads the line that begins with {@code cpu}; null when it is another one. */
    static @Nullable Processors parse(String line) {
        String[] words = line.trim().split("\\s+", -1);
        // user nice system idle iowait irq softirq steal; guests are in user already
        if (!words[0].equals("cpu") || words.length < 9) {
            return null;
        }
        long all = 0;
        for (int i = 1; i <= 8; i++) {
            if (!words[i].matches("\\d{1,18}")) {
                return null;
            }
            all += Long.parseLong(words[i]);
        }
        return new Processors(
                all, Long.parseLong(words[4]) + Long.parseLong(words[5]), Long.parseLong(words[8]));
    }

    /** How much of the time since then they were busy, in percent; for others included. */
    double busyPercentSince(Processors then) {
        return all == then.all ? 0 : 100.0 - 100.0 * (idle - then.idle) / (all - then.all);
    }

    /** How much of the time since then the hypervisor took, in percent. */
    double stolenPercentSince(Processors then) {
        return all == then.all ? 0 : 100.0 * (stolen - then.stolen) / (all - then.all);
    }
}
