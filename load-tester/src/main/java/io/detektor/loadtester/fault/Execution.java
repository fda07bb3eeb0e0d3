package io.detektor.loadtester.fault;

import io.detektor.loadtester.plan.FaultSpec;
import io.detektor.redisha.NodeAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One fault as it goes; written by its own thread, read when that has ended. */
final class Execution {

    final FaultSpec spec;
    final List<String> problems = new ArrayList<>();
    @Nullable FaultNode node;
    @Nullable NodeAddress masterBefore;
    @Nullable Duration injected;
    @Nullable Duration effect;
    @Nullable Duration healed;
    @Nullable Duration back;
    boolean onMaster;

    Execution(FaultSpec spec) {
        this.spec = spec;
    }
}
