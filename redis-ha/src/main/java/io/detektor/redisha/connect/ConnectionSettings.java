package io.detektor.redisha.connect;

import io.detektor.redisha.NodeAddress;
import io.lettuce.core.SslOptions;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which set to reach, and as whom.
 *
 * @param masterName the name under which the Sentinels know the master; empty for a single Redis
 * @param sentinels the configured Sentinels; empty for a single Redis
 * @param fallback the node to use while no Sentinel ever answered, or the single Redis itself
 * @param node credentials for the data nodes
 * @param sentinel credentials for the Sentinels
 * @param database the logical database of the data nodes
 * @param tls how data nodes and Sentinels speak TLS; null for plain TCP
 * @param commandTimeout how long a node may take to answer
 * @param connectTimeout how long a connection may take to open
 */
public record ConnectionSettings(
        String masterName,
        List<NodeAddress> sentinels,
        @Nullable NodeAddress fallback,
        Credentials node,
        Credentials sentinel,
        int database,
        @Nullable SslOptions tls,
        Duration commandTimeout,
        Duration connectTimeout) {

    public ConnectionSettings {
        sentinels = List.copyOf(sentinels);
        if (sentinels.isEmpty() && fallback == null) {
            throw new IllegalArgumentException("fallback: null (expected: the single Redis)");
        }
    }

    /**
     * A user's name and password; never printed.
     *
     * @param username null for the default user
     * @param password null for none
     */
    public record Credentials(@Nullable String username, @Nullable String password) {

        /** No user, no password. */
        public static final Credentials NONE = new Credentials(null, null);

        @Override
        public String toString() {
            return "Credentials[username=" + username + ", password=<hidden>]";
        }
    }

    /** Whether there are Sentinels to follow. */
    public boolean hasSentinels() {
        return !sentinels.isEmpty();
    }
}
