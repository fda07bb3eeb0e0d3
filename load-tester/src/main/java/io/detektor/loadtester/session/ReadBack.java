package io.detektor.loadtester.session;

import io.detektor.loadtester.plan.Units;
import io.detektor.loadtester.stream.StreamReader;
import io.detektor.loadtester.verify.StreamCheck;
import io.detektor.loadtester.verify.StreamProof;
import io.detektor.redisha.NodeAddress;
import io.detektor.redisha.sentinel.SentinelView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The fourth stage: the stream is read back from the master that the Sentinels name, and from each
 * replica once it has caught up. What keeps it from that is a doubt, not an error.
 */
final class ReadBack {

    private static final Duration MASTER_NAMED_WITHIN = Duration.ofSeconds(20);
    private static final Duration IN_SYNC_WITHIN = Duration.ofSeconds(60);

    private final RunState run;
    private final Reach reach;
    private final LoadSession.BeforeReadBack before;

    /**
     * What was read.
     *
     * @param master null when no master could be read
     * @param masterCheck message by message; null when no master could be read
     */
    record Read(
            @Nullable StreamProof master,
            @Nullable StreamCheck masterCheck,
            List<StreamProof> replicas) {

        static final Read NOTHING = new Read(null, null, List.of());
    }

    ReadBack(RunState run, Reach reach, LoadSession.BeforeReadBack before) {
        this.run = run;
        this.reach = reach;
        this.before = before;
    }

    Read run() {
        if (run.interruption().requested()) {
            run.doubt("interrupted before anything was read back");
            return Read.NOTHING;
        }
        String mark = reach.mark().orElse(null);
        if (mark == null) {
            run.doubt("no master is known to read back from: " + run.plan().target().redis());
            return Read.NOTHING;
        }
        run.console().status("waiting for a majority of the Sentinels to name the master");
        Optional<SentinelView> named = awaitNamedMaster();
        NodeAddress master = named.map(SentinelView::master).orElse(null);
        if (named.isEmpty() || master == null) {
            run.doubt("no majority of the Sentinels names a master to read from");
            return Read.NOTHING;
        }
        before.run(master);
        run.console().status("reading back from " + master);
        StreamCheck check = read(mark, master);
        if (check == null) {
            return Read.NOTHING;
        }
        StreamProof proof = check.result(master.toString());
        return new Read(proof, check, replicas(named.get(), master, mark));
    }

    private List<StreamProof> replicas(SentinelView view, NodeAddress master, String mark) {
        List<StreamProof> proofs = new ArrayList<>();
        for (NodeAddress replica : view.replicas()) {
            if (replica.equals(master)) {
                continue;
            }
            run.console().status("reading back from replica " + replica);
            if (!reach.reader().awaitInSync(master, replica, IN_SYNC_WITHIN, run.interruption())) {
                run.doubt(
                        "replica "
                                + replica
                                + " was not in sync within "
                                + Units.text(IN_SYNC_WITHIN)
                                + ", and not read");
                continue;
            }
            StreamCheck check = read(mark, replica);
            if (check != null) {
                proofs.add(check.result(replica.toString()));
            }
        }
        return proofs;
    }

    /** Null, and a doubt, when it was not read to the end. */
    private @Nullable StreamCheck read(String mark, NodeAddress node) {
        StreamCheck check = new StreamCheck(run.measurements().ledger(), reach.format());
        try {
            if (reach.reader().read(node, mark, check, run.interruption())) {
                return check;
            }
            run.doubt("interrupted while " + node + " was read back");
        } catch (StreamReader.ReadFailedException e) {
            run.doubt(String.valueOf(e.getMessage()));
        }
        return null;
    }

    private Optional<SentinelView> awaitNamedMaster() {
        long deadline = System.nanoTime() + MASTER_NAMED_WITHIN.toNanos();
        do {
            SentinelView view = reach.redis().monitor().view();
            boolean trusted =
                    switch (view.source()) {
                        case SENTINELS, SINGLE, FALLBACK -> true;
                        case HANDED_OVER, LAST_KNOWN, NONE -> false;
                    };
            if (trusted && view.master() != null) {
                return Optional.of(view);
            }
        } while (System.nanoTime() < deadline && !run.interruption().await(Duration.ofMillis(50)));
        return Optional.empty();
    }
}
