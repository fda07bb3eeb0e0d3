package io.detektor.loadtester.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.detektor.loadtester.plan.TargetPlan;
import io.detektor.loadtester.report.Console;
import io.detektor.loadtester.run.Interruption;
import io.detektor.localset.LocalSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The drill itself, on real sets: it passes, it fails where it has to, and it tidies up. */
class DrillIntegrationTests {

    @TempDir private Path out = Path.of("");

    private final Console console = new Console(System.out, false, false, false);
    private final Interruption interruption = new Interruption();

    @AfterEach
    void nothingIsLeft() throws IOException {
        if (Files.isDirectory(Leftovers.root())) {
            try (Stream<Path> homes = Files.list(Leftovers.root())) {
                assertThat(homes).isEmpty();
            }
        }
    }

    @Test
    void twoRowsFromEndToEnd() throws Exception {
        DrillReport report = drill("0,20", true, TargetPlan.Ack.IN_SYNC, List.of()).run();

        assertThat(report.reasons()).isEmpty();
        assertThat(report.exitCode()).isZero();
        assertThat(report.rows()).extracting(DrillReport.RowResult::number).containsExactly(0, 20);
        DrillReport.RowResult switched = report.rows().getLast();
        assertThat(switched.moves()).isEqualTo(1);
        assertThat(switched.gapMs()).isBetween(50L, 1000L);
        assertThat(switched.numbers()).isNotNull();
        assertThat(switched.events()).extracting("kind").contains("FAULT", "SENTINEL", "CLIENT");
        assertThat(report.selfTests()).hasSize(4).allMatch(DrillReport.SelfTest::caught);
        assertThat(out.resolve("row-00/result.json")).exists();
        assertThat(out.resolve("row-20/result.json")).exists();
        assertThat(out.resolve("row-20/report.html")).exists();
        DrillFiles.write(report, out);
        assertThat(out.resolve("report.html"))
                .content()
                .contains("<a href=\"row-20/report.html\">run</a>");
    }

    @Test
    void aSetThatLosesFailsTheDrill() throws Exception {
        Row kill = Rows.numbered("1").getFirst();
        Row broken =
                new Row(
                        kill.number(),
                        kill.name(),
                        kill.replicas(),
                        kill.topology(),
                        // a replica that lags, and nobody who waits for it
                        kill.control(),
                        kill.load(),
                        kill.deadline(),
                        kill.moves(),
                        kill.gap(),
                        0,
                        List.of(),
                        kill.kind(),
                        kill.suites(),
                        null);

        DrillReport report =
                new Drill(
                                plan(List.of(broken), false),
                                console,
                                interruption,
                                InstantSource.system(),
                                TargetPlan.Ack.MASTER,
                                List.of())
                        .run();

        assertThat(report.exitCode()).isEqualTo(4);
        assertThat(report.outcome()).isEqualTo("FAIL");
        assertThat(report.rows())
                .singleElement()
                .satisfies(row -> assertThat(row.reasons()).anyMatch(why -> why.endsWith(" lost")));
    }

    @Test
    void aMisconfiguredSetIsNotDrilled() throws Exception {
        DrillReport report =
                drill(
                                "0",
                                false,
                                TargetPlan.Ack.IN_SYNC,
                                List.of("maxmemory-policy allkeys-lru", "repl-backlog-size 1mb"))
                        .run();

        assertThat(report.exitCode()).isEqualTo(2);
        assertThat(report.rows()).isEmpty();
        assertThat(report.lint())
                .extracting(finding -> finding.severity() + " " + finding.setting())
                .contains("ERROR maxmemory-policy", "WARNING repl-backlog-size");
        assertThat(report.reasons().getFirst()).contains("--no-lint");
    }

    @Test
    void anInterruptionInTheMiddleOfAFaultHealsAndReports() throws Exception {
        Drill drill = drill("5", false, TargetPlan.Ack.IN_SYNC, List.of());
        CompletableFuture<DrillReport> running =
                CompletableFuture.supplyAsync(() -> {
                    try {
                        return drill.run();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
        await().atMost(Duration.ofSeconds(60)).until(DrillIntegrationTests::someServerIsStopped);
        List<Long> servers = servers();

        interruption.request();
        DrillReport report = running.get(90, TimeUnit.SECONDS);

        assertThat(report.interrupted()).isTrue();
        assertThat(report.exitCode()).isEqualTo(130);
        assertThat(report.rows())
                .singleElement()
                .satisfies(row -> assertThat(row.outcome()).isNotEqualTo("PASS"))
                .satisfies(row ->
                        assertThat(row.events())
                                .anyMatch(event -> event.text().startsWith("resume ")));
        assertThat(servers).isNotEmpty().noneMatch(pid -> ProcessHandle.of(pid).isPresent());
    }

    @Test
    void whatAKilledDrillHasLeftIsRemovedByTheNext() throws Exception {
        Path root = out.resolve("root");
        Path home = Leftovers.home(root);
        LocalSet set =
                LocalSet.builder()
                        .directory(Files.createDirectories(home.resolve("set-1")))
                        .start();
        List<Long> pids = set.redisNodes().stream().map(node -> node.pid()).toList();

        assertThat(Leftovers.sweep(root, console)).as("its owner lives").isZero();
        Files.writeString(home.resolve("owner"), "1 of another boot");

        assertThat(Leftovers.sweep(root, console)).isEqualTo(1);
        assertThat(home).doesNotExist();
        assertThat(pids)
                .noneMatch(pid -> ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false));
    }

    /** Stopped by a signal, as the kernel says. */
    private static boolean someServerIsStopped() {
        return servers().stream()
                .anyMatch(pid -> {
                    try {
                        return Files.readString(Path.of("/proc", pid.toString(), "stat"))
                                .contains(") T ");
                    } catch (IOException e) {
                        return false;
                    }
                });
    }

    private static List<Long> servers() {
        return ProcessHandle.allProcesses()
                .filter(process ->
                        process.info()
                                .command()
                                .filter(command -> command.contains("redis-"))
                                .isPresent())
                .map(ProcessHandle::pid)
                .filter(DrillIntegrationTests::isOfADrill)
                .toList();
    }

    private static boolean isOfADrill(long pid) {
        try {
            return Path.of("/proc", Long.toString(pid), "cwd")
                    .toRealPath()
                    .startsWith(Leftovers.root());
        } catch (IOException e) {
            return false;
        }
    }

    private Drill drill(
            String rows, boolean controls, TargetPlan.Ack ack, List<String> directives) {
        return new Drill(
                plan(Rows.numbered(rows), controls),
                console,
                interruption,
                InstantSource.system(),
                ack,
                directives);
    }

    private DrillPlan plan(List<Row> rows, boolean controls) {
        return new DrillPlan("test", rows, true, 300, 1, controls, true, out, null, null);
    }
}
