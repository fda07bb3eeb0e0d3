package io.detektor.localset;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A network namespace for each node, so that nodes can be cut off from each other while clients on
 * the host reach them all.
 *
 * <pre>
 * host 10.a.b.1 ── veth ─┐
 * redis-1   10.a.b.11 ───┤ bridge, in a namespace of its own ("hub"): in the host's, the packet
 * sentinel-1 10.a.b.21 ──┘ filter of a container engine would drop what it does not know
 * </pre>
 *
 * A cut gives each of the two an address on the wire that nobody has for the other: what they send
 * goes nowhere, without an error and without a reset, as when a cable is pulled. It needs no packet
 * filter, and holds for open connections at once.
 *
 * @param prefix what the names of all namespaces of this network begin with; also the name of the
 *     host's end
 * @param subnet the first three numbers of the addresses
 */
record Isolation(String prefix, String subnet) {

    private static final String NOBODY = "02:00:00:00:00:01";
    private static final int ATTEMPTS = 100;

    /** Why this machine cannot do it; empty if it can. Tries, and leaves nothing behind. */
    static Optional<String> obstacle() {
        if (Tools.find("ip").isEmpty()) {
            return Optional.of("ip: not found on the PATH (expected: of the package iproute2)");
        }
        String probe = "dtk" + ProcessHandle.current().pid() + "-probe";
        Tools.Outcome made = ip("netns", "add", probe);
        if (made.status() != 0) {
            return Optional.of(
                    "ip netns add: " + made.output().strip() + " (expected: run as root)");
        }
        try {
            Tools.Outcome linked =
                    ip("-n", probe, "link", "add", "one", "type", "veth", "peer", "name", "two");
            return linked.status() == 0
                    ? Optional.empty()
                    : Optional.of("ip link add type veth: " + linked.output().strip());
        } finally {
            ip("netns", "del", probe);
        }
    }

    /**
     * Makes the network without any node.
     *
     * @throws LocalSetException if this machine cannot, or all names and addresses are taken
     */
    static Isolation create() {
        obstacle()
                .ifPresent(reason -> {
                    throw new LocalSetException("isolated: " + reason);
                });
        Isolation network = new Isolation(freePrefix(), freeSubnet());
        String hub = network.namespace("hub");
        String host = network.prefix;
        try {
            must("netns", "add", hub);
            must("-n", hub, "link", "add", "bridge", "type", "bridge");
            must("-n", hub, "link", "set", "bridge", "up");
            must("link", "add", host, "type", "veth", "peer", "name", "host", "netns", hub);
            must("addr", "add", network.subnet + ".1/24", "dev", host);
            must("link", "set", host, "up");
            must("-n", hub, "link", "set", "host", "master", "bridge", "up");
            return network;
        } catch (LocalSetException e) {
            network.remove(List.of());
            throw e;
        }
    }

    /** A name that no run has left behind: one that was killed could not tidy up. */
    private static String freePrefix() {
        String taken = must("netns", "list") + must("-o", "link");
        for (int i = 1; i < ATTEMPTS; i++) {
            String prefix = "dtk" + ProcessHandle.current().pid() + "x" + i;
            if (!taken.contains(prefix + "-") && !taken.contains(" " + prefix + "@")) {
                return prefix;
            }
        }
        throw new LocalSetException("isolated: no free name for a network namespace");
    }

    private static String freeSubnet() {
        List<String> routes =
                Arrays.stream(must("-4", "route", "show", "table", "all").split("\\s+", -1))
                        .filter(word -> word.matches("10\\.\\d+\\.\\d+\\.\\d+(/\\d+)?"))
                        .toList();
        for (int i = 0; i < ATTEMPTS; i++) {
            ThreadLocalRandom random = ThreadLocalRandom.current();
            String subnet = "10." + random.nextInt(64, 250) + "." + random.nextInt(1, 250);
            if (routes.stream().noneMatch(route -> overlaps(route, subnet))) {
                return subnet;
            }
        }
        throw new LocalSetException("isolated: no free 10.x.y.0/24; routes: " + routes);
    }

    private static boolean overlaps(String route, String subnet) {
        String[] parts = route.split("/", 2);
        int bits = Math.min(24, parts.length == 2 ? Integer.parseInt(parts[1]) : 32);
        int mask = bits == 0 ? 0 : -1 << (32 - bits);
        return (number(parts[0]) & mask) == (number(subnet + ".0") & mask);
    }

    private static int number(String address) {
        int number = 0;
        for (String part : address.split("\\.", -1)) {
            number = number << 8 | Integer.parseInt(part);
        }
        return number;
    }

    String namespace(String node) {
        return prefix + "-" + node;
    }

    /** Makes a namespace for a node and connects it. */
    void add(Node node) {
        String hub = namespace("hub");
        String home = namespace(node.name());
        must("netns", "add", home);
        must("-n", home, "link", "set", "lo", "up");
        must(
                "-n",
                home,
                "link",
                "add",
                "eth0",
                "type",
                "veth",
                "peer",
                "name",
                node.name(),
                "netns",
                hub);
        must("-n", home, "addr", "add", node.host() + "/24", "dev", "eth0");
        must("-n", home, "link", "set", "eth0", "up");
        must("-n", hub, "link", "set", node.name(), "master", "bridge", "up");
    }

    /** What to put before a command, so that it runs in the namespace of that node. */
    List<String> inside(Node node) {
        return List.of("ip", "netns", "exec", namespace(node.name()));
    }

    void cut(Node one, Node other) {
        misdirect(one, other);
        misdirect(other, one);
    }

    private void misdirect(Node from, Node to) {
        must(
                "-n",
                namespace(from.name()),
                "neigh",
                "replace",
                to.host(),
                "lladdr",
                NOBODY,
                "dev",
                "eth0",
                "nud",
                "permanent");
    }

    /** Of no effect on two that are not cut off from each other. */
    void heal(Node one, Node other) {
        ip("-n", namespace(one.name()), "neigh", "del", other.host(), "dev", "eth0");
        ip("-n", namespace(other.name()), "neigh", "del", one.host(), "dev", "eth0");
    }

    void unplug(Node node) {
        must("-n", namespace("hub"), "link", "set", node.name(), "down");
    }

    void plug(Node node) {
        must("-n", namespace("hub"), "link", "set", node.name(), "up");
    }

    /** Removes the namespaces; the processes in them have to be ended before. */
    void remove(List<Node> nodes) {
        nodes.forEach(node -> ip("netns", "del", namespace(node.name())));
        // the other end goes with it; the namespace alone would take it away only some time later
        ip("link", "del", prefix);
        ip("netns", "del", namespace("hub"));
    }

    private static Tools.Outcome ip(String... arguments) {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments));
        return Tools.run(command, Map.of());
    }

    private static String must(String... arguments) {
        Tools.Outcome outcome = ip(arguments);
        if (outcome.status() != 0) {
            throw new LocalSetException(
                    "ip " + String.join(" ", arguments) + ": " + outcome.output().strip());
        }
        return outcome.output();
    }
}
