package io.detektor.localset;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Settings of a set that is not started yet. Not thread-safe. */
public final class LocalSetBuilder {

    private static final int START_ATTEMPTS = 5;

    private @Nullable Path directory;
    private int replicas = 1;
    private int basePort;
    private String masterName = "mymaster";
    private @Nullable Duration downAfter;
    private boolean isolated;
    private final List<String> directives = new ArrayList<>();

    LocalSetBuilder() {}

    /**
     * Where everything is kept, also after {@link LocalSet#close()}; it may exist but hold no set.
     * By default a temporary one, which is deleted by {@link LocalSet#close()}.
     */
    public LocalSetBuilder directory(Path directory) {
        this.directory = directory;
        return this;
    }

    /** 1 (the default) or 2. */
    public LocalSetBuilder replicas(int replicas) {
        if (replicas < 1 || replicas > 2) {
            throw new IllegalArgumentException("replicas: " + replicas + " (expected: 1-2)");
        }
        this.replicas = replicas;
        return this;
    }

    /** First of the consecutive ports to use; by default free ones are chosen. */
    public LocalSetBuilder basePort(int basePort) {
        this.basePort = basePort;
        return this;
    }

    public LocalSetBuilder masterName(String masterName) {
        if (!masterName.matches("[A-Za-z0-9._-]+")) {
            throw new IllegalArgumentException(
                    "masterName: " + masterName + " (expected: letters, digits, . _ -)");
        }
        this.masterName = masterName;
        return this;
    }

    /**
     * Whether each node gets a network namespace of its own, for {@link LocalSet#cut}. Off by
     * default, as it needs root; see {@link LocalSet#canIsolate}.
     */
    public LocalSetBuilder isolated(boolean isolated) {
        this.isolated = isolated;
        return this;
    }

    /**
     * Adds a line to the configuration of every data node, after those of the shipped files.
     *
     * @param directive as in redis.conf, for instance {@code appendfsync always}
     */
    public LocalSetBuilder directive(String directive) {
        directives.add(directive);
        return this;
    }

    /** Overrides {@code down-after-milliseconds} of the shipped file. */
    public LocalSetBuilder downAfter(Duration downAfter) {
        this.downAfter = downAfter;
        return this;
    }

    /**
     * Starts the set, and blocks until it is whole: {@code redis-1} master, each replica in sync
     * and promotable for every Sentinel, each Sentinel knowing the others.
     *
     * @throws LocalSetException if a program is missing, no ports are free, or the set does not get
     *     ready; nothing is left running then
     */
    public LocalSet start() {
        Tools.require();
        Path home = SetHome.prepare(directory, directives);
        for (int attempt = 1; ; attempt++) {
            try {
                return LocalSet.begin(
                        SetHome.describe(home, masterName, replicas, basePort, isolated),
                        directory == null,
                        downAfter);
            } catch (Launcher.PortTaken e) {
                if (basePort != 0 || attempt == START_ATTEMPTS) {
                    throw new LocalSetException(String.valueOf(e.getMessage()), e);
                }
            }
            home = SetHome.prepare(directory, directives);
        }
    }
}
