package io.detektor.localset;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One server of a {@link LocalSet}: a place, not a process. It stays the same over a kill and a
 * start; two are equal when they are the same place of the same set.
 */
public final class Node {

    private final String name;
    private final String host;
    private final int port;
    private final Path directory;
    private final boolean sentinel;

    Node(String name, String host, int port, Path directory, boolean sentinel) {
        this.name = name;
        this.host = host;
        this.port = port;
        this.directory = directory;
        this.sentinel = sentinel;
    }

    /** For instance {@code redis-1} or {@code sentinel-3}. */
    public String name() {
        return name;
    }

    /** The address that clients and the other nodes use; never a host name. */
    public String host() {
        return host;
    }

    public int port() {
        return port;
    }

    /** Whether it is a Sentinel and not a data node. */
    public boolean isSentinel() {
        return sentinel;
    }

    /**
     * The process id of the server (not of its entry point) at this moment.
     *
     * @throws LocalSetException if it does not run
     */
    public long pid() {
        return NodeProcess.serverOf(this)
                .orElseThrow(() -> new LocalSetException(name + ": no process (expected: running)"))
                .pid();
    }

    /** As Sentinels and clients write it: {@code host:port}. */
    public String address() {
        return host + ":" + port;
    }

    Path directory() {
        return directory;
    }

    Path log() {
        return directory.resolveSibling(name + ".log");
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Node node && directory.equals(node.directory);
    }

    @Override
    public int hashCode() {
        return directory.hashCode();
    }

    /** Name and address. */
    @Override
    public String toString() {
        return name + "(" + address() + ")";
    }
}
