package io.detektor.redisha.master;

/** Opens connections that follow the master. Thread-safe. */
public interface MasterConnections {

    /**
     * Gives a following connection of its own; it connects when first used.
     *
     * @param purpose short name for logs and for {@code CLIENT LIST}, for instance {@code consumer}
     */
    MasterConnection open(String purpose);
}
