package io.detektor.redisha.durability;

/** When a write counts as confirmed. */
public enum Acknowledgement {
    /** When the master and every promotable replica have it. */
    IN_SYNC,
    /** When the master has it. Loses writes at a failover: for controls and comparisons only. */
    MASTER
}
