package io.detektor.localset;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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

    // a master that did not stop cleanly waits up to 60 s for a failover before it serves again
    private static final Duration START_WITHIN = Duration.ofSeconds(90);
    private static final Duration STOP_WITHIN = Duration.ofSeconds(60);
    private static final Pattern PAUSED = Pattern.compile("writes paused for (\\d+) ms");

    private final SetState state;
    private final Topology topology;
    private final Launcher launcher;
    private final boolean owned;
    private final boolean temporary;
    private final Thread atExit = new Thread(this::end, "local-set-close");
    // guarded by this
    private boolean closed;

    private LocalSet(SetState state, boolean owned, boolean temporary) {
        this.state = state;
        this.topology = new Topology(state.masterName(), state.redis(), state.sentinels());
        this.launcher = new Launcher(state);
        this.owned = owned;
        this.temporary = temporary;
    }

    /** A new set; nothing runs before {@link LocalSetBuilder#start()}. */
    public static LocalSetBuilder builder() {
        return new LocalSetBuilder();
    }

    /**
     * Starts a set that was described.
     *
     * @throws Launcher.PortTaken if somebody else got a port; other ones may do
     * @throws LocalSetException if it does not get ready; nothing is left running then
     */
    static LocalSet begin(SetState state, boolean temporary, @Nullable Duration downAfter) {
        LocalSet set = new LocalSet(state, true, temporary);
        Runtime.getRuntime().addShutdownHook(set.atExit);
        boolean ready = false;
        try {
            set.launcher.firstStart(set.topology, downAfter);
            ready = true;
            return set;
        } catch (LocalSetException e) {
            throw new LocalSetException(e.getMessage() + set.launcher.lastWords(), e);
        } finally {
            if (!ready) {
                set.close();
            }
        }
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

    /**
     * Ends and removes a set whose owner is gone, and could not close it: processes, namespaces and
     * the directory.
     *
     * @throws LocalSetException if the directory holds no set
     */
    public static void sweep(Path directory) {
        new LocalSet(SetState.load(directory), true, true).end();
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
        Process entryPoint = launcher.launch(node);
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
        ask(replica, "CONFIG", "SET", "masterauth", "held-back");
        ask(replica, "CLIENT", "KILL", "TYPE", "master");
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
        ask(replica, "CONFIG", "SET", "masterauth", "");
    }

    /**
     * Why {@link LocalSetBuilder#isolated} is not possible on this machine (it needs root and the
     * program {@code ip}); empty if it is.
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

    /**
     * Pulls the cable of a node: no packet passes from or to anybody, the client included. On
     * isolated sets only.
     */
    public void unplug(Node node) {
        network().unplug(node);
    }

    /** Plugs it in again; harmless when it is in. */
    public void plug(Node node) {
        network().plug(node);
    }

    /**
     * What to put before a command so that it runs where a node does, on the same side of each
     * {@link #cut}. On isolated sets only.
     */
    public List<String> inside(Node node) {
        return network().inside(node);
    }

    /** The address by which the nodes of an isolated set know this host. */
    public String hostAddress() {
        return network().subnet() + ".1";
    }

    /**
     * Deletes the data of a node that does not run, as a new disk would.
     *
     * @throws LocalSetException if it runs
     */
    public void wipe(Node node) {
        if (NodeProcess.entryPointOf(node).isPresent()) {
            throw new LocalSetException(node + ": runs (expected: killed or stopped)");
        }
        try (Stream<Path> tree = Files.walk(node.directory())) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                if (!path.equals(node.directory())) {
                    Files.deleteIfExists(path);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Asks a node one question.
     *
     * @return a text, a number, a list of these, or null for nil
     * @throws LocalSetException if it answers with an error, or not within a second and a half
     */
    public static @Nullable Object ask(Node node, String... command) {
        try {
            return Resp.ask(node, command);
        } catch (IOException e) {
            throw new LocalSetException(
                    node + ": " + String.join(" ", command) + ": " + e.getMessage(), e);
        }
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
        return state.all();
    }

    private String see(Node node) {
        return ", see " + node.log();
    }

    private String seeAll() {
        return " (logs: " + directory() + "/*.log)";
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
}
