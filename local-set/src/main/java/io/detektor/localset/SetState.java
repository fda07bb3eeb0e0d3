package io.detektor.localset;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a set is made of; kept in its directory, so that another process can attach to it.
 *
 * @param network null when the nodes share the host's network
 */
record SetState(
        Path directory,
        String masterName,
        List<Node> redis,
        List<Node> sentinels,
        @Nullable Isolation network) {

    private static final String FILE = "set.properties";

    SetState {
        redis = List.copyOf(redis);
        sentinels = List.copyOf(sentinels);
    }

    /** Sentinels first: they have to be there when the data nodes ask for their roles. */
    List<Node> all() {
        return Stream.concat(sentinels.stream(), redis.stream()).toList();
    }

    static boolean existsIn(Path directory) {
        return Files.exists(directory.resolve(FILE));
    }

    void save() {
        Properties properties = new Properties();
        properties.setProperty("master-name", masterName);
        save(properties, "redis", redis);
        save(properties, "sentinel", sentinels);
        if (network != null) {
            properties.setProperty("network.prefix", network.prefix());
            properties.setProperty("network.subnet", network.subnet());
        }
        try (Writer out = Files.newBufferedWriter(directory.resolve(FILE))) {
            properties.store(out, null);
        } catch (IOException e) {
            throw new LocalSetException("directory: " + directory + ": " + e.getMessage(), e);
        }
    }

    private static void save(Properties properties, String kind, List<Node> nodes) {
        for (int i = 1; i <= nodes.size(); i++) {
            Node node = nodes.get(i - 1);
            properties.setProperty(kind + "-" + i + ".host", node.host());
            properties.setProperty(kind + "-" + i + ".port", String.valueOf(node.port()));
        }
    }

    /**
     * Reads what {@link #save} has written.
     *
     * @throws LocalSetException if the directory holds no set
     */
    static SetState load(Path directory) {
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(directory.resolve(FILE))) {
            properties.load(in);
            Path home = directory.toRealPath();
            String prefix = properties.getProperty("network.prefix");
            String subnet = properties.getProperty("network.subnet");
            return new SetState(
                    home,
                    properties.getProperty("master-name", "mymaster"),
                    load(properties, "redis", home),
                    load(properties, "sentinel", home),
                    prefix == null || subnet == null ? null : new Isolation(prefix, subnet));
        } catch (IOException | NumberFormatException e) {
            throw new LocalSetException(
                    "directory: " + directory + " (expected: that of a set that was started)", e);
        }
    }

    private static List<Node> load(Properties properties, String kind, Path home) {
        List<Node> nodes = new ArrayList<>();
        for (int i = 1; ; i++) {
            String name = kind + "-" + i;
            String host = properties.getProperty(name + ".host");
            if (host == null) {
                return nodes;
            }
            nodes.add(
                    new Node(
                            name,
                            host,
                            Integer.parseInt(properties.getProperty(name + ".port")),
                            home.resolve(name),
                            kind.equals("sentinel")));
        }
    }
}
