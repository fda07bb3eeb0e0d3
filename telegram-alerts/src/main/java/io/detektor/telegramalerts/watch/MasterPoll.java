package io.detektor.telegramalerts.watch;

import io.detektor.redisha.NodeAddress;
import io.detektor.redisha.connect.Role;
import io.detektor.redisha.master.MasterConnection;
import io.detektor.redisha.master.MasterConnections;
import io.detektor.redisha.sentinel.SentinelMonitor;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Asks the master how it is. Thread-safe; never blocks. */
final class MasterPoll implements AutoCloseable {

    private static final Pattern USED = Pattern.compile("(?m)^used_memory:(\\d+)");

    private final SentinelMonitor monitor;
    private final MasterConnection connection;
    private final InstantSource clock;
    private final AtomicBoolean asking = new AtomicBoolean();
    private volatile @Nullable MasterAnswer answer;

    MasterPoll(SentinelMonitor monitor, MasterConnections connections, InstantSource clock) {
        this.monitor = monitor;
        this.connection = connections.open("watch");
        this.clock = clock;
    }

    /** What it said last, however long ago. */
    Optional<MasterAnswer> answer() {
        return Optional.ofNullable(answer);
    }

    /** Asks, unless a question is under way. */
    void ask() {
        NodeAddress node = monitor.view().master();
        if (node == null || !asking.compareAndSet(false, true)) {
            return;
        }
        CompletableFuture<MasterAnswer> said =
                connection.call(commands ->
                        commands.role()
                                .thenCombine(
                                        commands.info("memory"),
                                        (role, info) ->
                                                said(node, Role.parse((List<?>) role), info)));
        var _ =
                said.whenComplete((value, _) -> {
                    // a node that follows another since we asked is no master
                    if (value != null && node.equals(monitor.view().master())) {
                        answer = value;
                    }
                    asking.set(false);
                });
    }

    private @Nullable MasterAnswer said(NodeAddress node, Role role, String memory) {
        if (!(role instanceof Role.Master master)) {
            return null;
        }
        Map<String, Long> lag = new HashMap<>();
        master.acknowledged()
                .forEach((replica, offset) ->
                        lag.put(replica.toString(), Math.max(0, master.offset() - offset)));
        Matcher used = USED.matcher(memory);
        return new MasterAnswer(
                node.toString(),
                clock.instant(),
                Map.copyOf(lag),
                used.find() ? Long.parseLong(String.valueOf(used.group(1))) : 0);
    }

    @Override
    public void close() {
        connection.close();
    }
}
