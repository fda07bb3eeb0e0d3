package io.detektor.telegramalerts.incident;

/** What this service finds out by itself, beside what Alertmanager tells it. */
public enum OwnSignal {
    /** A quorum of the Sentinels holds the master to be down. */
    MASTER_DOWN("MasterDown"),
    /** A replica took over from a master that was down. */
    FAILOVER("Failover"),
    /** A replica took over from a master that was well. */
    PLANNED_SWITCH("PlannedSwitch"),
    /** The Sentinels found nobody to promote. */
    FAILOVER_ABORTED("FailoverAborted"),
    /** A Sentinel distrusts its clock and does nothing. */
    SENTINEL_TILT("SentinelInTilt"),
    /** Fewer than half of the Sentinels answer this service. */
    SENTINEL_MAJORITY_LOST("SentinelMajorityLost"),
    DISK_FULL("DiskFull"),
    REDIS_MEMORY_HIGH("RedisMemoryHigh"),
    CONTAINER_DOWN("ContainerDown"),
    CONTAINER_RESTARTING("ContainerRestarting"),
    CONTAINER_UNHEALTHY("ContainerUnhealthy"),
    /** Alertmanager's watchdog stays away. */
    MONITORING_BLIND("MonitoringBlind"),
    /** Somebody wanted to see whether messages arrive. */
    TEST("TestMessage");

    private final String label;

    OwnSignal(String label) {
        this.label = label;
    }

    /** The name that stands beside Prometheus' alert names. */
    public String label() {
        return label;
    }
}
