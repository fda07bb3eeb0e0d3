package io.detektor.loadtester.fault;

import io.detektor.loadtester.plan.FaultSpec;
import java.time.Duration;

/** Whether a fault can be seen, and whether it is over. Stateless; each look may take a second. */
final class Effects {

    private final FaultDriver driver;
    private final NodeProbe probe;
    private final SetWatch watch;

    Effects(FaultDriver driver, NodeProbe probe, SetWatch watch) {
        this.driver = driver;
        this.probe = probe;
        this.watch = watch;
    }

    /**
     * Whether a fault has its effect.
     *
     * @param since when it was injected
     */
    boolean seen(FaultSpec fault, FaultNode node, Duration since) {
        return driver.effect(fault, node).orElseGet(() -> looks(fault, node, since));
    }

    private boolean looks(FaultSpec fault, FaultNode node, Duration since) {
        return switch (fault.action()) {
            case KILL, STOP, FREEZE, UNPLUG, BUSY, WIPE -> !probe.probe(node.address()).answers();
            case CUT ->
                    // who is cut off from other replicas only is seen by nobody but these
                    !fault.hidesFromSentinels()
                            || watch.first(since, "+sdown", said -> said.about(node.address()))
                                    .isPresent();
            case HOLD -> !probe.probe(node.address()).serves();
            case SWITCH, FAILOVER -> watch.changeAfter(since).isPresent();
            case START -> probe.probe(node.address()).answers();
            // only a driver that can say so takes these
            case SQUEEZE, CRASH_ELECTED, CRASH_PROMOTED, TAKE, UNGROUP, DELAY, RESET -> false;
        };
    }

    /** Whether a node serves again as it should. */
    boolean over(FaultSpec fault, FaultNode node) {
        return driver.healed(fault, node).orElseGet(() -> servesRightly(node));
    }

    /** A deposed master that does not know yet still says that it is one. */
    private boolean servesRightly(FaultNode node) {
        NodeProbe.NodeState state = probe.probe(node.address());
        return state.serves()
                && (state.role() != NodeProbe.Role.MASTER
                        || node.address().equals(watch.view().master()));
    }
}
