package io.detektor.loadtester.report;

import io.detektor.loadtester.stream.Topology;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The tables that say how a run was done: member by member, so that none is forgotten. */
final class RunTables {

    private RunTables() {}

    /** Whatever the tester says about itself, member by member. */
    static Table generator(RunResult result) {
        Table table = keys("Generator health", "Whether the tester itself kept up.");
        ResultFile.tree(result)
                .path("generator")
                .properties()
                .forEach(member -> {
                    if (!member.getValue().isNull()) {
                        table.row(
                                Table.Cell.key(words(member.getKey())),
                                Table.Cell.text(text(member.getValue())));
                    }
                });
        return table;
    }

    static Table counts(RunResult result) {
        Table table =
                keys(
                        "Messages",
                        "Success is finally acknowledged out of attempted; tries may have been repeated.");
        ResultFile.tree(result)
                .path("counts")
                .properties()
                .forEach(member -> {
                    if (!member.getValue().isObject()) {
                        table.row(
                                Table.Cell.key(words(member.getKey())),
                                Table.Cell.text(text(member.getValue())));
                    }
                });
        for (Map.Entry<String, Long> error :
                new java.util.TreeMap<>(result.counts().errors()).entrySet()) {
            table.row(
                    Table.Cell.key("failed tries"),
                    Table.Cell.text(error.getKey() + ": " + Tables.count(error.getValue())));
        }
        return table;
    }

    static Table configuration(RunResult result) {
        Table table = keys("Configuration", "Every option as it was used.");
        result.config()
                .forEach((name, value) -> {
                    if (!value.isEmpty()) {
                        table.row(Table.Cell.key(name), Table.Cell.text(value));
                    }
                });
        return table;
    }

    static Table environment(RunResult result) {
        Table table = keys("Where", "");
        RunResult.Run run = result.run();
        table.row(Table.Cell.key("load tester"), Table.Cell.text(run.version()));
        table.row(Table.Cell.key("Java"), Table.Cell.text(run.jvm()));
        table.row(
                Table.Cell.key("machine"),
                Table.Cell.text(
                        run.host().cpus()
                                + " processors, "
                                + Tables.count(run.host().memMb())
                                + " MB, "
                                + run.host().kernel()));
        table.row(Table.Cell.key("Redis"), Table.Cell.text(result.target().redisVersion()));
        set("set before", result.target().before(), table);
        set("set after", result.target().after(), table);
        return table;
    }

    private static void set(String name, @Nullable Topology set, Table table) {
        if (set == null) {
            return;
        }
        for (Topology.Node node : set.nodes()) {
            table.row(
                    Table.Cell.key(name),
                    Table.Cell.text(
                            node.address()
                                    + " "
                                    + (node.role().isEmpty() ? "does not answer" : node.role())
                                    + (node.promotable() ? ", promotable" : "")));
        }
        table.row(
                Table.Cell.key(name),
                Table.Cell.text(
                        set.sentinelsAnswering()
                                + " of "
                                + set.sentinels()
                                + " Sentinels answer, quorum "
                                + set.quorum()));
    }

    private static Table keys(String title, String note) {
        return new Table(title, note, false).column("what", false).column("value", false);
    }

    /** {@code worstLateMs} as {@code worst late, ms}. */
    static String words(String member) {
        String words = member.replaceAll("([a-z0-9])([A-Z])", "$1 $2").toLowerCase(Locale.ROOT);
        return words.replaceAll(" (ms|us|mb)$", ", $1")
                .replaceAll(" percent$", ", %")
                .replaceAll(", us$", ", µs")
                .replaceAll(", mb$", ", MB");
    }

    static String text(JsonNode value) {
        if (value.isIntegralNumber()) {
            return Tables.count(value.asLong());
        }
        if (value.isFloatingPointNumber()) {
            return Columns.plain(value.asDouble());
        }
        if (value.isArray()) {
            StringBuilder all = new StringBuilder();
            value.forEach(each -> all.append(all.isEmpty() ? "" : "; ").append(text(each)));
            return all.isEmpty() ? "none" : all.toString();
        }
        return value.isValueNode() ? value.asString() : value.toString();
    }
}
