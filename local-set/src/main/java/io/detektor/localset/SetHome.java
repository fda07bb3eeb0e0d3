package io.detektor.localset;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The directory of a set that is about to start, and what is decided before. Stateless. */
final class SetHome {

    /** What a set adds to the configuration of its data nodes. */
    static final String DIRECTIVES = "config/more.conf";

    private static final int SENTINELS = 3;
    private static final List<String> SHIPPED =
            List.of(
                    "config/redis-master.conf",
                    "config/redis-slave.conf",
                    "config/sentinel.conf",
                    "bin/functions.sh",
                    "bin/redis-node",
                    "bin/redis-sentinel-node",
                    "bin/redis-switch");

    private SetHome() {}

    /** Makes the directory, with the shipped files in it. */
    static Path prepare(@Nullable Path directory, List<String> directives) {
        try {
            Path home =
                    directory == null
                            ? Files.createTempDirectory("local-set")
                            : Files.createDirectories(directory);
            home = home.toRealPath();
            if (SetState.existsIn(home)) {
                throw new LocalSetException("directory: " + home + " holds a set (expected: none)");
            }
            for (String file : SHIPPED) {
                Path target = home.resolve(file);
                Files.createDirectories(target.getParent());
                try (InputStream shipped = LocalSet.class.getResourceAsStream(file)) {
                    if (shipped == null) {
                        throw new LocalSetException(file + ": not on the class path");
                    }
                    Files.write(target, shipped.readAllBytes());
                }
            }
            if (!directives.isEmpty()) {
                Files.write(home.resolve(DIRECTIVES), directives);
            }
            return home;
        } catch (IOException e) {
            throw new LocalSetException("directory: " + directory + ": " + e.getMessage(), e);
        }
    }

    /** Chooses addresses. */
    static SetState describe(
            Path home, String masterName, int replicas, int basePort, boolean isolated) {
        // alone in its namespace, a node has every port to itself
        Isolation network = isolated ? Isolation.create() : null;
        int count = 1 + replicas + SENTINELS;
        int port = basePort != 0 ? basePort : isolated ? 6379 : Ports.free(count);
        List<Node> redis = new ArrayList<>();
        List<Node> sentinels = new ArrayList<>();
        for (int i = 1; i <= 1 + replicas; i++) {
            String name = "redis-" + i;
            String host = network == null ? "127.0.0.1" : network.subnet() + "." + (10 + i);
            redis.add(new Node(name, host, port++, home.resolve(name), false));
        }
        for (int i = 1; i <= SENTINELS; i++) {
            String name = "sentinel-" + i;
            String host = network == null ? "127.0.0.1" : network.subnet() + "." + (20 + i);
            sentinels.add(new Node(name, host, port++, home.resolve(name), true));
        }
        return new SetState(home, masterName, redis, sentinels, network);
    }
}
