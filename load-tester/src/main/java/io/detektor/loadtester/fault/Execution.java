package io.detektor.loadtester.fault;

import io.detektor.loadtester.plan.FaultSpec;
import io.detektor.redisha.NodeAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One fault as it goes; written by its own thread, read when that has ended. */
final class Execution {

    final FaultSpec spec;
    final List<String> problems = new ArrayList<>();
    @Nullable FaultNode node;
    @Nullable NodeAddress masterBefore;

    /** Who could have become master when it was injected. */
    Set<NodeAddress> successors = Set.of();

    @Nullable Duration injected;
    @Nullable Duration effect;
    @Nullable Duration healed;
    @Nullable Duration back;
    boolean onMaster;

    Execution(FaultSpec spec) {
        this.spec = spec;
    }
}
