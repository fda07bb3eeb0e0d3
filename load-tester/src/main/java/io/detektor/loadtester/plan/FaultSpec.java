package io.detektor.loadtester.plan;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A fault as somebody typed it: {@code at=TIME [when=switch|whole] ACTION [NODE] [from=NODES]
 * [for=TIME]}, for instance {@code at=8s kill master for=5s}, {@code at=8s switch}, {@code at=12s
 * start redis-1}, {@code at=5s cut master from=sentinels for=10s}.
 *
 * @param at from the first message on
 * @param when what has to come first, from that time on
 * @param action what is done
 * @param node {@code master}, {@code replica}, {@code replica-2}, or a node's name such as {@code
 *     redis-1} or {@code sentinel-2}; empty for what is not done to one node. Resolved at the
 *     moment of the fault
 * @param from whom a node is cut off from: names as above, {@code replicas}, {@code sentinels};
 *     empty for all others
 * @param hold after how long it is healed; null: when the load is over
 */
public record FaultSpec(
        Duration at,
        When when,
        FaultAction action,
        String node,
        List<String> from,
        @Nullable Duration hold) {

    private static final String GRAMMAR =
            "at=TIME [when=switch|whole] ACTION [NODE] [from=NODES] [for=TIME], for instance"
                    + " 'at=8s kill master for=5s'";

    /** How long a frozen or cut-off master must be gone for a failover to be certain. */
    private static final Duration SURELY_NOTICED = Duration.ofSeconds(5);

    /** What a fault waits for when its time has come. */
    public enum When {
        /** Nothing. */
        AT_ONCE,
        /** The next change of the master. */
        SWITCH,
        /** Every node up and in sync. */
        WHOLE
    }

    public FaultSpec {
        from = List.copyOf(from);
    }

    /** A fault that comes at its time. */
    public FaultSpec(Duration at, FaultAction action, String node, @Nullable Duration hold) {
        this(at, When.AT_ONCE, action, node, List.of(), hold);
    }

    /** After how long it is healed; empty: when the load is over. */
    public Optional<Duration> healAfter() {
        return Optional.ofNullable(hold);
    }

    /** Whether the Sentinels lose sight of the node. */
    public boolean hidesFromSentinels() {
        return from.isEmpty() || from.stream().anyMatch(name -> name.startsWith("sentinels"));
    }

    /** Whether, done to the master, it has to end with another master. */
    public boolean movesMaster() {
        return switch (action) {
            case KILL, STOP, SWITCH, FAILOVER, WIPE -> true;
            case FREEZE, UNPLUG, BUSY -> hold == null || hold.compareTo(SURELY_NOTICED) >= 0;
            case CUT ->
                    hidesFromSentinels() && (hold == null || hold.compareTo(SURELY_NOTICED) >= 0);
            case START, HOLD, SQUEEZE, CRASH_ELECTED, CRASH_PROMOTED, TAKE, UNGROUP, DELAY, RESET ->
                    false;
        };
    }

    /**
     * Reads a fault.
     *
     * @throws InvalidValueException naming the word that does not fit
     */
    public static FaultSpec parse(String name, String text) {
        Duration at = null;
        Duration hold = null;
        FaultAction action = null;
        When when = When.AT_ONCE;
        List<String> from = List.of();
        String node = "";
        for (String word : text.trim().split("\\s+", -1)) {
            if (word.startsWith("at=")) {
                at = Units.duration(name + " at", word.substring(3));
            } else if (word.startsWith("for=")) {
                hold = Units.duration(name + " for", word.substring(4));
            } else if (word.startsWith("from=")) {
                from = names(name, word);
            } else if (word.startsWith("when=")) {
                when =
                        switch (word) {
                            case "when=switch" -> When.SWITCH;
                            case "when=whole" -> When.WHOLE;
                            default ->
                                    throw new InvalidValueException(
                                            name, word, "when=switch or when=whole");
                        };
            } else if (word.contains("=")) {
                throw new InvalidValueException(name, word, "at=TIME or for=TIME");
            } else if (action == null) {
                action = action(name, word);
            } else if (node.isEmpty()) {
                node = word.toLowerCase(Locale.ROOT);
            } else {
                throw new InvalidValueException(name, text, GRAMMAR);
            }
        }
        if (at == null || action == null) {
            throw new InvalidValueException(name, text, GRAMMAR);
        }
        if (action.onNode() && node.isEmpty()) {
            throw new InvalidValueException(
                    name, text, "a node after " + action.word() + ": master, replica, redis-1, …");
        }
        if (!action.onNode() && !node.isEmpty()) {
            throw new InvalidValueException(name, text, "no node after " + action.word());
        }
        if (!action.heals() && hold != null) {
            throw new InvalidValueException(name, text, "no for= with " + action.word());
        }
        if (!from.isEmpty() && action != FaultAction.CUT) {
            throw new InvalidValueException(name, text, "from= with cut only");
        }
        return new FaultSpec(at, when, action, node, from, hold);
    }

    private static List<String> names(String name, String word) {
        List<String> names =
                Arrays.stream(word.substring(5).toLowerCase(Locale.ROOT).split(",", -1)).toList();
        if (names.stream().anyMatch(String::isBlank)) {
            throw new InvalidValueException(name, word, "from=NODE,NODE");
        }
        return names;
    }

    private static FaultAction action(String name, String word) {
        for (FaultAction candidate : FaultAction.values()) {
            if (candidate.word().equals(word.toLowerCase(Locale.ROOT))) {
                return candidate;
            }
        }
        throw new InvalidValueException(name, word, "one of " + FaultAction.words());
    }

    @Override
    public String toString() {
        return "at="
                + compact(at)
                + (when == When.AT_ONCE ? "" : " when=" + when.name().toLowerCase(Locale.ROOT))
                + " "
                + action.word()
                + (node.isEmpty() ? "" : " " + node)
                + (from.isEmpty() ? "" : " from=" + String.join(",", from))
                + (hold == null ? "" : " for=" + compact(hold));
    }

    private static String compact(Duration duration) {
        return duration.toMillis() % 1000 == 0
                ? duration.toSeconds() + "s"
                : duration.toMillis() + "ms";
    }
}
