package io.detektor.loadtester.report;

import io.detektor.loadtester.fault.FaultReport;
import io.detektor.loadtester.measure.Ledger;
import io.detektor.loadtester.measure.Measurements;
import io.detektor.loadtester.stream.Topology;
import io.detektor.loadtester.verify.DeliveryProof;
import io.detektor.loadtester.verify.StreamProof;
import io.detektor.loadtester.verify.Threshold;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Results as a run makes them, without one: measured by the tester's own instruments. */
public final class Results {

    /** What a node's name or an error may be, at worst. */
    static final String HOSTILE =
            "</script><script>hostile()</script><img src=x onerror=hostile()>\"'&`{{x}}";

    static final String FIRST = "127.0.0.1:28075";
    static final String SECOND = "127.0.0.1:28076";

    private static final int RATE = 500;
    private static final long MILLI = 1_000_000;

    private Results() {}

    /** A master killed at 8 s of 20, 3.1 s without a confirmation, two consumers. */
    static RunResult withAFault() {
        return build(20, 8000, 3100, 1, "connection lost", true, "redis-1");
    }

    /** The same, a little slower. */
    static RunResult slower() {
        return build(20, 8000, 4100, 1.3, "connection lost", true, "redis-1");
    }

    /** Nothing broken, no consumers. */
    static RunResult quiet() {
        return build(10, 0, 0, 1, "", false, "");
    }

    /** A quiet run in which the tester itself was too slow. */
    public static RunResult saturated(String reason) {
        RunResult quiet = quiet();
        return with(
                quiet,
                new RunResult.Generator(
                        900,
                        0.0,
                        6e5,
                        9e5,
                        9e5,
                        9e5,
                        0,
                        99,
                        12,
                        4,
                        1.5,
                        4200,
                        50,
                        99.0,
                        0.0,
                        120,
                        180L,
                        true,
                        List.of(reason),
                        List.of()),
                new RunResult.VerdictText("INCONCLUSIVE", 5, List.of(reason)));
    }

    /** Every text from outside is markup. */
    static RunResult hostile() {
        RunResult result = build(6, 2000, 800, 1, HOSTILE, true, HOSTILE);
        return with(
                new RunResult(
                        result.schemaVersion(),
                        result.run(),
                        Map.of("payload", HOSTILE, HOSTILE, HOSTILE),
                        result.target(),
                        result.counts(),
                        result.rates(),
                        result.latency(),
                        result.timeline(),
                        List.of(new RunResult.Event(1, "SENTINEL", HOSTILE)),
                        result.faults(),
                        result.proof(),
                        List.of(new Threshold(HOSTILE, HOSTILE, false)),
                        result.generator(),
                        result.verdict(),
                        result.writeGaps(),
                        result.masters()),
                result.generator(),
                new RunResult.VerdictText("FAIL", 1, List.of(HOSTILE)));
    }

    /** Ended before anything was confirmed or read back. */
    static RunResult interrupted() {
        Measurements measurements = new Measurements();
        RunResult whole = quiet();
        Measurements.Totals totals = measurements.totals();
        return new RunResult(
                1,
                new RunResult.Run(
                        "0000000000",
                        whole.run().started(),
                        0,
                        true,
                        "test",
                        "JVM",
                        whole.run().host()),
                whole.config(),
                new RunResult.Target("redis", "sentinel mymaster", "", null, null),
                new RunResult.Counts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Map.of()),
                new RunResult.Rates(500, 0, 0, 0),
                new RunResult.Latency(totals.service(), totals.response(), null, null),
                List.of(),
                List.of(),
                List.of(),
                new RunResult.Proof(
                        null,
                        List.of(),
                        List.of(),
                        0,
                        List.of("interrupted before anything was read back")),
                List.of(),
                whole.generator(),
                new RunResult.VerdictText("INCONCLUSIVE", 130, List.of("nothing was confirmed")),
                RunResult.WriteGaps.NONE,
                List.of());
    }

    private static RunResult with(
            RunResult result, RunResult.Generator generator, RunResult.VerdictText verdict) {
        return new RunResult(
                result.schemaVersion(),
                result.run(),
                result.config(),
                result.target(),
                result.counts(),
                result.rates(),
                result.latency(),
                result.timeline(),
                result.events(),
                result.faults(),
                result.proof(),
                result.thresholds(),
                generator,
                verdict,
                result.writeGaps(),
                result.masters());
    }

    private static RunResult build(
            int seconds,
            long downAt,
            long downFor,
            double slower,
            String reason,
            boolean consumers,
            String node) {
        Measurements measurements = new Measurements();
        Random random = new Random(7);
        long messages = (long) seconds * RATE;
        long next = 1000 * MILLI;
        long up = (downAt + downFor) * MILLI;
        // one message every 2 ms; those of the outage are confirmed after it, one by one
        List<long[]> waiting = new ArrayList<>();
        for (long n = 0; n < messages; n++) {
            long intended = n * 1000 * MILLI / RATE;
            while (intended >= next) {
                measurements.tick(Duration.ofNanos(next));
                next += 1000 * MILLI;
            }
            long seq = measurements.ledger().attempt();
            measurements.sent(intended, 0, 0);
            boolean down = downFor > 0 && intended >= downAt * MILLI && intended < up;
            if (down) {
                waiting.add(new long[] {seq, intended});
                if (n % 5 == 0) {
                    measurements.retry(n % 10 == 0 ? "READONLY" : reason);
                }
                continue;
            }
            for (long[] late : waiting) {
                measurements.confirmed(late[0], late[1], late[1], intended, seq + 1, true);
                if (consumers) {
                    measurements.received(intended - late[1] + MILLI);
                }
            }
            waiting.clear();
            long took = (long) ((0.3 + Math.abs(random.nextGaussian()) * 0.4) * slower * MILLI);
            measurements.confirmed(seq, intended, intended + 1000, intended + took, seq + 1, false);
            measurements.masterReplied(took * 6 / 10);
            if (consumers) {
                measurements.received(took + MILLI);
            }
        }
        measurements.tick(Duration.ofSeconds(seconds));
        Measurements.Totals totals = measurements.totals();
        Ledger.Counts counts = totals.counts();
        List<RunResult.WriteGap> gaps =
                downFor == 0
                        ? List.of()
                        : List.of(
                                new RunResult.WriteGap(downAt - 2, downFor + 2.4),
                                new RunResult.WriteGap(downAt + downFor + 700, 12.5));
        Map<String, String> config = new LinkedHashMap<>();
        config.put("target", "redis");
        config.put("rate", "500/s");
        config.put("duration", seconds + " s");
        config.put("payload", "1 KB");
        config.put("ack", "in-sync");
        return new RunResult(
                1,
                new RunResult.Run(
                        "d92d650de9",
                        "2026-01-01T12:00:00Z",
                        seconds * 1000L - 2,
                        false,
                        "test",
                        "JVM 25",
                        new RunResult.Host(2, 8000, "Linux 6.1")),
                config,
                new RunResult.Target(
                        "redis",
                        "sentinel mymaster",
                        "7.0.15",
                        set(FIRST, SECOND),
                        set(SECOND, FIRST)),
                new RunResult.Counts(
                        counts.attempted(),
                        counts.attempted(),
                        counts.confirmed(),
                        counts.refused(),
                        counts.unknown(),
                        counts.confirmed() - counts.retried(),
                        counts.retried(),
                        totals.retries(),
                        0,
                        0,
                        0,
                        0,
                        totals.errors()),
                new RunResult.Rates(RATE, RATE, RATE, consumers ? RATE : 0),
                new RunResult.Latency(
                        totals.service(),
                        totals.response(),
                        totals.masterReply(),
                        consumers ? totals.endToEnd() : null),
                measurements.seconds(),
                downFor == 0
                        ? List.of()
                        : List.of(
                                new RunResult.Event(downAt, "FAULT", "kill " + node),
                                new RunResult.Event(
                                        downAt + downFor, "CLIENT", "master is " + SECOND)),
                downFor == 0
                        ? List.of()
                        : List.of(
                                new FaultReport(
                                        "at=" + downAt + "ms kill master for=5s",
                                        node,
                                        FIRST,
                                        true,
                                        downAt,
                                        downAt,
                                        Math.min(downAt + 5000, seconds * 1000L),
                                        downAt + 1100,
                                        downAt + 1200,
                                        downAt + 1300,
                                        downAt + downFor - 200,
                                        downAt + downFor - 100,
                                        downAt + downFor - 50,
                                        downAt + downFor,
                                        null,
                                        FIRST,
                                        SECOND,
                                        downFor,
                                        List.of())),
                new RunResult.Proof(
                        proof(downFor == 0 ? FIRST : SECOND, counts.confirmed()),
                        List.of(proof(downFor == 0 ? SECOND : FIRST, counts.confirmed())),
                        consumers
                                ? List.of(
                                        new DeliveryProof(
                                                "2 consumers",
                                                counts.confirmed(),
                                                0,
                                                3,
                                                0,
                                                0,
                                                0,
                                                2,
                                                0,
                                                true,
                                                List.of()))
                                : List.of(),
                        downFor,
                        List.of()),
                List.of(
                        new Threshold("success==100%", "100.0000%", true),
                        new Threshold("sent>=495.0/s", "500.0/s", true)),
                new RunResult.Generator(
                        0.8, 0.0, 60, 150, 210, 800, 0, 14, 12, 4, 1.5, 4200, 9.5, 41.0, 0.0, 120,
                        180L, false, List.of(), List.of()),
                new RunResult.VerdictText("PASS", 0, List.of()),
                new RunResult.WriteGaps(6, gaps),
                downFor == 0
                        ? List.of(new RunResult.Mastership(0, FIRST))
                        : List.of(
                                new RunResult.Mastership(0, FIRST),
                                new RunResult.Mastership(downAt + downFor - 50, SECOND)));
    }

    private static Topology set(String master, String replica) {
        return new Topology(
                master,
                "SENTINELS",
                List.of(
                        new Topology.Node(master, "master", "7.0.15", "a", false, null),
                        new Topology.Node(replica, "slave", "7.0.15", "b", true, null)),
                3,
                3,
                2);
    }

    private static StreamProof proof(String node, long entries) {
        return new StreamProof(node, entries, 0, 0, 0, 0, 2, 0, 0, 4, Map.of("lost", List.of()));
    }
}
