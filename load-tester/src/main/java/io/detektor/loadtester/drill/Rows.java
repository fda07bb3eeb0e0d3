package io.detektor.loadtester.drill;

import io.detektor.loadtester.plan.InvalidValueException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The fault matrix. Times are those of the shipped sentinel.conf: down-after 2 s, failover-timeout
 * 10 s.
 */
final class Rows {

    private static final String HELD = "at=2s hold replica";

    private Rows() {}

    /** Every row, by number. */
    static List<Row> all() {
        return Stream.of(master(), network(), replicas(), sentinels(), rest())
                .flatMap(List::stream)
                .sorted(Comparator.comparingInt(Row::number))
                .toList();
    }

    static List<Row> of(Row.Suite suite) {
        return all().stream().filter(row -> row.suites().contains(suite)).toList();
    }

    /**
     * Reads {@code 1,5,19} or {@code 0-5,7}.
     *
     * @throws InvalidValueException naming what is no row
     */
    static List<Row> numbered(String text) {
        Set<Row> rows = new LinkedHashSet<>();
        for (String part : text.split(",", -1)) {
            String trimmed = part.trim().toLowerCase(Locale.ROOT);
            if (!trimmed.matches("\\d{1,2}(-\\d{1,2})?")) {
                throw wrong(part);
            }
            int[] ends =
                    Arrays.stream(trimmed.split("-", -1)).mapToInt(Integer::parseInt).toArray();
            List<Row> found =
                    all().stream()
                            .filter(row ->
                                    row.number() >= ends[0]
                                            && row.number() <= ends[ends.length - 1])
                            .toList();
            if (found.isEmpty()) {
                throw wrong(part);
            }
            rows.addAll(found);
        }
        return new ArrayList<>(rows);
    }

    private static InvalidValueException wrong(String part) {
        return new InvalidValueException(
                "rows", part, "smoke, standard, soak, gaps, or numbers of rows such as 1,5,19");
    }

    private static List<Row> master() {
        return List.of(
                row(0, "nothing").load(6).consumers(1).standard().build(),
                row(1, "master killed, stays down")
                        .faults("at=3s kill master")
                        .load(12)
                        .moves(1, 1)
                        .gap(GapRange.failover())
                        .control(HELD, "at=3500ms kill master")
                        .smoke()
                        .build(),
                row(2, "master killed, back after 8 s")
                        .faults("at=3s kill master for=8s")
                        .load(20)
                        .moves(1, 1)
                        .gap(GapRange.failover())
                        .standard()
                        .build(),
                row(3, "master killed and started at once")
                        .faults("at=3s kill master for=100ms")
                        .moves(0, 1)
                        .gap(
                                GapRange.of(
                                        0.1,
                                        6.5,
                                        "redis-node waits for a failover that can come; as row 1"))
                        .build(),
                row(4, "master stopped cleanly")
                        .faults("at=3s stop master for=6s")
                        .moves(1, 1)
                        .gap(GapRange.upTo(Duration.ofSeconds(3), "it hands over first, as row 20"))
                        .standard()
                        .build(),
                row(5, "master frozen for three times down-after")
                        .faults("at=3s freeze master for=6s")
                        .moves(1, 1)
                        .gap(GapRange.failover())
                        .control(HELD, "at=3500ms freeze master for=6s")
                        .smoke()
                        .build(),
                row(6, "busy script on the master")
                        .faults("at=3s busy master for=8s")
                        .load(18)
                        .moves(1, 1)
                        .gap(GapRange.failover())
                        .build(),
                row(19, "bare SENTINEL FAILOVER under load")
                        .faults("at=3s failover")
                        .moves(1, 1)
                        .gap(
                                GapRange.upTo(
                                        Duration.ofSeconds(5),
                                        "no down-after; the old master is told after 8 s, the"
                                                + " client moves when the Sentinels name another"))
                        .control(HELD, "at=3500ms failover")
                        .standard()
                        .build(),
                row(20, "planned switch under load")
                        .faults("at=3s switch")
                        .load(8)
                        .moves(1, 1)
                        .gap(
                                GapRange.upTo(
                                        Duration.ofSeconds(1),
                                        "measured: 0.25 to 0.67 s of pause, docs/explanation"))
                        .smoke()
                        .build(),
                row(21, "new master killed as soon as it is promoted")
                        .threeNodes("somebody has to be left")
                        .faults(
                                "at=3s kill master for=16s",
                                "at=3s when=switch kill master for=12s")
                        .load(26)
                        .deadline(40)
                        .moves(2, 2)
                        .gap(
                                GapRange.of(
                                        1.5,
                                        26,
                                        "two failovers; a second one may wait for 2 x"
                                                + " failover-timeout"))
                        .standard()
                        .build(),
                row(33, "same batch sent again to the promoted node")
                        .faults("at=3s freeze replica for=400ms", "at=3200ms kill master for=8s")
                        .moves(1, 1)
                        .gap(GapRange.failover())
                        .build());
    }

    private static List<Row> network() {
        return List.of(
                row(7, "master cut off from all but the client")
                        .faults("at=3s cut master for=8s")
                        .load(18)
                        .moves(1, 1)
                        .gap(GapRange.failover())
                        .control("at=3s cut master for=8s")
                        .standard()
                        .build(),
                row(8, "minority: master, a replica and client A; majority: the rest, client B")
                        .threeNodes("a replica on either side")
                        .faults(
                                "at=4s cut master from=replica-2,sentinels for=8s",
                                "at=4s cut replica-1 from=replica-2,sentinels for=8s")
                        .load(20)
                        .moves(1, 1)
                        .gap(
                                GapRange.of(
                                        1.5,
                                        12,
                                        "as row 1; and once more after the heal: the replica of the"
                                                + " minority still follows the old master, until the"
                                                + " Sentinels point it at the new one, after"
                                                + " failover-timeout 10 s"))
                        .control(
                                "at=4s cut master from=replica-2,sentinels for=8s",
                                "at=4s cut replica-1 from=replica-2,sentinels for=8s")
                        .kind(Row.Kind.TWO_SIDES)
                        .standard()
                        .build(),
                row(9, "master cut off from the Sentinels only")
                        .faults("at=3s cut master from=sentinels for=8s")
                        .load(18)
                        .moves(1, 1)
                        .gap(
                                GapRange.upTo(
                                        Duration.ofMillis(4500),
                                        "the master confirms until the replica is promoted"))
                        .build(),
                row(13, "link of the replica slow: 100 ms, one piece in 100 lost")
                        .faults("at=3s delay replica for=6s")
                        .load(14)
                        .gap(
                                GapRange.upTo(
                                        Duration.ofSeconds(4),
                                        "the link is made anew, and a replica tries once a second"))
                        .standard()
                        .build(),
                row(29, "connection reset after the write, before the reply")
                        .faults("at=3s reset master for=5s")
                        .load(12)
                        .gap(
                                GapRange.upTo(
                                        Duration.ofSeconds(2),
                                        "a new connection takes milliseconds; 2 s on a busy host"))
                        .standard()
                        .build(),
                row(31, "cable of the master pulled and plugged in")
                        .faults("at=3s unplug master for=8s")
                        .load(18)
                        .moves(1, 1)
                        .gap(GapRange.failover())
                        .build());
    }

    private static List<Row> replicas() {
        return List.of(
                row(10, "replica killed")
                        .faults("at=3s kill replica for=6s")
                        .load(16)
                        .gap(GapRange.replicaDown())
                        .standard()
                        .build(),
                row(11, "both replicas killed")
                        .threeNodes("two replicas to kill")
                        .faults("at=3s kill replica-1 for=6s", "at=3s kill replica-2 for=6s")
                        .load(16)
                        .gap(GapRange.replicaDown())
                        .build(),
                row(12, "replica frozen")
                        .faults("at=3s freeze replica for=6s")
                        .load(16)
                        .gap(GapRange.replicaDown())
                        .build(),
                row(14, "master killed while a replica lags 2 s")
                        .threeNodes("one that lags, one that does not")
                        .faults("at=3s hold replica-1 for=8s", "at=5s kill master for=8s")
                        .load(24)
                        .deadline(30)
                        .moves(1, 1)
                        .gap(
                                GapRange.of(
                                        3,
                                        17,
                                        "nothing is confirmed from the lag on until the laggard"
                                                + " follows again, 8 s later, and is in sync"))
                        .standard()
                        .build(),
                row(15, "master and a replica killed together")
                        .threeNodes("one that is left")
                        .faults("at=3s kill master for=9s", "at=3s kill replica-2 for=9s")
                        .load(20)
                        .moves(1, 1)
                        .gap(GapRange.of(1.5, 9, "as row 1, then until the other is excluded"))
                        .build(),
                row(32, "full resynchronisation under load")
                        .faults("at=3s wipe replica for=1s")
                        .load(16)
                        .gap(GapRange.replicaDown())
                        .build());
    }

    private static List<Row> sentinels() {
        return List.of(
                row(16, "a Sentinel killed, then the master")
                        .faults("at=2s kill sentinel-1 for=14s", "at=5s kill master for=8s")
                        .load(18)
                        .moves(1, 1)
                        .gap(GapRange.failover())
                        .build(),
                row(17, "two Sentinels killed, then the master: no majority")
                        .faults(
                                "at=2s kill sentinel-1 for=9s",
                                "at=2s kill sentinel-2 for=9s",
                                "at=4s kill master for=16s")
                        .load(28)
                        .deadline(40)
                        .moves(1, 1)
                        .gap(
                                GapRange.of(
                                        6,
                                        24,
                                        "7 s until a Sentinel returns, then as row 1; an attempt"
                                                + " that failed before costs up to failover-timeout"))
                        .standard()
                        .build(),
                row(18, "the Sentinel that leads the failover crashes")
                        .faults("at=2s crash-elected for=20s", "at=4s kill master for=16s")
                        .load(40)
                        .deadline(60)
                        .moves(1, 1)
                        .gap(GapRange.of(1.5, 30, "a second try after up to 2 x failover-timeout"))
                        .build(),
                row(24, "clock of a Sentinel and of the master set on by 60 s")
                        .notPossible(
                                "a process with a clock of its own takes libfaketime, which the"
                                        + " set has not")
                        .build());
    }

    private static List<Row> rest() {
        return List.of(
                row(22, "rolling restart of every node")
                        .faults(
                                "at=2s stop replica for=1s",
                                "at=8s when=whole stop master for=1s",
                                "at=18s when=whole stop sentinel-1 for=1s",
                                "at=22s stop sentinel-2 for=1s",
                                "at=26s stop sentinel-3 for=1s")
                        .load(32)
                        .moves(1, 1)
                        .gap(GapRange.upTo(Duration.ofMillis(4500), "as rows 4 and 10"))
                        .build(),
                row(23, "every data node killed, started again")
                        .faults("at=3s kill redis-1 for=5s", "at=3s kill redis-2 for=5s")
                        .load(30)
                        .deadline(60)
                        .moves(0, 1)
                        .gap(
                                GapRange.of(
                                        4,
                                        40,
                                        "5 s down, then redis-node waits up to 15 s for the"
                                                + " other"))
                        .build(),
                row(25, "disk of the master full")
                        .notPossible("each node needs a small file system of its own")
                        .build(),
                row(26, "memory of the master full")
                        .faults("at=3s squeeze master for=5s")
                        .gap(
                                GapRange.of(
                                        1,
                                        7,
                                        "5 s less the time that 512 KB last at 500 messages a"
                                                + " second, and more"))
                        .build(),
                row(27, "consumer killed in the middle of a batch")
                        .faults("at=3s take")
                        .load(8)
                        .consumers(2)
                        .standard()
                        .build(),
                row(28, "frame-buffer killed in the middle of requests")
                        .faults("at=4s kill frame-buffer for=1s")
                        .load(20)
                        .deadline(40)
                        .gap(
                                GapRange.of(
                                        1,
                                        25,
                                        "1 s down, and the start of a JVM beside everything else"))
                        .kind(Row.Kind.SERVICE)
                        .standard()
                        .build(),
                row(30, "consumer group destroyed")
                        .faults("at=3s ungroup")
                        .load(8)
                        .consumers(2)
                        .build());
    }

    private static RowBuilder row(int number, String name) {
        return new RowBuilder(number, name);
    }
}
