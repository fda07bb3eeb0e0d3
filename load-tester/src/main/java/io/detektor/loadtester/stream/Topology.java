package io.detektor.loadtester.stream;

import io.detektor.redisha.NodeAddress;
import io.detektor.redisha.sentinel.SentinelView;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The set at one moment, for the report.
 *
 * @param master where writes go; empty when unknown
 * @param source how that is known
 * @param nodes every data node
 * @param sentinels configured Sentinels
 * @param sentinelsAnswering how many of them answer
 * @param quorum how many must agree that the master is down
 */
public record Topology(
        String master,
        String source,
        List<Node> nodes,
        int sentinels,
        int sentinelsAnswering,
        int quorum) {

    /**
     * One data node.
     *
     * @param role what it says it is; empty when it does not answer
     * @param version its Redis version
     * @param runId changes with each start of the process
     * @param promotable whether Sentinel could make it master
     * @param server more of what it says; null when it does not answer, or this user may not ask
     */
    public record Node(
            String address,
            String role,
            String version,
            String runId,
            boolean promotable,
            @Nullable ServerSnapshot server) {}

    public Topology {
        nodes = List.copyOf(nodes);
    }

    /** Asks every node; takes up to half a second for each that does not answer. */
    public static Topology take(RedisSession session) {
        SentinelView view = session.monitor().view();
        List<Node> nodes = new ArrayList<>();
        NodeAddress master = view.master();
        if (master != null) {
            nodes.add(node(session, master, view.promotable()));
        }
        view.replicas().stream()
                .filter(replica -> !replica.equals(master))
                .map(replica -> node(session, replica, view.promotable()))
                .forEach(nodes::add);
        return new Topology(
                master == null ? "" : master.toString(),
                view.source().name(),
                nodes,
                view.sentinels().size(),
                view.answering(),
                view.quorum());
    }

    private static Node node(
            RedisSession session, NodeAddress address, Set<NodeAddress> promotable) {
        ServerSnapshot server = session.nodes().snapshot(address);
        return new Node(
                address.toString(),
                server == null ? "" : server.line("role"),
                server == null ? "" : server.line("redis_version"),
                server == null ? "" : server.line("run_id"),
                promotable.contains(address),
                server);
    }
}
