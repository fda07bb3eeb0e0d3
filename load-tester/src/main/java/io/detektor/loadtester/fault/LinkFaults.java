package io.detektor.loadtester.fault;

import io.detektor.loadtester.plan.FaultAction;
import io.detektor.localset.LocalSet;
import io.detektor.localset.Node;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Faults of single connections: a {@link LinkProxy} runs where the master does, and the master's
 * namespace hands it new connections from one address, by a rule of its packet filter that goes
 * with the namespace. Needs no netem in the kernel. Thread-safe.
 */
final class LinkFaults {

    /** In the master's namespace, where nobody else listens. */
    private static final int PROXY_PORT = 6390;

    private final LocalSet set;
    private final Map<String, Link> links = new ConcurrentHashMap<>();
    private final AtomicLong seen = new AtomicLong();

    private record Link(Node master, Process proxy, List<String> rule) {}

    LinkFaults(LocalSet set) {
        this.set = set;
    }

    /** Why it cannot be done on this machine; empty if it can. */
    static Optional<String> obstacle() {
        return Programs.onPath("iptables")
                ? Optional.empty()
                : Optional.of("the program iptables, to lead connections through a proxy");
    }

    /**
     * @param node for a delay the replica whose link gets slow; for a reset the master
     */
    void inject(FaultAction action, Node node) {
        Node master = set.master();
        String from = action == FaultAction.DELAY ? node.host() : set.hostAddress();
        Process proxy =
                Programs.own(
                        set.inside(master),
                        parent(set),
                        "link-proxy",
                        action.word(),
                        Integer.toString(PROXY_PORT),
                        Integer.toString(master.port()));
        List<String> rule =
                List.of(
                        "PREROUTING",
                        "-s",
                        from,
                        "-p",
                        "tcp",
                        "--dport",
                        Integer.toString(master.port()),
                        "-j",
                        "REDIRECT",
                        "--to-ports",
                        Integer.toString(PROXY_PORT));
        links.put(node.name(), new Link(master, proxy, rule));
        seen.set(0);
        follow(proxy);
        filter(master, "-A", rule);
        hangUp(master, from);
    }

    /** The home of the drill that the set belongs to. */
    private static Path parent(LocalSet set) {
        Path parent = set.directory().getParent();
        return parent == null ? set.directory() : parent;
    }

    /** Each line of the proxy is something that it did to a connection. The first says ready. */
    private void follow(Process proxy) {
        BufferedReader said =
                new BufferedReader(
                        new InputStreamReader(proxy.getInputStream(), StandardCharsets.UTF_8));
        try {
            String ready = said.readLine();
            if (!"ready".equals(ready)) {
                throw new IllegalStateException(
                        "link-proxy said " + ready + " (expected: ready, to take connections)");
            }
        } catch (IOException e) {
            throw new IllegalStateException("link-proxy: " + e.getMessage(), e);
        }
        Thread.ofVirtual()
                .name("link-proxy")
                .start(() -> said.lines().forEach(_ -> seen.incrementAndGet()));
    }

    boolean effect() {
        return seen.get() > 0;
    }

    void heal(Node node) {
        Link link = links.remove(node.name());
        if (link == null) {
            return;
        }
        filter(link.master(), "-D", link.rule());
        link.proxy().destroyForcibly();
        try {
            link.proxy().waitFor(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void filter(Node master, String order, List<String> rule) {
        List<String> command = new ArrayList<>(set.inside(master));
        command.addAll(List.of("iptables", "-w", "-t", "nat", order));
        command.addAll(rule);
        Programs.must(command);
    }

    /** Connections that are open keep their way; new ones take the other. */
    private static void hangUp(Node master, String from) {
        String clients = String.valueOf(LocalSet.ask(master, "CLIENT", "LIST"));
        clients.lines()
                .filter(line -> line.contains(" addr=" + from + ":"))
                .map(line -> line.replaceAll("^id=(\\d+) .*", "$1"))
                .forEach(id -> LocalSet.ask(master, "CLIENT", "KILL", "ID", id));
    }
}
