package io.detektor.loadtester.fault;

import io.detektor.loadtester.plan.FaultSpec;
import java.time.Duration;
import java.util.Optional;

/**
 * Breaks and heals nodes: processes of a local set, containers. Methods may block for seconds, may
 * be called from several threads, and throw a {@link RuntimeException} with a message for people
 * when they could not do it.
 */
public interface FaultDriver {

    /**
     * Says before the run whether a fault can be done here.
     *
     * @throws io.detektor.loadtester.plan.InvalidValueException when it cannot
     */
    void check(FaultSpec fault);

    /**
     * The node that a name means at this moment.
     *
     * @param name {@code master}, {@code replica}, or a node's own name
     */
    FaultNode resolve(String name);

    /** Breaks a node; {@code node} is the master for what is not done to a named one. */
    void inject(FaultSpec fault, FaultNode node);

    /** Undoes it; harmless when there is nothing to undo. */
    void heal(FaultSpec fault, FaultNode node);

    /**
     * Whether a fault has its effect, where only the driver can tell.
     *
     * @return empty where the node itself, or the Sentinels, are to be asked
     */
    default Optional<Boolean> effect(FaultSpec fault, FaultNode node) {
        return Optional.empty();
    }

    /**
     * Whether a fault's effect is over, where only the driver can tell.
     *
     * @return empty where the node itself is to be asked
     */
    default Optional<Boolean> healed(FaultSpec fault, FaultNode node) {
        return Optional.empty();
    }

    /** Waits until every node is up and in sync; false when that took too long. */
    default boolean awaitWhole(Duration atMost) {
        return true;
    }
}
