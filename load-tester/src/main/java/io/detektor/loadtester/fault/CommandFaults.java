package io.detektor.loadtester.fault;

import io.detektor.loadtester.plan.FaultAction;
import io.detektor.localset.LocalSet;
import io.detektor.localset.LocalSetException;
import io.detektor.localset.Node;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Faults that are Redis commands, on nodes that need no password. Thread-safe; blocks. */
final class CommandFaults {

    /** The consumer that takes and never acknowledges. */
    private static final String VICTIM = "victim";

    private static final String GROUP = "load-test-group";

    /** Above what is used: some hundred messages more, and writes are refused. */
    private static final long ROOM = 512 * 1024;

    /** A busy server refuses everything but SCRIPT KILL after 5 s; before, it answers nothing. */
    private static final Duration SCRIPT_ENDS_WITHIN = Duration.ofSeconds(12);

    private static final Duration TAKEN_WITHIN = Duration.ofSeconds(5);
    private static final Duration POLL = Duration.ofMillis(20);

    private final LocalSet set;
    private final String stream;

    /** What a squeezed node had: its maxmemory, and how often it had refused a write by then. */
    private final Map<String, Squeezed> squeezed = new ConcurrentHashMap<>();

    private volatile boolean destroyed;

    private record Squeezed(String maxmemory, long refused) {}

    CommandFaults(LocalSet set, String stream) {
        this.set = set;
        this.stream = stream;
    }

    boolean hasStream() {
        return !stream.isEmpty();
    }

    void inject(FaultAction action, Node node) {
        switch (action) {
            case FAILOVER ->
                    LocalSet.ask(
                            set.sentinelNodes().getFirst(),
                            "SENTINEL",
                            "FAILOVER",
                            set.masterName());
            case BUSY -> busy(node);
            case SQUEEZE -> squeeze(node);
            case CRASH_ELECTED -> arm("crash-after-election");
            case CRASH_PROMOTED -> arm("crash-after-promotion");
            case TAKE -> take(node);
            case UNGROUP ->
                    destroyed =
                            Long.valueOf(1)
                                    .equals(LocalSet.ask(node, "XGROUP", "DESTROY", stream, GROUP));
            default -> throw new IllegalArgumentException(action + " (expected: a command)");
        }
    }

    boolean effect(FaultAction action, Node node) {
        return switch (action) {
            case SQUEEZE -> {
                Squeezed before = squeezed.get(node.name());
                yield before != null && refused(node) > before.refused();
            }
            case CRASH_ELECTED, CRASH_PROMOTED -> {
                boolean one = !crashed().isEmpty();
                if (one) {
                    // the next one that is elected has to live
                    arm("help");
                }
                yield one;
            }
            case TAKE -> taken(node) > 0;
            case UNGROUP -> destroyed;
            default -> throw new IllegalArgumentException(action + " (expected: a command)");
        };
    }

    void heal(FaultAction action, Node node) {
        switch (action) {
            case BUSY -> endScript(node);
            case SQUEEZE -> {
                Squeezed before = squeezed.remove(node.name());
                if (before != null) {
                    LocalSet.ask(node, "CONFIG", "SET", "maxmemory", before.maxmemory());
                }
            }
            case CRASH_ELECTED, CRASH_PROMOTED -> arm("help");
            default -> {}
        }
    }

    /** Sentinels that do not run. */
    List<Node> crashed() {
        return set.sentinelNodes().stream().filter(node -> tryAsk(node, "PING") == null).toList();
    }

    /** What the node says of itself. */
    static boolean isMaster(Node node) {
        return tryAsk(node, "ROLE") instanceof List<?> role && "master".equals(role.getFirst());
    }

    private static void busy(Node node) {
        Thread.ofVirtual()
                .name("busy script")
                // the answer does not come: that is the point
                .start(() -> tryAsk(node, "EVAL", "while true do end", "0"));
    }

    private static void endScript(Node node) {
        long deadline = System.nanoTime() + SCRIPT_ENDS_WITHIN.toNanos();
        // a Sentinel ends the script of a node that it holds to be down; either will do
        while (tryAsk(node, "PING") == null && System.nanoTime() < deadline) {
            tryAsk(node, "SCRIPT", "KILL");
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    private void squeeze(Node node) {
        long used = Long.parseLong(info(node, "memory", "used_memory"));
        Object now = LocalSet.ask(node, "CONFIG", "GET", "maxmemory");
        String before = now instanceof List<?> pair ? String.valueOf(pair.get(1)) : "0";
        squeezed.put(node.name(), new Squeezed(before, refused(node)));
        LocalSet.ask(node, "CONFIG", "SET", "maxmemory", Long.toString(used + ROOM));
    }

    private static long refused(Node node) {
        String count = info(node, "errorstats", "errorstat_OOM").replace("count=", "");
        return count.isEmpty() ? 0 : Long.parseLong(count);
    }

    /** {@code help} arms nothing, and takes back what was armed before. */
    private void arm(String crash) {
        set.sentinelNodes().forEach(node -> tryAsk(node, "SENTINEL", "SIMULATE-FAILURE", crash));
    }

    /** A process of its own reads as a consumer, and is killed when it has got something. */
    private void take(Node node) {
        try {
            Process consumer =
                    new ProcessBuilder(
                                    "redis-cli",
                                    "-h",
                                    node.host(),
                                    "-p",
                                    Integer.toString(node.port()),
                                    "-r",
                                    "1000",
                                    "-i",
                                    "0.02",
                                    "XREADGROUP",
                                    "GROUP",
                                    GROUP,
                                    VICTIM,
                                    "COUNT",
                                    "50",
                                    // in line with the others: who only asks now and then finds
                                    // everything taken by those who wait
                                    "BLOCK",
                                    "1000",
                                    "STREAMS",
                                    stream,
                                    ">")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            long deadline = System.nanoTime() + TAKEN_WITHIN.toNanos();
            while (taken(node) == 0 && System.nanoTime() < deadline && consumer.isAlive()) {
                LockSupport.parkNanos(POLL.toNanos());
            }
            consumer.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
        } catch (IOException e) {
            throw new IllegalStateException("redis-cli: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** How many deliveries the victim holds. */
    private long taken(Node node) {
        Object pending = tryAsk(node, "XPENDING", stream, GROUP);
        if (pending instanceof List<?> summary
                && summary.size() == 4
                && summary.get(3) instanceof List<?> consumers) {
            for (Object consumer : consumers) {
                if (consumer instanceof List<?> one && VICTIM.equals(one.getFirst())) {
                    return Long.parseLong(String.valueOf(one.get(1)));
                }
            }
        }
        return 0;
    }

    private static String info(Node node, String section, String name) {
        String info = String.valueOf(LocalSet.ask(node, "INFO", section));
        return info.lines()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).trim())
                .collect(Collectors.joining());
    }

    private static @Nullable Object tryAsk(Node node, String... command) {
        try {
            return LocalSet.ask(node, command);
        } catch (LocalSetException e) {
            return null;
        }
    }
}
