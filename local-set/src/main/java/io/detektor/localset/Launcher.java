package io.detektor.localset;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Starts the nodes of a set by their entry points. Thread-safe. */
final class Launcher {

    private static final Duration READY_WITHIN = Duration.ofSeconds(60);

    private final SetState state;

    Launcher(SetState state) {
        this.state = state;
    }

    /** Starts every node, and waits until the set is whole. */
    void firstStart(Topology topology, @Nullable Duration downAfter) {
        state.save();
        for (Node node : state.all()) {
            try {
                Files.createDirectories(node.directory());
            } catch (IOException e) {
                throw new LocalSetException(node + ": " + e.getMessage(), e);
            }
            if (state.network() != null) {
                state.network().add(node);
            }
            launch(node);
        }
        Await.untilSilent(
                () -> {
                    for (Node node : state.all()) {
                        throwIfPortTaken(node);
                    }
                    return topology.complaint(true);
                },
                READY_WITHIN,
                " (logs: " + state.directory() + "/*.log)");
        if (downAfter != null) {
            for (Node sentinel : state.sentinels()) {
                String millis = String.valueOf(downAfter.toMillis());
                try {
                    Resp.ask(
                            sentinel,
                            "SENTINEL",
                            "SET",
                            state.masterName(),
                            "down-after-milliseconds",
                            millis);
                } catch (IOException e) {
                    throw new LocalSetException(sentinel + ": " + e.getMessage(), e);
                }
            }
        }
    }

    private static void throwIfPortTaken(Node node) {
        try {
            if (Files.exists(node.log())
                    && NodeProcess.entryPointOf(node).isEmpty()
                    && Files.readString(node.log()).contains("Address already in use")) {
                throw new PortTaken("port: " + node.port() + " of " + node + " is in use");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends of the logs: a temporary directory is gone when the exception is read. */
    String lastWords() {
        StringBuilder words = new StringBuilder();
        for (Node node : state.all()) {
            try {
                List<String> lines = Files.readAllLines(node.log());
                words.append("\n--- ").append(node.log());
                lines.subList(Math.max(0, lines.size() - 8), lines.size())
                        .forEach(line -> words.append('\n').append(line));
            } catch (IOException e) {
                words.append("\n--- no log of ").append(node);
            }
        }
        return words.toString();
    }

    /** Someone else got the port between the choice and the start; another choice may do. */
    static final class PortTaken extends RuntimeException {
        PortTaken(String message) {
            super(message);
        }
    }

    Process launch(Node node) {
        Path home = state.directory();
        Map<String, String> settings = new HashMap<>();
        settings.put("MASTER_NAME", state.masterName());
        settings.put("INITIAL_MASTER", state.redis().getFirst().address());
        settings.put("SENTINELS", sentinelAddresses());
        String entryPoint;
        String prefix;
        String config;
        if (node.isSentinel()) {
            entryPoint = "redis-sentinel-node";
            prefix = "SENTINEL_";
            config = "sentinel.conf";
        } else {
            entryPoint = "redis-node";
            prefix = "NODE_";
            config =
                    node.equals(state.redis().getFirst())
                            ? "redis-master.conf"
                            : "redis-slave.conf";
        }
        settings.put(prefix + "CONFIG", home.resolve("config").resolve(config).toString());
        settings.put(prefix + "IP", node.host());
        settings.put(prefix + "PORT", String.valueOf(node.port()));
        settings.put(prefix + "DIR", node.directory().toString());

        Path more = home.resolve(SetHome.DIRECTIVES);
        if (!node.isSentinel() && Files.exists(more)) {
            settings.put("NODE_INCLUDE", more.toString());
        }
        Isolation network = state.network();
        List<String> command = new ArrayList<>();
        if (network != null) {
            // the addresses of its network are reached by this host only
            settings.put("NODE_ALLOW_NO_PASSWORD", "yes");
            command.addAll(network.inside(node));
        }
        // a session of its own: Ctrl-C in a terminal reaches this JVM, which then ends the set in
        // its own order; and all that the entry point starts can be found
        command.addAll(
                List.of("setsid", "/bin/sh", home.resolve("bin").resolve(entryPoint).toString()));
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(node.directory().toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(node.log().toFile()));
        Map<String, String> environment = builder.environment();
        // what is set for another set, by whoever started this JVM
        environment
                .keySet()
                .removeIf(name ->
                        name.startsWith("REDIS")
                                || name.startsWith("SENTINEL")
                                || name.startsWith("NODE_"));
        environment.putAll(settings);
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            Files.writeString(NodeProcess.sessionFile(node), String.valueOf(process.pid()));
            return process;
        } catch (IOException e) {
            throw new LocalSetException(node + ": " + e.getMessage(), e);
        }
    }

    private String sentinelAddresses() {
        return state.sentinels().stream().map(Node::address).collect(Collectors.joining(" "));
    }
}
