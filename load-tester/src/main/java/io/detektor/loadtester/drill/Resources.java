package io.detektor.loadtester.drill;

import io.detektor.localset.LocalSet;
import io.detektor.localset.LocalSetException;
import io.detektor.localset.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What processes hold at a moment, as the kernel says: what grows without end is a leak. */
final class Resources {

    private Resources() {}

    /**
     * Looks at this process and at every server of a set.
     *
     * @param began {@link System#nanoTime()} at the start of the series
     */
    static SeriesReport.Sample of(LocalSet set, long began) {
        Map<String, SeriesReport.Held> held = new LinkedHashMap<>();
        held.put("load-tester", of(ProcessHandle.current().pid()));
        List<Node> nodes = new ArrayList<>(set.redisNodes());
        nodes.addAll(set.sentinelNodes());
        for (Node node : nodes) {
            try {
                held.put(node.name(), of(node.pid()));
            } catch (LocalSetException e) {
                // it does not run at the moment: the next look will find it
            }
        }
        return new SeriesReport.Sample(
                Duration.ofNanos(System.nanoTime() - began).toSeconds(), held);
    }

    private static SeriesReport.Held of(long pid) {
        Path process = Path.of("/proc", Long.toString(pid));
        long resident = 0;
        long descriptors = 0;
        try {
            resident =
                    Files.readAllLines(process.resolve("status")).stream()
                            .filter(line -> line.startsWith("VmRSS:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                            .findFirst()
                            .orElse(0);
            try (Stream<Path> open = Files.list(process.resolve("fd"))) {
                descriptors = open.count();
            }
        } catch (IOException e) {
            // it has ended in between
        }
        return new SeriesReport.Held(resident, descriptors);
    }
}
