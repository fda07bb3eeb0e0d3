package io.detektor.loadtester.drill;

import io.detektor.localset.LocalSet;
import io.detektor.localset.LocalSetException;
import io.detektor.localset.Node;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a set says of its own configuration.
 *
 * @param nodes the data nodes by name
 * @param sentinels the Sentinels by name
 */
record SetFacts(Map<String, DataNode> nodes, Map<String, Watcher> sentinels) {

    /**
     * A data node.
     *
     * @param config {@code CONFIG GET *}
     * @param info {@code INFO replication} and {@code INFO memory}
     */
    record DataNode(Map<String, String> config, Map<String, String> info) {
        boolean master() {
            return "master".equals(info.get("role"));
        }

        long number(String name) {
            String value = config.getOrDefault(name, "");
            return value.matches("\\d{1,18}") ? Long.parseLong(value) : 0;
        }
    }

    /**
     * A Sentinel.
     *
     * @param address where it says that it is
     * @param master {@code SENTINEL MASTER}
     * @param known how many other Sentinels it knows
     */
    record Watcher(String address, Map<String, String> master, long known) {
        long number(String name) {
            String value = master.getOrDefault(name, "");
            return value.matches("\\d{1,18}") ? Long.parseLong(value) : 0;
        }
    }

    SetFacts {
        nodes = new TreeMap<>(nodes);
        sentinels = new TreeMap<>(sentinels);
    }

    /**
     * Asks a set.
     *
     * @throws LocalSetException when a node does not answer
     */
    static SetFacts of(LocalSet set) {
        Map<String, DataNode> nodes = new HashMap<>();
        for (Node node : set.redisNodes()) {
            Map<String, String> info = lines(LocalSet.ask(node, "INFO", "replication"));
            info.putAll(lines(LocalSet.ask(node, "INFO", "memory")));
            nodes.put(
                    node.name(),
                    new DataNode(pairs(LocalSet.ask(node, "CONFIG", "GET", "*")), info));
        }
        Map<String, Watcher> sentinels = new HashMap<>();
        for (Node node : set.sentinelNodes()) {
            Map<String, String> master =
                    pairs(LocalSet.ask(node, "SENTINEL", "MASTER", set.masterName()));
            Object own = LocalSet.ask(node, "SENTINEL", "CONFIG", "GET", "announce-*");
            Map<String, String> announced = pairs(own);
            String ip = announced.getOrDefault("announce-ip", "");
            String port = announced.getOrDefault("announce-port", "0");
            sentinels.put(
                    node.name(),
                    new Watcher(
                            ip.isEmpty()
                                    ? node.address()
                                    : ip + ":" + (port.equals("0") ? node.port() : port),
                            master,
                            Long.parseLong(master.getOrDefault("num-other-sentinels", "0"))));
        }
        return new SetFacts(nodes, sentinels);
    }

    private static Map<String, String> pairs(@Nullable Object flat) {
        Map<String, String> pairs = new HashMap<>();
        if (flat instanceof List<?> list) {
            for (int i = 0; i + 1 < list.size(); i += 2) {
                pairs.put(String.valueOf(list.get(i)), String.valueOf(list.get(i + 1)));
            }
        }
        return pairs;
    }

    private static Map<String, String> lines(@Nullable Object info) {
        Map<String, String> lines = new HashMap<>();
        String.valueOf(info)
                .lines()
                .filter(line -> line.contains(":"))
                .forEach(line ->
                        lines.put(
                                line.substring(0, line.indexOf(':')),
                                line.substring(line.indexOf(':') + 1).trim()));
        return lines;
    }
}
