package io.detektor.loadtester.fault;

import io.detektor.redisha.NodeAddress;

/**
 * A node that something is done to.
 *
 * @param name as the driver knows it, for instance {@code redis-1}
 * @param address where it listens
 * @param sentinel whether it is a Sentinel
 */
public record FaultNode(String name, NodeAddress address, boolean sentinel) {}
