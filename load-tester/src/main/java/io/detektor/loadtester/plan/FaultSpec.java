package io.detektor.loadtester.plan;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A fault as somebody typed it: {@code at=TIME ACTION [NODE] [for=TIME]}, for instance {@code at=8s
 * kill master for=5s}, {@code at=8s switch}, {@code at=12s start redis-1}.
 *
 * @param at from the first message on
 * @param action what is done
 * @param node {@code master}, {@code replica}, or a node's name such as {@code redis-1} or {@code
 *     sentinel-2}; empty for {@link FaultAction#SWITCH}. Resolved at the moment of the fault
 * @param hold after how long it is healed; null: when the load is over
 */
public record FaultSpec(Duration at, FaultAction action, String node, @Nullable Duration hold) {

    private static final String GRAMMAR =
            "at=TIME ACTION [NODE] [for=TIME], for instance 'at=8s kill master for=5s'";

    /** How long a frozen or cut-off master must be gone for a failover to be certain. */
    private static final Duration SURELY_NOTICED = Duration.ofSeconds(5);

    /** After how long it is healed; empty: when the load is over. */
    public Optional<Duration> healAfter() {
        return Optional.ofNullable(hold);
    }

    /** Whether, done to the master, it has to end with another master. */
    public boolean movesMaster() {
        return switch (action) {
            case KILL, STOP, SWITCH -> true;
            case FREEZE, CUT -> hold == null || hold.compareTo(SURELY_NOTICED) >= 0;
            case START, HOLD -> false;
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
        String node = "";
        for (String word : text.trim().split("\\s+", -1)) {
            if (word.startsWith("at=")) {
                at = Units.duration(name + " at", word.substring(3));
            } else if (word.startsWith("for=")) {
                hold = Units.duration(name + " for", word.substring(4));
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
        return new FaultSpec(at, action, node, hold);
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
                + " "
                + action.word()
                + (node.isEmpty() ? "" : " " + node)
                + (hold == null ? "" : " for=" + compact(hold));
    }

    private static String compact(Duration duration) {
        return duration.toMillis() % 1000 == 0
                ? duration.toSeconds() + "s"
                : duration.toMillis() + "ms";
    }
}
