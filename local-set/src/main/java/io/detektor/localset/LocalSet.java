package io.detektor.localset;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A Redis Sentinel set as processes on this machine: one master, one or two replicas, three
 * Sentinels, from the configuration files and entry points that are shipped; and the faults that
 * can befall it.
 *
 * <p>Every method that changes something blocks until the change is seen, or throws {@link
 * LocalSetException} saying what was seen instead. Thread-safe, except that two faults on the same
 * node at the same time have no defined order. Whoever starts a set closes it; a JVM that ends
 * without doing so closes it too, unless it is killed.
 */
public final class LocalSet implements AutoCloseable {

    private static final int SENTINELS = 3;
    private static final int START_ATTEMPTS = 5;
    // a master that did not stop cleanly waits up to 60 s for a failover before it serves again
    private static final Duration START_WITHIN = Duration.ofSeconds(90);
    private static final Duration READY_WITHIN = Duration.ofSeconds(60);
    private static final Duration STOP_WITHIN = Duration.ofSeconds(60);
    private static final List<String> SHIPPED =
            List.of(
                    "config/redis-master.conf",
                    "config/redis-slave.conf",
                    "config/sentinel.conf",
                    "bin/functions.sh",
                    "bin/redis-node",
                    "bin/redis-sentinel-node",
                    "bin/redis-switch");
    private static final Pattern PAUSED = Pattern.compile("writes paused for (\\d+) ms");

    private final SetState state;
    private final Topology topology;
    private final boolean owned;
    private final boolean temporary;
    private final Thread atExit = new Thread(this::end, "local-set-close");
    // guarded by this
    private boolean closed;

    private LocalSet(SetState state, boolean owned, boolean temporary) {
        this.state = state;
        this.topology = new Topology(state.masterName(), state.redis(), state.sentinels());
        this.owned = owned;
        this.temporary = temporary;
    }

    /** A new set; nothing runs before {@link Builder#start()}. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * A set that another process has started, to look at and to break. Closing it stops nothing.
     *
     * @param directory the one that {@link #directory()} of the other process says
     * @throws LocalSetException if there is none
     */
    public static LocalSet attach(Path directory) {
        return new LocalSet(SetState.load(directory), false, false);
    }

    public String masterName() {
        return state.masterName();
    }

    /** {@code host:port} of each Sentinel. */
    public List<String> sentinels() {
        return state.sentinels().stream().map(Node::address).toList();
    }

    /** {@code redis-1} first; {@code redis-1} is the master of a set that has just started. */
    public List<Node> redisNodes() {
        return state.redis();
    }

    public List<Node> sentinelNodes() {
        return state.sentinels();
    }

    /** Logs ({@code <node>.log}), data, and what {@link #attach} needs. */
    public Path directory() {
        return state.directory();
    }

    /**
     * A node by its name, or by its role at this moment.
     *
     * @param name for instance {@code redis-2} or {@code sentinel-1}; or {@code master}, or {@code
     *     replica} for the first one that is not the master
     * @throws LocalSetException if there is none, or the role is asked and no majority of the
     *     Sentinels names a master
     */
    public Node node(String name) {
        return switch (name) {
            case "master" -> master();
            case "replica" -> replicas().getFirst();
            default ->
                    Stream.concat(redisNodes().stream(), sentinelNodes().stream())
                            .filter(node -> node.name().equals(name))
                            .findFirst()
                            .orElseThrow(() ->
                                    new LocalSetException(
                                            "node: "
                                                    + name
                                                    + " (expected: master, replica, "
                                                    + names()
                                                    + ")"));
        };
    }

    private String names() {
        return String.join(
                ", ",
                Stream.concat(redisNodes().stream(), sentinelNodes().stream())
                        .map(Node::name)
                        .toList());
    }

    /**
     * The node that a majority of the Sentinels names; it need not be alive.
     *
     * @throws LocalSetException if there is no majority
     */
    public Node master() {
        return topology.namedMaster()
                .orElseThrow(
                        () -> new LocalSetException("no majority of the Sentinels names a master"));
    }

    /** The data nodes that are not the {@link #master()}, dead ones included. */
    public List<Node> replicas() {
        Node master = master();
        return redisNodes().stream().filter(node -> !node.equals(master)).toList();
    }

    /** Kills the server (SIGKILL); returns when it is dead. */
    public void kill(Node node) {
        NodeProcess.kill(node);
    }

    /** Stops the server in its tracks (SIGSTOP): it keeps its connections and answers nothing. */
    public void freeze(Node node) {
        NodeProcess.freeze(node);
    }

    /** Lets a frozen server go on. */
    public void resume(Node node) {
        NodeProcess.resume(node);
    }

    /**
     * Stops a node as an operator does (SIGTERM to its entry point); returns when it has ended. A
     * master hands over first if a replica can take it.
     */
    public void stop(Node node) {
        ProcessHandle entryPoint =
                NodeProcess.entryPointOf(node)
                        .orElseThrow(
                                () -> new LocalSetException(node + ": does not run" + see(node)));
        NodeProcess.signal("TERM", entryPoint.pid());
        Await.until(
                () -> NodeProcess.entryPointOf(node).isEmpty(),
                STOP_WITHIN,
                () -> node + ": still runs after SIGTERM" + see(node));
    }

    /**
     * Starts a node that was killed or stopped; returns when it answers PING. It decides its role
     * by itself: a master that was killed waits until another is elected, and joins as a replica.
     */
    public void start(Node node) {
        if (NodeProcess.entryPointOf(node).isPresent()) {
            throw new LocalSetException(node + ": runs already (expected: killed or stopped)");
        }
        Process entryPoint = launch(node);
        Await.until(
                () -> answers(node) || !entryPoint.isAlive(),
                START_WITHIN,
                () -> node + ": does not answer PING" + see(node));
        if (!answers(node)) {
            throw new LocalSetException(node + ": ended at its start" + see(node));
        }
    }

    private static boolean answers(Node node) {
        return Resp.tryAsk(node, "PING").filter("PONG"::equals).isPresent();
    }

    /**
     * Keeps a replica from getting anything more from its master, for certain and without
     * isolation: its link is broken, and cannot come back before {@link #release}. The Sentinels go
     * on taking it for promotable, until it has been without its master for 20 s.
     *
     * <p>So a loss can be forced: hold back the only replica, write without waiting for it, kill
     * the master; the replica is promoted without those writes. (Freezing it instead would not do:
     * what the master sent until its death waits in the socket of the replica.)
     */
    public void holdBack(Node replica) {
        // no node of a local set has a password, and a master without one refuses AUTH
        order(replica, "CONFIG", "SET", "masterauth", "held-back");
        order(replica, "CLIENT", "KILL", "TYPE", "master");
        Await.until(
                () ->
                        Resp.tryAsk(replica, "INFO", "replication")
                                .filter(info -> info.toString().contains("master_link_status:down"))
                                .isPresent(),
                Duration.ofSeconds(5),
                () -> replica + ": its link to the master is up" + see(replica));
    }

    /** Lets a replica that was held back follow its master again. */
    public void release(Node replica) {
        order(replica, "CONFIG", "SET", "masterauth", "");
    }

    private static void order(Node node, String... command) {
        try {
            Resp.ask(node, command);
        } catch (IOException e) {
            throw new LocalSetException(
                    node + ": " + String.join(" ", command) + ": " + e.getMessage(), e);
        }
    }

    /**
     * Why {@link Builder#isolated} is not possible on this machine (it needs root and the program
     * {@code ip}); empty if it is.
     */
    public static Optional<String> canIsolate() {
        return Isolation.obstacle();
    }

    /**
     * Cuts a node off from others: no packet passes either way, nobody is told, open connections
     * stay open. Clients on the host still reach it. On isolated sets only.
     *
     * @throws LocalSetException if the set is not isolated
     */
    public void cut(Node node, Collection<Node> from) {
        Isolation network = network();
        from.stream().filter(other -> !other.equals(node)).forEach(o -> network.cut(node, o));
    }

    /** Cuts a node off from all others; see {@link #cut}. */
    public void cutOff(Node node) {
        cut(node, all());
    }

    /**
     * Undoes every {@link #cut} of a node, whichever of the two sides it was named on. Connections
     * that were open may take a while to notice: TCP repeats more and more rarely, and a replica
     * gives its link up after 15 s.
     */
    public void heal(Node node) {
        Isolation network = network();
        all().stream().filter(o -> !o.equals(node)).forEach(other -> network.heal(node, other));
    }

    private Isolation network() {
        Isolation network = state.network();
        if (network == null) {
            throw new LocalSetException(
                    "isolated: false (expected: true, for faults of the network)");
        }
        return network;
    }

    /**
     * Switches the master as an operator does, by {@code redis-switch}.
     *
     * @return for how long writes were paused
     * @throws LocalSetException if the set did not switch, with what the command said
     */
    public Duration switchMaster() {
        Map<String, String> environment = new HashMap<>();
        environment.put("SENTINELS", String.join(" ", sentinels()));
        environment.put("MASTER_NAME", masterName());
        Tools.Outcome outcome =
                Tools.run(
                        List.of("/bin/sh", directory().resolve("bin/redis-switch").toString()),
                        environment);
        Matcher paused = PAUSED.matcher(outcome.output());
        if (outcome.status() != 0 || !paused.find()) {
            throw new LocalSetException(
                    "status " + outcome.status() + ": " + outcome.output().strip());
        }
        return Duration.ofMillis(Long.parseLong(paused.group(1)));
    }

    /**
     * Blocks until the set is whole: every data node up, one master, the others in sync with it and
     * promotable for every Sentinel that answers.
     *
     * @throws LocalSetException saying what is missing, when the time is over
     */
    public void awaitReplicas(Duration timeout) {
        Await.untilSilent(() -> topology.complaint(false), timeout, seeAll());
    }

    /**
     * Ends every process of the set and removes what was made for it: at once, nothing is handed
     * over. Does nothing on an {@linkplain #attach attached} set, or when called again.
     */
    @Override
    public void close() {
        if (!owned) {
            return;
        }
        end();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            return; // the JVM is ending, and the hook is what runs, or has run
        }
    }

    private synchronized void end() {
        if (closed) {
            return;
        }
        closed = true;
        NodeProcess.killAll(all());
        Isolation network = state.network();
        if (network != null) {
            network.remove(all());
        }
        if (temporary) {
            delete(directory());
        }
    }

    private List<Node> all() {
        List<Node> all = new ArrayList<>(sentinelNodes());
        all.addAll(redisNodes());
        return all;
    }

    private String see(Node node) {
        return ", see " + node.log();
    }

    private String seeAll() {
        return " (logs: " + directory() + "/*.log)";
    }

    private Process launch(Node node) {
        Path home = directory();
        Map<String, String> settings = new HashMap<>();
        settings.put("MASTER_NAME", masterName());
        settings.put("INITIAL_MASTER", redisNodes().getFirst().address());
        settings.put("SENTINELS", String.join(" ", sentinels()));
        String entryPoint;
        String prefix;
        String config;
        if (node.isSentinel()) {
            entryPoint = "redis-sentinel-node";
            prefix = "SENTINEL_";
            config = "sentinel.conf";
        } else {
            entryPoint = "redis-node";
            prefix = "NODE_";
            config =
                    node.equals(redisNodes().getFirst()) ? "redis-master.conf" : "redis-slave.conf";
        }
        settings.put(prefix + "CONFIG", home.resolve("config").resolve(config).toString());
        settings.put(prefix + "IP", node.host());
        settings.put(prefix + "PORT", String.valueOf(node.port()));
        settings.put(prefix + "DIR", node.directory().toString());

        Isolation network = state.network();
        List<String> command = new ArrayList<>();
        if (network != null) {
            // the addresses of its network are reached by this host only
            settings.put("NODE_ALLOW_NO_PASSWORD", "yes");
            command.addAll(network.inside(node));
        }
        // a session of its own: Ctrl-C in a terminal reaches this JVM, which then ends the set in
        // its own order; and all that the entry point starts can be found
        command.addAll(
                List.of("setsid", "/bin/sh", home.resolve("bin").resolve(entryPoint).toString()));
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(node.directory().toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(node.log().toFile()));
        Map<String, String> environment = builder.environment();
        // what is set for another set, by whoever started this JVM
        environment
                .keySet()
                .removeIf(name ->
                        name.startsWith("REDIS")
                                || name.startsWith("SENTINEL")
                                || name.startsWith("NODE_"));
        environment.putAll(settings);
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            Files.writeString(NodeProcess.sessionFile(node), String.valueOf(process.pid()));
            return process;
        } catch (IOException e) {
            throw new LocalSetException(node + ": " + e.getMessage(), e);
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Settings of a set that is not started yet. Not thread-safe. */
    public static final class Builder {

        private @Nullable Path directory;
        private int replicas = 1;
        private int basePort;
        private String masterName = "mymaster";
        private @Nullable Duration downAfter;
        private boolean isolated;

        private Builder() {}

        /**
         * Where everything is kept, also after {@link LocalSet#close()}; it may exist but hold no
         * set. By default a temporary one, which is deleted by {@link LocalSet#close()}.
         */
        public Builder directory(Path directory) {
            this.directory = directory;
            return this;
        }

        /** 1 (the default) or 2. */
        public Builder replicas(int replicas) {
            if (replicas < 1 || replicas > 2) {
                throw new IllegalArgumentException("replicas: " + replicas + " (expected: 1-2)");
            }
            this.replicas = replicas;
            return this;
        }

        /** First of the consecutive ports to use; by default free ones are chosen. */
        public Builder basePort(int basePort) {
            this.basePort = basePort;
            return this;
        }

        public Builder masterName(String masterName) {
            if (!masterName.matches("[A-Za-z0-9._-]+")) {
                throw new IllegalArgumentException(
                        "masterName: " + masterName + " (expected: letters, digits, . _ -)");
            }
            this.masterName = masterName;
            return this;
        }

        /**
         * Whether each node gets a network namespace of its own, for {@link LocalSet#cut}. Off by
         * default, as it needs root; see {@link LocalSet#canIsolate}.
         */
        public Builder isolated(boolean isolated) {
            this.isolated = isolated;
            return this;
        }

        /** Overrides {@code down-after-milliseconds} of the shipped file. */
        public Builder downAfter(Duration downAfter) {
            this.downAfter = downAfter;
            return this;
        }

        /**
         * Starts the set, and blocks until it is whole: {@code redis-1} master, each replica in
         * sync and promotable for every Sentinel, each Sentinel knowing the others.
         *
         * @throws LocalSetException if a program is missing, no ports are free, or the set does not
         *     get ready; nothing is left running then
         */
        public LocalSet start() {
            Tools.require();
            Path home = prepareDirectory();
            for (int attempt = 1; ; attempt++) {
                LocalSet set = new LocalSet(describe(home), true, directory == null);
                Runtime.getRuntime().addShutdownHook(set.atExit);
                boolean ready = false;
                try {
                    set.firstStart(downAfter);
                    ready = true;
                    return set;
                } catch (PortTaken e) {
                    if (basePort != 0 || attempt == START_ATTEMPTS) {
                        throw new LocalSetException(String.valueOf(e.getMessage()), e);
                    }
                } catch (LocalSetException e) {
                    throw new LocalSetException(e.getMessage() + set.lastWords(), e);
                } finally {
                    if (!ready) {
                        set.close();
                    }
                }
                home = prepareDirectory();
            }
        }

        private Path prepareDirectory() {
            try {
                Path home =
                        directory == null
                                ? Files.createTempDirectory("local-set")
                                : Files.createDirectories(directory);
                home = home.toRealPath();
                if (SetState.existsIn(home)) {
                    throw new LocalSetException(
                            "directory: " + home + " holds a set (expected: none)");
                }
                for (String file : SHIPPED) {
                    Path target = home.resolve(file);
                    Files.createDirectories(target.getParent());
                    try (InputStream shipped = LocalSet.class.getResourceAsStream(file)) {
                        if (shipped == null) {
                            throw new LocalSetException(file + ": not on the class path");
                        }
                        Files.write(target, shipped.readAllBytes());
                    }
                }
                return home;
            } catch (IOException e) {
                throw new LocalSetException("directory: " + directory + ": " + e.getMessage(), e);
            }
        }

        private SetState describe(Path home) {
            // alone in its namespace, a node has every port to itself
            Isolation network = isolated ? Isolation.create() : null;
            int count = 1 + replicas + SENTINELS;
            int port = basePort != 0 ? basePort : isolated ? 6379 : Ports.free(count);
            List<Node> redis = new ArrayList<>();
            List<Node> sentinels = new ArrayList<>();
            for (int i = 1; i <= 1 + replicas; i++) {
                String name = "redis-" + i;
                String host = network == null ? "127.0.0.1" : network.subnet() + "." + (10 + i);
                redis.add(new Node(name, host, port++, home.resolve(name), false));
            }
            for (int i = 1; i <= SENTINELS; i++) {
                String name = "sentinel-" + i;
                String host = network == null ? "127.0.0.1" : network.subnet() + "." + (20 + i);
                sentinels.add(new Node(name, host, port++, home.resolve(name), true));
            }
            return new SetState(home, masterName, redis, sentinels, network);
        }
    }

    private void firstStart(@Nullable Duration downAfter) {
        state.save();
        for (Node node : all()) {
            try {
                Files.createDirectories(node.directory());
            } catch (IOException e) {
                throw new LocalSetException(node + ": " + e.getMessage(), e);
            }
            if (state.network() != null) {
                state.network().add(node);
            }
            launch(node);
        }
        Await.untilSilent(
                () -> {
                    for (Node node : all()) {
                        throwIfPortTaken(node);
                    }
                    return topology.complaint(true);
                },
                READY_WITHIN,
                seeAll());
        if (downAfter != null) {
            for (Node sentinel : sentinelNodes()) {
                String millis = String.valueOf(downAfter.toMillis());
                try {
                    Resp.ask(
                            sentinel,
                            "SENTINEL",
                            "SET",
                            masterName(),
                            "down-after-milliseconds",
                            millis);
                } catch (IOException e) {
                    throw new LocalSetException(sentinel + ": " + e.getMessage(), e);
                }
            }
        }
    }

    private static void throwIfPortTaken(Node node) {
        try {
            if (Files.exists(node.log())
                    && NodeProcess.entryPointOf(node).isEmpty()
                    && Files.readString(node.log()).contains("Address already in use")) {
                throw new PortTaken("port: " + node.port() + " of " + node + " is in use");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends of the logs: a temporary directory is gone when the exception is read. */
    private String lastWords() {
        StringBuilder words = new StringBuilder();
        for (Node node : all()) {
            try {
                List<String> lines = Files.readAllLines(node.log());
                words.append("\n--- ").append(node.log());
                lines.subList(Math.max(0, lines.size() - 8), lines.size())
                        .forEach(line -> words.append('\n').append(line));
            } catch (IOException e) {
                words.append("\n--- no log of ").append(node);
            }
        }
        return words.toString();
    }

    /** Someone else got the port between the choice and the start; another choice may do. */
    private static final class PortTaken extends RuntimeException {
        PortTaken(String message) {
            super(message);
        }
    }
}
