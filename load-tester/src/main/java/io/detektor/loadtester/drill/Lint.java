package io.detektor.loadtester.drill;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Looks for what makes a set lose data or stay down, before it is put to the test. Stateless. */
final class Lint {

    /** What an entry takes in the stream beside its payload; measured: some 90 bytes. */
    private static final int ENTRY_OVERHEAD = 100;

    /** A node that was away for as long as this should not need a full resynchronisation. */
    private static final Duration OUTAGE = Duration.ofMinutes(1);

    private static final long SLOW_FAILOVER_MS = 60_000;
    private static final long LATE_MS = 10_000;
    private static final long HASTY_MS = 1_000;

    private final SetFacts facts;
    private final List<Finding> findings = new ArrayList<>();

    private Lint(SetFacts facts) {
        this.facts = facts;
    }

    /**
     * What there is to say.
     *
     * @param rate messages per second
     * @param messageBytes payload of one
     * @param longest how long the longest run of the drill sends
     */
    static List<Finding> of(SetFacts facts, int rate, int messageBytes, Duration longest) {
        Lint lint = new Lint(facts);
        long perSecond = (long) rate * (messageBytes + ENTRY_OVERHEAD);
        facts.nodes().forEach((name, node) -> lint.node(name, node, perSecond, longest));
        facts.sentinels().forEach(lint::sentinel);
        lint.together();
        return lint.findings;
    }

    private void node(String name, SetFacts.DataNode node, long bytesPerSecond, Duration longest) {
        Map<String, String> config = node.config();
        String eviction = config.getOrDefault("maxmemory-policy", "");
        if (!eviction.equals("noeviction")) {
            error(name, "maxmemory-policy", eviction, "noeviction: anything else deletes streams");
        }
        if (!"yes".equals(config.get("appendonly"))) {
            error(
                    name,
                    "appendonly",
                    config.getOrDefault("appendonly", ""),
                    "yes: a master that starts again empty wipes its replicas");
        }
        String fsync = config.getOrDefault("appendfsync", "");
        if (fsync.equals("no")) {
            error(name, "appendfsync", fsync, "everysec or always");
        } else if (fsync.equals("everysec")) {
            note(
                    name,
                    "appendfsync",
                    fsync,
                    "always, where all nodes may lose power in the same second; redis-node sets it"
                            + " on a node that is alone");
        }
        backlog(name, node, bytesPerSecond);
        memory(name, node, bytesPerSecond, longest);
        long wanted = node.number("min-replicas-to-write");
        long replicas = facts.nodes().size() - 1L;
        if (wanted > replicas) {
            error(
                    name,
                    "min-replicas-to-write",
                    Long.toString(wanted),
                    "at most " + replicas + ", the number of replicas: no write would be taken");
        } else if (wanted > 0 && wanted == replicas) {
            warning(
                    name,
                    "min-replicas-to-write",
                    Long.toString(wanted),
                    "less than the number of replicas, "
                            + replicas
                            + ": after a failover no write is taken until the old master is back");
        }
    }

    private void backlog(String name, SetFacts.DataNode node, long bytesPerSecond) {
        long backlog = node.number("repl-backlog-size");
        long needed = bytesPerSecond * OUTAGE.toSeconds();
        if (backlog < needed) {
            warning(
                    name,
                    "repl-backlog-size",
                    Long.toString(backlog),
                    "at least "
                            + needed
                            + ": rate x message size x an outage of "
                            + OUTAGE.toSeconds()
                            + " s; a node that was away copies everything"
                            + " otherwise");
        }
    }

    private void memory(
            String name, SetFacts.DataNode node, long bytesPerSecond, Duration longest) {
        long most = node.number("maxmemory");
        String text = node.info().getOrDefault("used_memory", "0");
        long used = text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
        long needed = used + bytesPerSecond * Math.max(1, longest.toSeconds());
        if (most == 0) {
            warning(name, "maxmemory", "0", "a limit below the machine's memory");
        } else if (most < needed) {
            error(
                    name,
                    "maxmemory",
                    Long.toString(most),
                    "at least " + needed + ": what is used and what this drill writes in one run");
        }
    }

    private void sentinel(String name, SetFacts.Watcher sentinel) {
        int all = facts.sentinels().size();
        long quorum = sentinel.number("quorum");
        if (quorum > all) {
            error(
                    name,
                    "quorum",
                    Long.toString(quorum),
                    "at most " + all + ": none would fail over");
        } else if (quorum <= all / 2) {
            warning(
                    name,
                    "quorum",
                    Long.toString(quorum),
                    (all / 2 + 1) + " of " + all + ": a minority could hold the master to be down");
        }
        if (sentinel.known() != all - 1) {
            error(
                    name,
                    "num-other-sentinels",
                    Long.toString(sentinel.known()),
                    (all - 1) + ": Sentinels that do not know each other do not agree");
        }
        long timeout = sentinel.number("failover-timeout");
        if (timeout > SLOW_FAILOVER_MS) {
            warning(
                    name,
                    "failover-timeout",
                    timeout + " ms",
                    "10000 ms or so: a failover that failed is tried again after twice as long");
        }
        long downAfter = sentinel.number("down-after-milliseconds");
        if (downAfter < HASTY_MS) {
            warning(
                    name,
                    "down-after-milliseconds",
                    downAfter + " ms",
                    "1000 or more on busy hosts");
        } else if (downAfter > LATE_MS) {
            warning(
                    name,
                    "down-after-milliseconds",
                    downAfter + " ms",
                    "10000 or less: writes wait for at least as long at each failover");
        }
        if (sentinel.number("parallel-syncs") < 1) {
            error(
                    name,
                    "parallel-syncs",
                    Long.toString(sentinel.number("parallel-syncs")),
                    "1 or more: no replica would follow the new master");
        }
    }

    private void together() {
        int all = facts.sentinels().size();
        if (all < 3 || all % 2 == 0) {
            warning("set", "sentinels", Integer.toString(all), "3 or 5: an odd number, 3 or more");
        }
        Set<String> addresses = new HashSet<>();
        facts.sentinels()
                .forEach((name, sentinel) -> {
                    if (!addresses.add(sentinel.address())) {
                        error(
                                name,
                                "sentinel announce-ip",
                                sentinel.address(),
                                "an address of its own: Sentinels with one address count as one");
                    }
                });
        Set<String> nodes = new HashSet<>();
        facts.nodes()
                .forEach((name, node) -> {
                    String ip = node.config().getOrDefault("replica-announce-ip", "");
                    String at = ip + ":" + node.config().getOrDefault("replica-announce-port", "");
                    if (!ip.isEmpty() && !nodes.add(at)) {
                        error(name, "replica-announce-ip", at, "an address of its own");
                    }
                });
        long masters = facts.nodes().values().stream().filter(SetFacts.DataNode::master).count();
        if (masters != 1) {
            error("set", "masters", Long.toString(masters), "1");
        }
        Set<String> histories = new HashSet<>();
        facts.nodes()
                .values()
                .forEach(n -> histories.add(n.info().getOrDefault("master_replid", "")));
        if (histories.size() > 1) {
            error(
                    "set",
                    "master_replid",
                    String.join(" ", histories),
                    "the same on every node: one of them follows another master");
        }
    }

    private void error(String where, String setting, String value, String expected) {
        add(Finding.Severity.ERROR, where, setting, value, expected);
    }

    private void warning(String where, String setting, String value, String expected) {
        add(Finding.Severity.WARNING, where, setting, value, expected);
    }

    private void note(String where, String setting, String value, String expected) {
        add(Finding.Severity.NOTE, where, setting, value, expected);
    }

    private void add(
            Finding.Severity severity,
            String where,
            String setting,
            String value,
            String expected) {
        findings.add(new Finding(severity, where, setting, value, expected));
    }
}
