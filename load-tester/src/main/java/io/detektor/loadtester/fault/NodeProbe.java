package io.detektor.loadtester.fault;

import io.detektor.redisha.NodeAddress;

/** Asks a node directly who it is. Blocks up to half a second or so. Thread-safe. */
public interface NodeProbe {

    /** What the node at {@code address} says of itself; never fails. */
    NodeState probe(NodeAddress address);

    /**
     * A node's word.
     *
     * @param answers whether it answered in time
     * @param role what its {@code ROLE} says
     * @param linked for a replica: whether its link to the master is up and in sync
     */
    record NodeState(boolean answers, Role role, boolean linked) {

        /** It did not answer. */
        public static final NodeState SILENT = new NodeState(false, Role.NONE, false);

        /** Whether it serves as it should: a master, a Sentinel, or a replica in sync. */
        public boolean serves() {
            return answers
                    && switch (role) {
                        case MASTER, SENTINEL -> true;
                        case REPLICA -> linked;
                        case NONE -> false;
                    };
        }
    }

    /** What a node is. */
    enum Role {
        /** Takes writes. */
        MASTER,
        /** Follows a master. */
        REPLICA,
        /** Watches. */
        SENTINEL,
        /** Did not say. */
        NONE
    }
}
