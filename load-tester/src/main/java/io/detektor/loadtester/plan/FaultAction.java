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
    /** Cut off from nodes of the set, but not from the client; healed by joining it again. */
    CUT(true, true),
    /** Its cable is pulled: cut off from everybody, the client too; healed by plugging it in. */
    UNPLUG(true, true),
    /** A replica gets nothing more from its master; healed by letting it follow again. */
    HOLD(true, true),
    /** A planned switch to another master. */
    SWITCH(false, false),
    /** A bare {@code SENTINEL FAILOVER} of a healthy master. */
    FAILOVER(false, false),
    /** A script that does not end keeps the server from answering; healed by ending it. */
    BUSY(true, true),
    /** {@code maxmemory} just above what is used, so that writes are refused; healed by undoing. */
    SQUEEZE(true, true),
    /** SIGKILL, and the data is gone; healed by starting the node empty. */
    WIPE(true, true),
    /** Each Sentinel crashes if it is elected to lead a failover; healed by starting it again. */
    CRASH_ELECTED(false, true),
    /** Each Sentinel crashes when it has promoted a replica; healed by starting it again. */
    CRASH_PROMOTED(false, true),
    /** A consumer takes deliveries and is killed before it acknowledges any. */
    TAKE(false, false),
    /** The consumer group is destroyed. */
    UNGROUP(false, false),
    /** The link of a replica to its master gets slow; healed by taking the slowness away. */
    DELAY(true, true),
    /** Client connections are reset after the write, before the reply; healed by stopping that. */
    RESET(true, true),
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
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static String words() {
        return Arrays.stream(values()).map(FaultAction::word).collect(Collectors.joining(", "));
    }
}
