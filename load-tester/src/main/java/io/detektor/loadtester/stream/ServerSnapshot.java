package io.detektor.loadtester.stream;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a node says of itself at one moment, cut down to what explains a load: some eighty lines.
 *
 * @param info lines of {@code INFO}, by name
 * @param slowlogLength entries in its slow log; null where this user may not ask
 */
public record ServerSnapshot(Map<String, String> info, @Nullable Long slowlogLength) {

    private static final int MOST_COMMANDS = 15;

    private static final Set<String> WANTED =
            Set.of(
                    "redis_version",
                    "run_id",
                    "uptime_in_seconds",
                    "role",
                    "connected_slaves",
                    "master_link_status",
                    "master_replid",
                    "master_repl_offset",
                    "slave_repl_offset",
                    "second_repl_offset",
                    "repl_backlog_size",
                    "repl_backlog_histlen",
                    "min_slaves_good_slaves",
                    "connected_clients",
                    "blocked_clients",
                    "used_memory",
                    "used_memory_peak",
                    "used_memory_rss",
                    "maxmemory",
                    "maxmemory_policy",
                    "mem_fragmentation_ratio",
                    "loading",
                    "rdb_bgsave_in_progress",
                    "rdb_last_bgsave_status",
                    "rdb_changes_since_last_save",
                    "aof_enabled",
                    "aof_rewrite_in_progress",
                    "aof_last_bgrewrite_status",
                    "aof_last_write_status",
                    "aof_current_size",
                    "aof_delayed_fsync",
                    "latest_fork_usec",
                    "total_forks",
                    "total_connections_received",
                    "total_commands_processed",
                    "total_error_replies",
                    "total_net_input_bytes",
                    "total_net_output_bytes",
                    "total_net_repl_output_bytes",
                    "rejected_connections",
                    "expired_keys",
                    "evicted_keys",
                    "sync_full",
                    "sync_partial_ok",
                    "sync_partial_err",
                    "used_cpu_sys",
                    "used_cpu_user");

    public ServerSnapshot {
        info = Collections.unmodifiableMap(new LinkedHashMap<>(info));
    }

    /** Cuts down the whole {@code INFO}. */
    static ServerSnapshot of(String everything, @Nullable Long slowlogLength) {
        Map<String, String> all = new LinkedHashMap<>();
        everything
                .lines()
                .map(line -> line.split(":", 2))
                .filter(pair -> pair.length == 2)
                .forEach(pair -> all.put(pair[0], pair[1].trim()));
        Map<String, String> info = new LinkedHashMap<>();
        all.forEach((name, value) -> {
            if (WANTED.contains(name) || name.startsWith("errorstat_")) {
                info.put(name, value);
            }
        });
        for (String command : busiest(all)) {
            info.put("cmdstat_" + command, all.getOrDefault("cmdstat_" + command, ""));
            String latency = all.get("latency_percentiles_usec_" + command);
            if (latency != null) {
                info.put("latency_percentiles_usec_" + command, latency);
            }
        }
        return new ServerSnapshot(info, slowlogLength);
    }

    /** A line of it; empty when it is not there. */
    String line(String name) {
        return info.getOrDefault(name, "");
    }

    /** The commands that took the most time. */
    private static List<String> busiest(Map<String, String> info) {
        List<String> commands = new ArrayList<>();
        for (String name : info.keySet()) {
            if (name.startsWith("cmdstat_")) {
                commands.add(name.substring("cmdstat_".length()));
            }
        }
        commands.sort(
                Comparator.comparingLong((String command) ->
                                micros(info.getOrDefault("cmdstat_" + command, "")))
                        .reversed());
        return commands.subList(0, Math.min(MOST_COMMANDS, commands.size()));
    }

    /** Of {@code calls=..,usec=..,usec_per_call=..}. */
    private static long micros(String statistics) {
        for (String each : statistics.split(",", -1)) {
            if (each.matches("usec=\\d{1,18}")) {
                return Long.parseLong(each.substring("usec=".length()));
            }
        }
        return 0;
    }
}
