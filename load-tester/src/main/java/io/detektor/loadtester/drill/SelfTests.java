package io.detektor.loadtester.drill;

import io.detektor.loadtester.fault.LocalSetDriver;
import io.detektor.loadtester.plan.TargetPlan;
import io.detektor.loadtester.report.RunResult;
import io.detektor.loadtester.run.Interruption;
import io.detektor.loadtester.verify.StreamProof;
import io.detektor.localset.LocalSet;
import io.detektor.localset.Node;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/** A checker that was never seen to fail proves nothing: what it must see is done to a stream. */
final class SelfTests {

    private static final Duration LOAD = Duration.ofSeconds(1);
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private static final String LAST =
            "local e = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1] ";

    /**
     * One of them.
     *
     * @param script plays the trick on the stream, on the master
     * @param count what has to be 1
     */
    private record Trick(
            String name, String what, String script, ToLongFunction<StreamProof> count) {}

    private static final List<Trick> TRICKS =
            List.of(
                    new Trick(
                            "an entry is deleted",
                            "lost",
                            LAST + "return redis.call('XDEL', KEYS[1], e[1])",
                            StreamProof::lost),
                    new Trick(
                            "an entry is copied",
                            "duplicated",
                            LAST + "return redis.call('XADD', KEYS[1], '*', unpack(e[2]))",
                            StreamProof::duplicated),
                    new Trick(
                            "an entry is forged",
                            "unexpected",
                            LAST
                                    + "for i = 1, #e[2], 2 do if e[2][i] == 'id' then"
                                    + " e[2][i + 1] = e[2][i + 1] .. '00000' end end "
                                    + "return redis.call('XADD', KEYS[1], '*', unpack(e[2]))",
                            StreamProof::unexpected),
                    new Trick(
                            "a byte is changed",
                            "corrupted",
                            LAST
                                    + "for i = 1, #e[2], 2 do if e[2][i] == 'data' then "
                                    + "local d = e[2][i + 1] "
                                    + "e[2][i + 1] = string.char((string.byte(d) + 1) % 256)"
                                    + " .. string.sub(d, 2) end end "
                                    + "redis.call('XDEL', KEYS[1], e[1]) "
                                    + "return redis.call('XADD', KEYS[1], '*', unpack(e[2]))",
                            StreamProof::corrupted));

    private SelfTests() {}

    /** Plays each trick on a run of its own. */
    static List<DrillReport.SelfTest> run(LocalSet set, Runs runs, Interruption interruption) {
        List<DrillReport.SelfTest> results = new ArrayList<>();
        for (Trick trick : TRICKS) {
            if (interruption.requested()) {
                return results;
            }
            RunResult result =
                    runs.stream(
                            Runs.redis(set),
                            TargetPlan.Ack.IN_SYNC,
                            new Runs.Task(LOAD, DEADLINE, List.of(), 0),
                            new LocalSetDriver(set),
                            master -> play(set, master.toString(), trick),
                            null);
            StreamProof proof = result.proof().master();
            long count = proof == null ? -1 : trick.count().applyAsLong(proof);
            results.add(
                    new DrillReport.SelfTest(
                            trick.name(),
                            "1 " + trick.what() + ", exit code 4",
                            (count < 0 ? "nothing read" : count + " " + trick.what())
                                    + ", exit code "
                                    + result.verdict().exitCode(),
                            count == 1 && result.verdict().exitCode() == 4));
            clear(set);
        }
        return results;
    }

    private static void play(LocalSet set, String master, Trick trick) {
        LocalSet.ask(at(set, master), "EVAL", trick.script(), "1", Runs.STREAM);
    }

    /** A run that failed keeps its stream as evidence: this evidence is forged. */
    private static void clear(LocalSet set) {
        LocalSet.ask(set.master(), "UNLINK", Runs.STREAM);
    }

    private static Node at(LocalSet set, String address) {
        return set.redisNodes().stream()
                .filter(node -> node.address().equals(address))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(address + " (expected: of the set)"));
    }
}
