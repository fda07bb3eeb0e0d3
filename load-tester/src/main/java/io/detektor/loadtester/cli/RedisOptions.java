package io.detektor.loadtester.cli;

import io.detektor.loadtester.plan.InvalidValueException;
import io.detektor.loadtester.plan.RedisPlan;
import io.detektor.localset.LocalSet;
import io.detektor.redisha.NodeAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where Redis is, and as whom to log in. */
final class RedisOptions {

    @Option(
            names = "--use-sentinel",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Ask the Sentinels for the master (default), or not")
    private boolean useSentinel = true;

    @Option(
            names = "--sentinels",
            paramLabel = "HOST:PORT,...",
            defaultValue = "sentinel-1:26379,sentinel-2:26379,sentinel-3:26379",
            description = "The Sentinels; also REDIS_SENTINEL_HOSTS (default: ${DEFAULT-VALUE})")
    private String sentinels = "";

    @Option(
            names = "--master-name",
            paramLabel = "NAME",
            defaultValue = "mymaster",
            description = "Also REDIS_MASTER_NAME (default: ${DEFAULT-VALUE})")
    private String masterName = "";

    @Option(
            names = "--redis-host",
            paramLabel = "HOST",
            defaultValue = "redis",
            description =
                    "The one Redis of redis-direct and of --no-use-sentinel, or what serves while"
                            + " no Sentinel ever answered (default: ${DEFAULT-VALUE}; for"
                            + " redis-direct with --set: the master of that set)")
    private String redisHost = "";

    @Option(
            names = "--redis-port",
            paramLabel = "PORT",
            defaultValue = "6379",
            description = "(default: ${DEFAULT-VALUE})")
    private String redisPort = "";

    @Option(
            names = "--redis-username",
            paramLabel = "USER",
            defaultValue = "",
            description = "ACL user; its password comes from REDIS_PASSWORD only")
    private String redisUsername = "";

    @Option(
            names = "--set",
            paramLabel = "DIR",
            defaultValue = "",
            description = "Directory of a local set that runs: where to connect to, and to break")
    private String set = "";

    /** The local set that was given, or null. */
    @Nullable LocalSet localSet() {
        return set.isEmpty() ? null : LocalSet.attach(Path.of(set).toAbsolutePath());
    }

    /** Whether the Sentinels are to be asked. */
    boolean useSentinel() {
        return useSentinel;
    }

    /** Through the Sentinels, unless they were left out. */
    RedisPlan throughSentinel(
            LoadOptions options, Map<String, String> environment, @Nullable LocalSet local) {
        if (!useSentinel) {
            return plan(environment, List.of(), masterName, fallback(options));
        }
        if (local != null && !options.given("--sentinels")) {
            return plan(
                    environment,
                    local.sentinels().stream().map(NodeAddress::parse).toList(),
                    local.masterName(),
                    fallback(options));
        }
        List<NodeAddress> watchers = options.nodes("--sentinels", sentinels);
        if (watchers.isEmpty()) {
            throw new InvalidValueException(
                    options.name("--sentinels"), sentinels, "host:port,... or --no-use-sentinel");
        }
        return plan(environment, watchers, masterName, fallback(options));
    }

    /** Straight to one node. */
    RedisPlan direct(
            LoadOptions options, Map<String, String> environment, @Nullable LocalSet local) {
        NodeAddress node =
                local != null && !options.given("--redis-host")
                        ? NodeAddress.parse(local.master().address())
                        : fallback(options);
        return plan(environment, List.of(), masterName, node);
    }

    private NodeAddress fallback(LoadOptions options) {
        int port = options.integer("--redis-port", redisPort, 1, 65_535);
        if (redisHost.isBlank() || redisHost.matches(".*[\\s/].*")) {
            throw new InvalidValueException(
                    options.name("--redis-host"), redisHost, "a host name or an address");
        }
        return new NodeAddress(redisHost, port);
    }

    private RedisPlan plan(
            Map<String, String> environment,
            List<NodeAddress> watchers,
            String name,
            NodeAddress fallback) {
        String password = environment.getOrDefault("REDIS_PASSWORD", "");
        return new RedisPlan(
                watchers,
                name,
                fallback,
                redisUsername,
                // a user without a password takes any, but the protocol wants one
                redisUsername.isEmpty() || !password.isEmpty() ? password : redisUsername);
    }
}
