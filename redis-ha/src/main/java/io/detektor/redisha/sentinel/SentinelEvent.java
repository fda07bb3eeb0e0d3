package io.detektor.redisha.sentinel;

import io.detektor.redisha.NodeAddress;
import java.time.Instant;

/**
 * One message that one Sentinel published. The same happening is told by several Sentinels, each at
 * its own time; nothing is merged here.
 *
 * @param at when this process received it
 * @param sentinel who said it
 * @param type the channel, such as {@code +sdown}, {@code +odown}, {@code +switch-master}
 * @param details the message as the Sentinel wrote it, for instance {@code mymaster 10.0.0.1 6379
 *     10.0.0.2 6379}
 */
public record SentinelEvent(Instant at, NodeAddress sentinel, String type, String details) {}
