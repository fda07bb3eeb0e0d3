package io.detektor.redisha.connect;

import io.detektor.redisha.NodeAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a node answers to {@code ROLE}. */
public sealed interface Role {

    /**
     * A master.
     *
     * @param offset its replication offset: everything that was written on it lies below
     * @param acknowledged up to which offset each online replica has acknowledged; replicas that
     *     are still in full synchronization are not listed by the server
     */
    record Master(long offset, Map<NodeAddress, Long> acknowledged) implements Role {
        public Master {
            acknowledged = Map.copyOf(acknowledged);
        }
    }

    /**
     * A replica.
     *
     * @param master whose replica it is
     * @param connected whether its link to the master is up and in sync
     */
    record Replica(NodeAddress master, boolean connected) implements Role {}

    /** Anything else, for instance a Sentinel. */
    record Other(String name) implements Role {}

    /** Reads the reply of {@code ROLE}, with bulk strings as byte arrays or text. */
    static Role parse(List<?> reply) {
        String name = text(reply.get(0));
        return switch (name) {
            case "master" -> {
                Map<NodeAddress, Long> acknowledged = new HashMap<>();
                for (Object each : (List<?>) reply.get(2)) {
                    List<?> replica = (List<?>) each;
                    int port = Integer.parseInt(text(replica.get(1)));
                    // a replica announces its port a moment after it connects; until then it is
                    // nobody that could be waited for
                    if (port > 0) {
                        acknowledged.put(
                                new NodeAddress(text(replica.get(0)), port),
                                Long.parseLong(text(replica.get(2))));
                    }
                }
                yield new Master((Long) reply.get(1), acknowledged);
            }
            case "slave" ->
                    new Replica(
                            new NodeAddress(
                                    text(reply.get(1)), Math.toIntExact((Long) reply.get(2))),
                            "connected".equals(text(reply.get(3))));
            default -> new Other(name);
        };
    }

    private static String text(Object value) {
        return value instanceof byte[] bytes
                ? new String(bytes, StandardCharsets.UTF_8)
                : String.valueOf(value);
    }
}
