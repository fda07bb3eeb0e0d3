package io.detektor.loadtester.fault;

import io.detektor.loadtester.plan.FaultAction;
import io.detektor.loadtester.plan.FaultSpec;
import io.detektor.loadtester.plan.InvalidValueException;
import io.detektor.localset.LocalSet;
import io.detektor.localset.LocalSetException;
import io.detektor.localset.Node;
import io.detektor.redisha.NodeAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Breaks the nodes of a {@link LocalSet}: by signals, by its namespaces, by Redis commands. */
public final class LocalSetDriver implements FaultDriver {

    /** What takes a set whose nodes have network namespaces of their own. */
    public static final Set<FaultAction> OF_THE_NETWORK =
            Set.copyOf(
                    EnumSet.of(
                            FaultAction.CUT,
                            FaultAction.UNPLUG,
                            FaultAction.DELAY,
                            FaultAction.RESET));

    private final LocalSet set;
    private final CommandFaults commands;
    private final LinkFaults links;

    /** Nodes that were killed or stopped here, and not started since. */
    private final Set<String> down = ConcurrentHashMap.newKeySet();

    public LocalSetDriver(LocalSet set) {
        this(set, "");
    }

    /**
     * @param stream the stream whose consumers are broken; empty where none are
     */
    public LocalSetDriver(LocalSet set, String stream) {
        this.set = set;
        this.commands = new CommandFaults(set, stream);
        this.links = new LinkFaults(set);
    }

    @Override
    public void check(FaultSpec fault) {
        if (fault.action().onNode()) {
            named(fault, fault.node());
            fault.from().forEach(name -> group(fault, name));
        }
        if (OF_THE_NETWORK.contains(fault.action())) {
            try {
                // cuts nothing; refused where nothing can be cut
                set.cut(set.redisNodes().getFirst(), List.of());
            } catch (LocalSetException e) {
                throw new InvalidValueException(
                        "--fault",
                        fault.toString(),
                        "an isolated set, in which nodes can be cut off");
            }
        }
        if (fault.action() == FaultAction.DELAY || fault.action() == FaultAction.RESET) {
            LinkFaults.obstacle()
                    .ifPresent(reason -> {
                        throw new InvalidValueException("--fault", fault.toString(), reason);
                    });
        }
        boolean consumers =
                fault.action() == FaultAction.TAKE || fault.action() == FaultAction.UNGROUP;
        if (consumers && !commands.hasStream()) {
            throw new InvalidValueException(
                    "--fault", fault.toString(), "a stream with consumers, as in the drill");
        }
    }

    private Node named(FaultSpec fault, String name) {
        try {
            return node(name);
        } catch (LocalSetException e) {
            throw new InvalidValueException(
                    "--fault", fault.toString(), String.valueOf(e.getMessage()));
        }
    }

    private Collection<Node> group(FaultSpec fault, String name) {
        return switch (name) {
            case "sentinels" -> set.sentinelNodes();
            case "replicas" -> set.replicas();
            default -> List.of(named(fault, name));
        };
    }

    /** {@code replica-2} is the second of those that are not the master at this moment. */
    private Node node(String name) {
        if (name.matches("replica-[1-9]")) {
            List<Node> replicas = set.replicas();
            int index = name.charAt(name.length() - 1) - '1';
            if (index < replicas.size()) {
                return replicas.get(index);
            }
        }
        try {
            return set.node(name);
        } catch (LocalSetException e) {
            // with too few Sentinels left nobody names the master: then it is who says so alone
            List<Node> masters =
                    name.equals("master")
                            ? set.redisNodes().stream().filter(CommandFaults::isMaster).toList()
                            : List.of();
            if (masters.size() == 1) {
                return masters.getFirst();
            }
            throw e;
        }
    }

    @Override
    public FaultNode resolve(String name) {
        return seen(node(name));
    }

    static FaultNode seen(Node node) {
        return new FaultNode(
                node.name(), new NodeAddress(node.host(), node.port()), node.isSentinel());
    }

    @Override
    public void inject(FaultSpec fault, FaultNode target) {
        Node node = set.node(target.name());
        switch (fault.action()) {
            case KILL -> {
                down.add(node.name());
                set.kill(node);
            }
            case WIPE -> {
                down.add(node.name());
                set.kill(node);
                set.wipe(node);
            }
            case STOP -> {
                down.add(node.name());
                set.stop(node);
            }
            case FREEZE -> set.freeze(node);
            case CUT -> cut(fault, node);
            case UNPLUG -> set.unplug(node);
            case HOLD -> set.holdBack(node);
            case SWITCH -> set.switchMaster();
            case START -> start(node);
            case DELAY, RESET -> links.inject(fault.action(), node);
            case FAILOVER, BUSY, SQUEEZE, CRASH_ELECTED, CRASH_PROMOTED, TAKE, UNGROUP ->
                    commands.inject(fault.action(), node);
        }
    }

    private void cut(FaultSpec fault, Node node) {
        if (fault.from().isEmpty()) {
            set.cutOff(node);
            return;
        }
        List<Node> from = new ArrayList<>();
        fault.from().forEach(name -> from.addAll(group(fault, name)));
        set.cut(node, from);
    }

    @Override
    public void heal(FaultSpec fault, FaultNode target) {
        Node node = set.node(target.name());
        switch (fault.action()) {
            case KILL, STOP, START, WIPE -> start(node);
            case FREEZE -> set.resume(node);
            case CUT -> set.heal(node);
            case UNPLUG -> set.plug(node);
            case HOLD -> set.release(node);
            case DELAY, RESET -> links.heal(node);
            case BUSY, SQUEEZE -> commands.heal(fault.action(), node);
            case CRASH_ELECTED, CRASH_PROMOTED -> {
                commands.heal(fault.action(), node);
                List<Node> crashed = commands.crashed();
                crashed.forEach(set::start);
                if (crashed.isEmpty()) {
                    throw new IllegalStateException(
                            "no Sentinel crashed (expected: the elected one)");
                }
            }
            case SWITCH, FAILOVER, TAKE, UNGROUP -> {}
        }
    }

    @Override
    public Optional<Boolean> effect(FaultSpec fault, FaultNode target) {
        return switch (fault.action()) {
            case SQUEEZE, CRASH_ELECTED, CRASH_PROMOTED, TAKE, UNGROUP ->
                    Optional.of(commands.effect(fault.action(), set.node(target.name())));
            case DELAY, RESET -> Optional.of(links.effect());
            default -> Optional.empty();
        };
    }

    @Override
    public Optional<Boolean> healed(FaultSpec fault, FaultNode target) {
        return switch (fault.action()) {
            case CRASH_ELECTED, CRASH_PROMOTED -> Optional.of(commands.crashed().isEmpty());
            default -> Optional.empty();
        };
    }

    @Override
    public boolean awaitWhole(Duration atMost) {
        try {
            set.awaitReplicas(atMost);
            return true;
        } catch (LocalSetException e) {
            return false;
        }
    }

    private void start(Node node) {
        if (down.remove(node.name())) {
            set.start(node);
        }
    }
}
