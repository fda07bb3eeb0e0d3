package io.detektor.loadtester.fault;

import io.detektor.loadtester.plan.FaultAction;
import io.detektor.loadtester.plan.FaultSpec;
import io.detektor.loadtester.plan.InvalidValueException;
import io.detektor.redisha.NodeAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * Breaks the containers of {@code docker compose up} through the docker command line. Questions to
 * Redis go through {@code docker exec}, where the containers' own redis-cli knows the passwords.
 */
public final class DockerDriver implements FaultDriver {

    private static final Set<FaultAction> POSSIBLE =
            EnumSet.of(
                    FaultAction.KILL,
                    FaultAction.STOP,
                    FaultAction.START,
                    FaultAction.FREEZE,
                    FaultAction.UNPLUG,
                    FaultAction.FAILOVER,
                    FaultAction.BUSY);

    private static final int REDIS_PORT = 6379;
    private static final int SENTINEL_PORT = 26379;

    /** stop_grace_period of the compose file is shorter than what a handover may take. */
    private static final String STOP_WITHIN_SECONDS = "60";

    private static final Duration POLL = Duration.ofMillis(200);

    private final Function<List<String>, String> run;
    private final String masterName;
    private final List<Container> containers;

    /**
     * A node.
     *
     * @param network the network that it is in
     * @param ip its fixed address there
     */
    private record Container(String name, String network, String ip, boolean sentinel) {
        NodeAddress address() {
            return new NodeAddress(ip, sentinel ? SENTINEL_PORT : REDIS_PORT);
        }
    }

    /**
     * Looks at what runs.
     *
     * @param run runs a command line to its end and says what it printed
     * @param project of docker compose
     * @param masterName as the Sentinels know it
     * @throws InvalidValueException when there is no such set
     */
    public DockerDriver(Function<List<String>, String> run, String project, String masterName) {
        this.run = run;
        this.masterName = masterName;
        List<Container> found = new ArrayList<>();
        String names =
                docker(
                        "ps",
                        "-a",
                        "--filter",
                        "label=com.docker.compose.project=" + project,
                        "--format",
                        "{{.Names}}");
        names.lines()
                .map(String::strip)
                .filter(name -> name.matches("redis-(master|slave(-\\d+)?)|sentinel-\\d+"))
                .sorted()
                .forEach(name -> found.add(container(name)));
        if (found.stream().noneMatch(Container::sentinel)
                || found.stream().allMatch(Container::sentinel)) {
            throw new InvalidValueException(
                    "--docker", project, "a project of docker compose whose set is up");
        }
        this.containers = List.copyOf(found);
    }

    private Container container(String name) {
        String network =
                docker(
                        "inspect",
                        "-f",
                        "{{range $name, $at := .NetworkSettings.Networks}}{{$name}}"
                                + " {{$at.IPAMConfig.IPv4Address}}{{println}}{{end}}",
                        name);
        String[] words = network.strip().split("\\s+", 3);
        if (words.length < 2) {
            throw new InvalidValueException(
                    "--docker", name, "a container with a fixed address in a network");
        }
        return new Container(name, words[0], words[1], name.startsWith("sentinel-"));
    }

    /** Where the Sentinels are. */
    public List<NodeAddress> sentinels() {
        return containers.stream().filter(Container::sentinel).map(Container::address).toList();
    }

    /** Where the data nodes are. */
    public List<NodeAddress> nodes() {
        return data().stream().map(Container::address).toList();
    }

    private List<Container> data() {
        return containers.stream().filter(container -> !container.sentinel()).toList();
    }

    @Override
    public void check(FaultSpec fault) {
        if (!POSSIBLE.contains(fault.action())) {
            throw new InvalidValueException(
                    "--fault",
                    fault.toString(),
                    "kill, stop, freeze, unplug, failover, busy or start with containers");
        }
        if (fault.action().onNode()) {
            try {
                var _ = named(fault.node());
            } catch (IllegalStateException e) {
                throw new InvalidValueException(
                        "--fault", fault.toString(), String.valueOf(e.getMessage()));
            }
        }
    }

    @Override
    public FaultNode resolve(String name) {
        Container container = named(name);
        return new FaultNode(container.name(), container.address(), container.sentinel());
    }

    /** {@code redis-2} is the second data node, as in a local set. */
    private Container named(String name) {
        if (name.equals("master")) {
            return master();
        }
        if (name.matches("replica(-\\d)?")) {
            Container master = master();
            List<Container> replicas =
                    data().stream().filter(container -> !container.equals(master)).toList();
            return at(replicas, name.equals("replica") ? 1 : name.charAt(8) - '0', name);
        }
        if (name.matches("redis-\\d")) {
            return at(data(), name.charAt(6) - '0', name);
        }
        return containers.stream()
                .filter(container -> container.name().equals(name))
                .findFirst()
                .orElseThrow(() -> unknown(name));
    }

    private Container at(List<Container> of, int number, String name) {
        if (number < 1 || number > of.size()) {
            throw unknown(name);
        }
        return of.get(number - 1);
    }

    private IllegalStateException unknown(String name) {
        return new IllegalStateException(
                "node: "
                        + name
                        + " (expected: master, replica, "
                        + String.join(", ", containers.stream().map(Container::name).toList())
                        + ")");
    }

    /** The one that a majority of the Sentinels names. */
    private Container master() {
        List<Container> watchers = containers.stream().filter(Container::sentinel).toList();
        Map<String, Integer> votes = new HashMap<>();
        for (Container sentinel : watchers) {
            String ip = nameOfMaster(sentinel);
            if (votes.merge(ip, 1, Integer::sum) * 2 > watchers.size()) {
                return data().stream()
                        .filter(container -> container.ip().equals(ip))
                        .findFirst()
                        .orElseThrow(() -> unknown("master"));
            }
        }
        throw new IllegalStateException("no majority of the Sentinels names a master");
    }

    private String nameOfMaster(Container sentinel) {
        try {
            return cli(sentinel, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", masterName)
                    .lines()
                    .findFirst()
                    .orElse("")
                    .strip();
        } catch (IllegalStateException e) {
            // one that is down has no vote
            return "";
        }
    }

    @Override
    public void inject(FaultSpec fault, FaultNode node) {
        Container container = named(node.name());
        switch (fault.action()) {
            case KILL -> docker("kill", container.name());
            case STOP -> docker("stop", "-t", STOP_WITHIN_SECONDS, container.name());
            case START -> docker("start", container.name());
            case FREEZE -> docker("pause", container.name());
            case UNPLUG -> docker("network", "disconnect", container.network(), container.name());
            case FAILOVER ->
                    cli(
                            containers.stream()
                                    .filter(Container::sentinel)
                                    .findFirst()
                                    .orElseThrow(),
                            "SENTINEL",
                            "FAILOVER",
                            masterName);
            case BUSY ->
                    docker(
                            "exec",
                            "-d",
                            container.name(),
                            "redis-cli",
                            "EVAL",
                            "while true do end",
                            "0");
            default -> throw new IllegalStateException(fault + " (expected: checked before)");
        }
    }

    @Override
    public void heal(FaultSpec fault, FaultNode node) {
        Container container = named(node.name());
        switch (fault.action()) {
            case KILL, STOP, START -> docker("start", container.name());
            case FREEZE -> {
                // harmless when there is nothing to undo: docker would complain
                if (state(container, "{{.State.Paused}}").equals("true")) {
                    docker("unpause", container.name());
                }
            }
            case UNPLUG ->
                    docker(
                            "network",
                            "connect",
                            "--ip",
                            container.ip(),
                            container.network(),
                            container.name());
            case BUSY -> {
                try {
                    cli(container, "SCRIPT", "KILL");
                } catch (IllegalStateException e) {
                    // a Sentinel has ended it before
                }
            }
            default -> {}
        }
    }

    /** Healthy is what the containers' own health check says. */
    @Override
    public boolean awaitWhole(Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        do {
            if (containers.stream()
                    .allMatch(container ->
                            state(container, "{{.State.Health.Status}}").equals("healthy"))) {
                return true;
            }
            LockSupport.parkNanos(POLL.toNanos());
        } while (System.nanoTime() < deadline);
        return false;
    }

    private String state(Container container, String format) {
        return docker("inspect", "-f", format, container.name()).strip();
    }

    private String cli(Container container, String... words) {
        List<String> command = new ArrayList<>(List.of("exec", container.name(), "redis-cli"));
        if (container.sentinel()) {
            command.addAll(List.of("-p", Integer.toString(SENTINEL_PORT)));
        }
        command.addAll(List.of(words));
        return docker(command.toArray(String[]::new));
    }

    private String docker(String... words) {
        List<String> command = new ArrayList<>(List.of("docker"));
        command.addAll(List.of(words));
        return run.apply(command);
    }
}
