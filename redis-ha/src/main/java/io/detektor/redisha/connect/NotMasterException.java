package io.detektor.redisha.connect;

import io.detektor.redisha.NodeAddress;

/** A node was reached, and is not master. */
public final class NotMasterException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Role role;

    NotMasterException(NodeAddress node, Role role) {
        super(node + ": role " + role + " (expected: master)", null, false, false);
        this.role = role;
    }

    /** What it said it is. */
    public Role role() {
        return role;
    }
}
