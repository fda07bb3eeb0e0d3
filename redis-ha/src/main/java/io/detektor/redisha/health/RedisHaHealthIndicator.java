package io.detektor.redisha.health;

import io.detektor.redisha.Causes;
import io.detektor.redisha.NodeAddress;
import io.detektor.redisha.connect.Role;
import io.detektor.redisha.master.MasterConnection;
import io.detektor.redisha.master.MasterConnections;
import io.detektor.redisha.sentinel.SentinelMonitor;
import io.detektor.redisha.sentinel.SentinelView;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/**
 * The truth about the set: UP when the master itself says that it is master, now. A cut-off or
 * read-only node is not UP because it answers.
 *
 * <p>{@code DEGRADED} (HTTP 200) means: it works, and the next fault may not be survived: no
 * promotable replica, or no majority of the Sentinels.
 */
public final class RedisHaHealthIndicator extends AbstractHealthIndicator {

    /** Works, with less redundancy than it should have. */
    public static final Status DEGRADED = new Status("DEGRADED");

    private final SentinelMonitor monitor;
    private final MasterConnection connection;
    private final Duration timeout;

    public RedisHaHealthIndicator(
            SentinelMonitor monitor, MasterConnections connections, Duration timeout) {
        super("Redis health check failed");
        this.monitor = monitor;
        this.connection = connections.open("health");
        this.timeout = timeout;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        SentinelView view = monitor.view();
        builder.withDetail("master", String.valueOf(view.master()))
                .withDetail("knownBy", view.source().name().toLowerCase(Locale.ROOT))
                .withDetail("promotableReplicas", names(view.promotable()))
                .withDetail("downReplicas", names(view.down()))
                .withDetail(
                        "sentinels",
                        view.answering() + " of " + view.sentinels().size() + " answer")
                .withDetail("quorum", view.quorum());
        if (view.master() == null) {
            builder.down().withDetail("error", "no master is known");
            return;
        }
        try {
            Role role =
                    connection
                            .call(commands ->
                                    commands.role().thenApply(reply -> Role.parse((List<?>) reply)))
                            .get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            if (role instanceof Role.Master master) {
                builder.withDetail("onlineReplicas", names(master.acknowledged().keySet()));
                builder.status(redundant(view, master) ? Status.UP : DEGRADED);
            } else {
                builder.down().withDetail("error", "the node is not master: " + role);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            builder.down().withDetail("error", "interrupted");
        } catch (ExecutionException | TimeoutException e) {
            builder.down().withDetail("error", "the master does not answer: " + Causes.text(e));
        }
    }

    private static boolean redundant(SentinelView view, Role.Master master) {
        return view.source() == SentinelView.Source.SINGLE
                || (view.majorityAnswers()
                        && !view.promotable().isEmpty()
                        && master.acknowledged().keySet().containsAll(view.promotable()));
    }

    private static List<String> names(Set<NodeAddress> nodes) {
        return nodes.stream().map(NodeAddress::toString).sorted().toList();
    }
}
