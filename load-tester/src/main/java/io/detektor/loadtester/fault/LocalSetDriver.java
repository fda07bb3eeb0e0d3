package io.detektor.loadtester.fault;

import io.detektor.loadtester.plan.FaultAction;
import io.detektor.loadtester.plan.FaultSpec;
import io.detektor.loadtester.plan.InvalidValueException;
import io.detektor.localset.LocalSet;
import io.detektor.localset.LocalSetException;
import io.detektor.localset.Node;
import io.detektor.redisha.NodeAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Breaks the processes of a set on this machine. Thread-safe; does not own the set. */
public final class LocalSetDriver implements FaultDriver {

    private final LocalSet set;

    /** Nodes that were killed or stopped here, and not started since. */
    private final Set<String> down = ConcurrentHashMap.newKeySet();

    public LocalSetDriver(LocalSet set) {
        this.set = set;
    }

    @Override
    public void check(FaultSpec fault) {
        if (!fault.action().onNode()) {
            return;
        }
        Node node;
        try {
            node = set.node(fault.node());
        } catch (LocalSetException e) {
            throw new InvalidValueException(
                    "--fault", fault.toString(), String.valueOf(e.getMessage()));
        }
        if (fault.action() == FaultAction.CUT) {
            try {
                // cuts nothing; refused where nothing can be cut
                set.cut(node, List.of());
            } catch (LocalSetException e) {
                throw new InvalidValueException(
                        "--fault",
                        fault.toString(),
                        "an isolated set, in which nodes can be cut off");
            }
        }
    }

    @Override
    public FaultNode resolve(String name) {
        Node node = set.node(name);
        return new FaultNode(
                node.name(), new NodeAddress(node.host(), node.port()), node.isSentinel());
    }

    @Override
    public void inject(FaultAction action, FaultNode target) {
        Node node = set.node(target.name());
        switch (action) {
            case KILL -> {
                down.add(node.name());
                set.kill(node);
            }
            case STOP -> {
                down.add(node.name());
                set.stop(node);
            }
            case FREEZE -> set.freeze(node);
            case CUT -> set.cutOff(node);
            case HOLD -> set.holdBack(node);
            case SWITCH -> set.switchMaster();
            case START -> start(node);
        }
    }

    @Override
    public void heal(FaultAction action, FaultNode target) {
        Node node = set.node(target.name());
        switch (action) {
            case KILL, STOP, START -> start(node);
            case FREEZE -> set.resume(node);
            case CUT -> set.heal(node);
            case HOLD -> set.release(node);
            case SWITCH -> {}
        }
    }

    private void start(Node node) {
        if (down.remove(node.name())) {
            set.start(node);
        }
    }
}
