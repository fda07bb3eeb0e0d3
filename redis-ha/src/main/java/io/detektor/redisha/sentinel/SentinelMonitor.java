package io.detektor.redisha.sentinel;

import java.util.function.Consumer;

/**
 * Knows the master. Listens to every Sentinel and asks each of them regularly, because events are
 * missed while a subscription is down and the Sentinel that leads a failover announces it last.
 *
 * <p>Thread-safe. Listeners are called one after the other on the monitor's own thread, must not
 * block it, and are not called any more once it is closed; until then they have to bear being
 * called, also when what they belong to is closed already. Owned and closed by the application
 * context.
 */
public interface SentinelMonitor {

    /** The latest view. Never blocks, never null. */
    SentinelView view();

    /** Calls {@code listener} with each new view that differs from the one before. */
    void onChange(Consumer<? super SentinelView> listener);

    /** Calls {@code listener} with each message that any Sentinel publishes. */
    void onEvent(Consumer<? super SentinelEvent> listener);

    /**
     * Tells the monitor that the master misbehaves, so that it asks all Sentinels now instead of at
     * the next regular time. Cheap; may be called on each error.
     *
     * @param reason what was seen, for the log
     */
    void suspectMaster(String reason);
}
