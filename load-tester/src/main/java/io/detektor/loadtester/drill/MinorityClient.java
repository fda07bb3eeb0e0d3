package io.detektor.loadtester.drill;

import io.detektor.loadtester.fault.FaultReport;
import io.detektor.loadtester.fault.Programs;
import io.detektor.loadtester.report.RunResult;
import io.detektor.localset.LocalSet;
import io.detektor.localset.Node;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Client A of row 8: this program once more, in the namespace of the master, so that it is cut off
 * together with it, with a stream and a ledger of its own. One thread.
 */
final class MinorityClient implements AutoCloseable {

    private static final String STREAM = "load-test-drill-minority";
    private static final int RATE = 100;

    /** It runs for longer than the partition lasts, and reads back when that is over. */
    private static final Duration LONGER = Duration.ofSeconds(6);

    private static final Duration ENDS_WITHIN = Duration.ofMinutes(2);

    /** It says what was confirmed by the second: one at each end is not looked at. */
    private static final double EDGE_SECONDS = 1;

    private final Process process;
    private final Path said;

    private MinorityClient(Process process, Path said) {
        this.process = process;
        this.said = said;
    }

    static MinorityClient start(LocalSet set, Duration load) throws IOException {
        Node master = set.master();
        Path home = set.directory();
        Path parent = home.getParent() == null ? home : home.getParent();
        Path said = Files.createTempDirectory(parent, "minority-");
        Process process =
                Programs.own(
                        set.inside(master),
                        parent,
                        "--sentinels",
                        String.join(",", set.sentinels()),
                        "--master-name",
                        set.masterName(),
                        "--stream-name",
                        STREAM,
                        "--rate",
                        Integer.toString(RATE),
                        "--duration",
                        load.plus(LONGER).toSeconds() + "s",
                        "--timeout",
                        "60s",
                        "--startup-timeout",
                        "20s",
                        "--out",
                        said.toString(),
                        "--quiet");
        process.getInputStream().close();
        return new MinorityClient(process, said);
    }

    /**
     * Waits for its end, and looks at what it was told while it was cut off.
     *
     * @param result of client B, which knows when that was
     * @param reasons what must not be
     */
    void judge(RunResult result, List<String> notes, List<String> reasons) throws IOException {
        if (result.run().interrupted()) {
            return;
        }
        JsonNode other;
        try {
            if (!process.waitFor(ENDS_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
                reasons.add("client A on the minority's side did not end");
                return;
            }
            other =
                    JsonMapper.shared()
                            .readTree(
                                    Files.readString(
                                            said.resolve("result.json"), StandardCharsets.UTF_8));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        } catch (IOException | JacksonException e) {
            reasons.add(
                    "client A on the minority's side left no result (exit code "
                            + process.exitValue()
                            + ")");
            return;
        }
        FaultReport cut = result.faults().getFirst();
        Long from = cut.tInjectMs();
        Long to = cut.tHealMs();
        if (from == null || to == null) {
            return;
        }
        double shift =
                seconds(result.run().started())
                        - seconds(other.path("run").path("started").asString());
        double begin = from / 1000.0 + shift + EDGE_SECONDS;
        double end = to / 1000.0 + shift - EDGE_SECONDS;
        long during = 0;
        for (JsonNode second : other.path("timeline")) {
            double t = second.path("t").asDouble();
            if (t - 1 >= begin && t <= end) {
                during += second.path("confirmed").asLong();
            }
        }
        long acked = other.path("counts").path("acked").asLong();
        JsonNode proof = other.path("proof").path("master");
        notes.add(
                "client A on the minority's side: "
                        + acked
                        + " confirmed, "
                        + during
                        + " of them while it was cut off, lost "
                        + proof.path("lost").asLong()
                        + ", duplicated "
                        + proof.path("duplicated").asLong());
        if (during > 0) {
            reasons.add(during + " confirmed to client A while it was cut off with the minority");
        }
        if (acked == 0 || !proof.isObject()) {
            reasons.add("client A on the minority's side proves nothing: " + acked + " confirmed");
        }
        for (String name : List.of("lost", "duplicated", "unexpected", "corrupted")) {
            if (proof.path(name).asLong() > 0) {
                reasons.add(proof.path(name).asLong() + " " + name + " of client A");
            }
        }
    }

    private static double seconds(String instant) {
        Instant at = Instant.parse(instant);
        return at.getEpochSecond() + at.getNano() / 1e9;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
