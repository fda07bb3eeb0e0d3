package io.detektor.redisha.master;

import io.detektor.redisha.connect.NodeConnector;
import io.detektor.redisha.sentinel.SentinelMonitor;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Makes following connections and resets all of them when the master changes. */
public final class FollowingConnections implements MasterConnections, AutoCloseable {

    private final NodeConnector connector;
    private final SentinelMonitor monitor;
    private final List<FollowingConnection> open = new CopyOnWriteArrayList<>();

    public FollowingConnections(NodeConnector connector, SentinelMonitor monitor) {
        this.connector = connector;
        this.monitor = monitor;
        monitor.onChange(view -> open.forEach(each -> each.follow(view.master())));
    }

    @Override
    public MasterConnection open(String purpose) {
        FollowingConnection connection =
                new FollowingConnection(connector, monitor, purpose, open::remove);
        open.add(connection);
        return connection;
    }

    @Override
    public void close() {
        List.copyOf(open).forEach(FollowingConnection::close);
    }
}
