package io.detektor.redisha.autoconfigure;

import io.detektor.redisha.NodeAddress;
import io.detektor.redisha.connect.ConnectionSettings;
import io.detektor.redisha.connect.NodeConnector;
import io.detektor.redisha.sentinel.SentinelMonitor;
import io.detektor.redisha.sentinel.SentinelView;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.TimeoutOptions;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.data.redis.autoconfigure.LettuceClientOptionsBuilderCustomizer;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

/**
 * Makes the connections of Spring Data Redis follow a failover: a connection made through Sentinel
 * asks for the master only when it is made, and a frozen master keeps it open.
 */
final class SpringConnections implements DisposableBean {

    private static final int REQUEST_QUEUE = 10_000;

    private final ObjectProvider<LettuceConnectionFactory> factories;

    /** Resetting waits for connections to close, which the monitor's thread must not do. */
    private final ExecutorService resetter =
            new ThreadPoolExecutor(
                    1,
                    1,
                    0,
                    TimeUnit.SECONDS,
                    new LinkedBlockingQueue<>(),
                    Thread.ofPlatform().name("redis-ha-reset").daemon().factory(),
                    // the monitor is closed after this: what it says then is of no use to anyone
                    new ThreadPoolExecutor.DiscardPolicy());

    /** Confined to the monitor's thread. */
    private @Nullable NodeAddress followed;

    SpringConnections(SentinelMonitor monitor, ObjectProvider<LettuceConnectionFactory> factories) {
        this.factories = factories;
        this.followed = monitor.view().master();
        monitor.onChange(this::follow);
    }

    private void follow(SentinelView view) {
        NodeAddress master = view.master();
        if (master != null && !master.equals(followed)) {
            boolean first = followed == null;
            followed = master;
            if (!first) {
                resetter.execute(
                        () -> factories.forEach(LettuceConnectionFactory::resetConnection));
            }
        }
    }

    static LettuceClientOptionsBuilderCustomizer options(ConnectionSettings settings) {
        return options ->
                options.disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                        .requestQueueSize(REQUEST_QUEUE)
                        .socketOptions(
                                NodeConnector.sockets(
                                        settings.commandTimeout(), settings.connectTimeout()))
                        .timeoutOptions(TimeoutOptions.enabled(settings.commandTimeout()));
    }

    @Override
    public void destroy() {
        resetter.shutdownNow();
    }
}
