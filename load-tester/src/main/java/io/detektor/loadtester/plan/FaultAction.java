package io.detektor.loadtester.plan;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What is done to a node. */
public enum FaultAction {
    /** SIGKILL; healed by starting it again. */
    KILL(true, true),
    /** A clean stop (SIGTERM); healed by starting it again. */
    STOP(true, true),
    /** SIGSTOP: sockets stay open, nothing answers; healed by SIGCONT. */
    FREEZE(true, true),
    /** Cut off from every node of the set, but not from the client; healed by joining it again. */
    CUT(true, true),
    /** A replica gets nothing more from its master; healed by letting it follow again. */
    HOLD(true, true),
    /** A planned switch to another master. */
    SWITCH(false, false),
    /** Starts a node that an earlier fault killed or stopped. */
    START(true, false);

    private final boolean onNode;
    private final boolean heals;

    FaultAction(boolean onNode, boolean heals) {
        this.onNode = onNode;
        this.heals = heals;
    }

    /** Whether it is done to one node, which has to be named. */
    public boolean onNode() {
        return onNode;
    }

    /** Whether there is something to heal afterwards. */
    public boolean heals() {
        return heals;
    }

    /** The word that people type. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static String words() {
        return Arrays.stream(values()).map(FaultAction::word).collect(Collectors.joining(", "));
    }
}
