package io.detektor.telegramalerts.watch;

import io.detektor.telegramalerts.incident.OwnSignal;
import io.detektor.telegramalerts.incident.Severity;
import io.detektor.telegramalerts.incident.Signal;
import io.detektor.telegramalerts.incident.Signal.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * From what three Sentinels publish, each at its own time, to what happened to the master, once.
 * Not thread-safe.
 *
 * @see <a href="https://redis.io/docs/latest/operate/oss_and_stack/management/sentinel/">Redis:
 *     Sentinel, Pub/Sub messages</a>
 */
final class FailoverTracker {

    /** Longer than the Sentinels take to tell one another, shorter than a fault takes to recur. */
    private static final Duration SAME = Duration.ofSeconds(10);

    /** A suspicion that came to nothing, and whose end was missed, excuses no later switch. */
    private static final Duration SUSPICION = Duration.ofMinutes(2);

    private final String masterName;
    private final String scope;
    private final Map<String, Instant> suspected = new HashMap<>();
    private final Map<String, Instant> down = new HashMap<>();
    private final Map<String, Instant> tried = new HashMap<>();
    private final Map<String, Instant> told = new HashMap<>();
    private @Nullable String master;

    FailoverTracker(String masterName) {
        this.masterName = masterName;
        this.scope = Signal.set(masterName);
    }

    /** The key under which it is told that this node, a master, is down. */
    static String downKey(String masterName, String node) {
        return "master-down:" + masterName + ":" + node;
    }

    /**
     * Takes a message in.
     *
     * @param details {@code <type> <name> <ip> <port> …}, and for {@code +switch-master} {@code
     *     <name> <old ip> <old port> <new ip> <new port>}
     * @return what there is to tell because of it
     */
    List<Signal> on(Instant at, String type, String details) {
        String[] words = details.split(" ", -1);
        if (type.equals("+switch-master") && words.length == 5 && words[0].equals(masterName)) {
            return switched(at, words[1] + ":" + words[2], words[3] + ":" + words[4]);
        }
        if (type.equals("+tilt")) {
            return tilt(at);
        }
        if (words.length < 4 || !words[0].equals("master") || !words[1].equals(masterName)) {
            return List.of();
        }
        String node = words[2] + ":" + words[3];
        return switch (type) {
            case "+sdown" -> {
                suspected.putIfAbsent(node, at);
                yield List.of();
            }
            case "-sdown" -> {
                suspected.remove(node);
                yield List.of();
            }
            case "+odown" -> List.of(down(at, node));
            case "-odown" -> recovered(at, node);
            case "+try-failover" -> {
                tried.put(node, at);
                yield List.of();
            }
            case "-failover-abort-no-good-slave" -> aborted(at, node);
            default -> List.of();
        };
    }

    private Signal down(Instant at, String node) {
        Instant since = Objects.requireNonNullElse(recentSuspicion(node, at), at);
        down.putIfAbsent(node, since);
        return Signal.own(
                scope,
                downKey(masterName, node),
                Kind.FIRING,
                down.getOrDefault(node, since),
                Severity.CRITICAL,
                OwnSignal.MASTER_DOWN,
                "Master " + node + " of " + masterName + " is down",
                "A quorum of the Sentinels agrees; they are about to promote a replica.");
    }

    private List<Signal> recovered(Instant at, String node) {
        suspected.remove(node);
        if (down.remove(node) == null) {
            return List.of();
        }
        return List.of(
                backAgain(masterName, at, node, node + " answers again; there was no failover"));
    }

    /** The node is known to be well, whatever was missed. */
    void well(String node) {
        down.remove(node);
        suspected.remove(node);
    }

    /** The end of {@link #downKey}. */
    static Signal backAgain(String masterName, Instant at, String node, String how) {
        return Signal.own(
                Signal.set(masterName),
                downKey(masterName, node),
                Kind.RESOLVED,
                at,
                Severity.CRITICAL,
                OwnSignal.MASTER_DOWN,
                how,
                "");
    }

    private List<Signal> aborted(Instant at, String node) {
        return List.of(
                Signal.own(
                        scope,
                        "failover-aborted:" + masterName + ":" + node,
                        Kind.EVENT,
                        // the Sentinels try again and again: that is one fact
                        down.getOrDefault(node, at),
                        Severity.CRITICAL,
                        OwnSignal.FAILOVER_ABORTED,
                        "No replica of " + node + " can be promoted: writes stay impossible",
                        "The Sentinels try again. Start a replica that was in sync, or "
                                + node
                                + " itself."));
    }

    /** Whom everybody follows already; no news. */
    void follows(String node) {
        master = node;
    }

    /** Another node is master now, whoever noticed first. */
    List<Signal> switched(Instant at, String from, String to) {
        if (to.equals(master)) {
            return List.of();
        }
        master = to;
        Instant since = down.get(from);
        List<Signal> signals = new ArrayList<>();
        if (since == null) {
            since = recentSuspicion(from, at);
            if (since != null) {
                // whoever told us that it was suspected was cut off before it was certain
                signals.add(down(since, from));
            }
        }
        boolean failover = since != null;
        well(from);
        Instant begun = tried.remove(from);
        Instant began = since != null ? since : begun;
        String took = began == null ? "" : " in " + seconds(Duration.between(began, at));
        signals.add(
                Signal.own(
                        scope,
                        "switch:" + masterName + ":" + from + ">" + to,
                        Kind.EVENT,
                        at,
                        failover ? Severity.CRITICAL : Severity.INFO,
                        failover ? OwnSignal.FAILOVER : OwnSignal.PLANNED_SWITCH,
                        (failover ? "Failover of " : "Planned switch of ")
                                + masterName
                                + ": "
                                + from
                                + " → "
                                + to
                                + took,
                        failover
                                ? "Counted from when the first Sentinel held "
                                        + from
                                        + " to be down. Writes go to "
                                        + to
                                        + "."
                                : "Nobody held " + from + " to be down."));
        return signals;
    }

    private @Nullable Instant recentSuspicion(String node, Instant at) {
        Instant since = suspected.get(node);
        return since != null && since.plus(SUSPICION).isAfter(at) ? since : null;
    }

    private List<Signal> tilt(Instant at) {
        if (repeated("tilt", at)) {
            return List.of();
        }
        return List.of(
                Signal.own(
                        scope,
                        "tilt:" + masterName,
                        Kind.EVENT,
                        at,
                        Severity.WARNING,
                        OwnSignal.SENTINEL_TILT,
                        "A Sentinel is in TILT: it does nothing for 30 s",
                        "Its clock jumped, or its host was too busy to run it."));
    }

    private boolean repeated(String what, Instant at) {
        told.values().removeIf(before -> before.plus(SAME).isBefore(at));
        return told.putIfAbsent(what, at) != null;
    }

    private static String seconds(Duration duration) {
        return "%.1f s".formatted(Math.max(0, duration.toMillis()) / 1000.0);
    }
}
