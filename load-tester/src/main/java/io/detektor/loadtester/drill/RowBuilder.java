package io.detektor.loadtester.drill;

import io.detektor.loadtester.plan.FaultSpec;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes a row down, with what most rows have as defaults. Not thread-safe. */
final class RowBuilder {

    private final int number;
    private final String name;
    private int replicas = 1;
    private String topology = "1+1, as shipped";
    private List<FaultSpec> faults = List.of();
    private Duration load = Duration.ofSeconds(14);
    private Duration deadline = Duration.ofSeconds(20);
    private Row.Moves moves = new Row.Moves(0, 0);
    private GapRange gap = GapRange.none();
    private int consumers;
    private List<FaultSpec> control = List.of();
    private Row.Kind kind = Row.Kind.STREAM;
    private final Set<Row.Suite> suites = EnumSet.noneOf(Row.Suite.class);
    private @Nullable String obstacle;

    RowBuilder(int number, String name) {
        this.number = number;
        this.name = name;
    }

    /** Three data nodes, and why. */
    RowBuilder threeNodes(String why) {
        replicas = 2;
        topology = "1+2: " + why;
        return this;
    }

    RowBuilder faults(String... texts) {
        faults = parse(texts);
        return this;
    }

    RowBuilder load(int seconds) {
        load = Duration.ofSeconds(seconds);
        return this;
    }

    RowBuilder deadline(int seconds) {
        deadline = Duration.ofSeconds(seconds);
        return this;
    }

    RowBuilder moves(int least, int most) {
        moves = new Row.Moves(least, most);
        return this;
    }

    RowBuilder gap(GapRange range) {
        gap = range;
        return this;
    }

    RowBuilder consumers(int count) {
        consumers = count;
        return this;
    }

    RowBuilder control(String... texts) {
        control = parse(texts);
        return this;
    }

    RowBuilder kind(Row.Kind what) {
        kind = what;
        return this;
    }

    RowBuilder standard() {
        suites.add(Row.Suite.STANDARD);
        return this;
    }

    RowBuilder smoke() {
        suites.add(Row.Suite.SMOKE);
        return standard();
    }

    RowBuilder notPossible(String why) {
        obstacle = why;
        return this;
    }

    Row build() {
        return new Row(
                number, name, replicas, topology, faults, load, deadline, moves, gap, consumers,
                control, kind, suites, obstacle);
    }

    private List<FaultSpec> parse(String... texts) {
        return List.of(texts).stream().map(text -> FaultSpec.parse("row " + number, text)).toList();
    }
}
