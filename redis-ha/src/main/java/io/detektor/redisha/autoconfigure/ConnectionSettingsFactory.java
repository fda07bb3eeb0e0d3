package io.detektor.redisha.autoconfigure;

import io.detektor.redisha.NodeAddress;
import io.detektor.redisha.connect.ConnectionSettings;
import io.detektor.redisha.connect.ConnectionSettings.Credentials;
import io.lettuce.core.SslOptions;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.core.env.Environment;

/** From Spring Boot's connection details to what this library needs. */
final class ConnectionSettingsFactory {

    private ConnectionSettingsFactory() {}

    static ConnectionSettings create(
            DataRedisConnectionDetails details,
            Environment environment,
            RedisHaProperties.Monitor monitor) {
        DataRedisConnectionDetails.Sentinel sentinel = details.getSentinel();
        DataRedisConnectionDetails.Standalone standalone = details.getStandalone();
        Credentials node = new Credentials(details.getUsername(), details.getPassword());
        SslOptions tls = tls(details.getSslBundle());
        if (sentinel == null || sentinel.getNodes().isEmpty()) {
            if (standalone == null) {
                throw new InvalidRedisSettingException(
                        "spring.data.redis: cluster or static master-replica (expected: sentinel.*,"
                                + " or host for a single Redis)",
                        "Set spring.data.redis.sentinel.master and .nodes.");
            }
            return new ConnectionSettings(
                    "",
                    List.of(),
                    new NodeAddress(standalone.getHost(), standalone.getPort()),
                    node,
                    Credentials.NONE,
                    standalone.getDatabase(),
                    tls,
                    monitor.commandTimeout(),
                    monitor.connectTimeout());
        }
        return new ConnectionSettings(
                sentinel.getMaster(),
                sentinel.getNodes().stream()
                        .map(each -> new NodeAddress(each.host(), each.port()))
                        .toList(),
                fallback(standalone, environment),
                node,
                new Credentials(sentinel.getUsername(), sentinel.getPassword()),
                sentinel.getDatabase(),
                tls,
                monitor.commandTimeout(),
                monitor.connectTimeout());
    }

    /** Only a host that somebody wrote down; Boot's default of localhost is nobody's fallback. */
    private static @Nullable NodeAddress fallback(
            DataRedisConnectionDetails.@Nullable Standalone standalone, Environment environment) {
        boolean configured =
                environment.containsProperty("spring.data.redis.host")
                        || environment.containsProperty("spring.data.redis.url");
        return configured && standalone != null
                ? new NodeAddress(standalone.getHost(), standalone.getPort())
                : null;
    }

    private static @Nullable SslOptions tls(@Nullable SslBundle bundle) {
        return bundle == null
                ? null
                : SslOptions.builder()
                        .jdkSslProvider()
                        .keyManager(bundle.getManagers().getKeyManagerFactory())
                        .trustManager(bundle.getManagers().getTrustManagerFactory())
                        .build();
    }
}
