package io.detektor.loadtester.fault;

import io.detektor.loadtester.plan.FaultAction;
import io.detektor.loadtester.plan.FaultSpec;

/**
 * Breaks and heals nodes: processes of a local set now, others later. Methods may block for
 * seconds, may be called from several threads, and throw a {@link RuntimeException} with a message
 * for people when they could not do it.
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

    /** Breaks a node; {@code node} is the master for {@link FaultAction#SWITCH}. */
    void inject(FaultAction action, FaultNode node);

    /** Undoes it; harmless when there is nothing to undo. */
    void heal(FaultAction action, FaultNode node);
}
