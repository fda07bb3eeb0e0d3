package io.detektor.redisha.durability;

/** What to do with a write while no replica is promotable. */
public enum DegradedWrites {
    /**
     * Confirm it on the survivor's append-only file, fsynced where the server can say so ({@code
     * WAITAOF}, Redis 7.2); counted and shown as unreplicated.
     */
    ACCEPT,
    /** Refuse it. */
    REJECT
}
