package io.detektor.localset;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the nodes and the Sentinels of a set say about themselves and each other. Stateless. */
final class Topology {

    private final String masterName;
    private final List<Node> redis;
    private final List<Node> sentinels;

    Topology(String masterName, List<Node> redis, List<Node> sentinels) {
        this.masterName = masterName;
        this.redis = List.copyOf(redis);
        this.sentinels = List.copyOf(sentinels);
    }

    /** The node that a majority of all Sentinels of the set names. */
    Optional<Node> namedMaster() {
        Map<String, Integer> votes = new HashMap<>();
        for (Node sentinel : sentinels) {
            Optional<Object> answer =
                    Resp.tryAsk(sentinel, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", masterName);
            if (answer.isPresent() && answer.get() instanceof List<?> address) {
                String named = address.get(0) + ":" + address.get(1);
                if (votes.merge(named, 1, Integer::sum) * 2 > sentinels.size()) {
                    return redis.stream().filter(n -> n.address().equals(named)).findFirst();
                }
            }
        }
        return Optional.empty();
    }

    /**
     * What keeps the set from being whole: one master, which the Sentinels name; each other node
     * its connected replica, and promotable for every Sentinel that answers.
     *
     * @param strict whether also all Sentinels have to answer, and to know each other
     * @return empty when the set is whole
     */
    String complaint(boolean strict) {
        Optional<Node> named = namedMaster();
        if (named.isEmpty()) {
            return "no majority of the Sentinels names a master";
        }
        Node master = named.get();
        for (Node node : redis) {
            List<?> role = list(Resp.tryAsk(node, "ROLE"));
            if (role.isEmpty()) {
                return node + " does not answer ROLE";
            }
            boolean asExpected =
                    node.equals(master)
                            ? "master".equals(role.get(0))
                            : "slave".equals(role.get(0))
                                    && master.address().equals(role.get(1) + ":" + role.get(2))
                                    && "connected".equals(role.get(3));
            if (!asExpected) {
                return node + " says " + role + ", while the Sentinels name " + master;
            }
        }
        int answering = 0;
        for (Node sentinel : sentinels) {
            Optional<Object> known = Resp.tryAsk(sentinel, "SENTINEL", "REPLICAS", masterName);
            Optional<Object> of = Resp.tryAsk(sentinel, "SENTINEL", "MASTER", masterName);
            if (known.isEmpty() || of.isEmpty()) {
                if (strict) {
                    return sentinel + " does not answer";
                }
                continue;
            }
            answering++;
            Map<String, String> view = fields(of.get());
            if (!"master".equals(view.get("flags"))
                    || !master.address().equals(view.get("ip") + ":" + view.get("port"))) {
                return sentinel
                        + " has as master "
                        + view.get("ip")
                        + ":"
                        + view.get("port")
                        + " with flags "
                        + view.get("flags");
            }
            if (strict
                    && !String.valueOf(sentinels.size() - 1)
                            .equals(view.get("num-other-sentinels"))) {
                return sentinel + " knows " + view.get("num-other-sentinels") + " other Sentinels";
            }
            List<Map<String, String>> replicas = new ArrayList<>();
            list(known).forEach(r -> replicas.add(fields(r)));
            for (Node node : redis) {
                if (!node.equals(master)) {
                    String complaint = complaint(node, replicas);
                    if (!complaint.isEmpty()) {
                        return sentinel + " " + complaint;
                    }
                }
            }
        }
        return answering * 2 > sentinels.size() ? "" : "only " + answering + " Sentinels answer";
    }

    private static String complaint(Node node, List<Map<String, String>> replicas) {
        for (Map<String, String> replica : replicas) {
            if (node.address().equals(replica.get("ip") + ":" + replica.get("port"))) {
                boolean promotable =
                        "slave".equals(replica.get("flags"))
                                && "ok".equals(replica.get("master-link-status"))
                                && !"0".equals(replica.get("slave-priority"));
                return promotable
                        ? ""
                        : "holds "
                                + node
                                + " for not promotable: flags "
                                + replica.get("flags")
                                + ", link "
                                + replica.get("master-link-status")
                                + ", priority "
                                + replica.get("slave-priority");
            }
        }
        return "does not know " + node;
    }

    private static List<?> list(Optional<Object> reply) {
        return reply.isPresent() && reply.get() instanceof List<?> list ? list : List.of();
    }

    /** A flat list of names and values, as Sentinel answers. */
    private static Map<String, String> fields(Object reply) {
        Map<String, String> fields = new HashMap<>();
        if (reply instanceof List<?> flat) {
            for (int i = 0; i + 1 < flat.size(); i += 2) {
                fields.put(String.valueOf(flat.get(i)), String.valueOf(flat.get(i + 1)));
            }
        }
        return fields;
    }
}
