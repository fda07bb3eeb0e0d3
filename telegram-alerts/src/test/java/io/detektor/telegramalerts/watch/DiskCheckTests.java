package io.detektor.telegramalerts.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.detektor.telegramalerts.incident.Condition;
import io.detektor.telegramalerts.incident.Incident;
import io.detektor.telegramalerts.outbox.Outbox;
import io.detektor.telegramalerts.settings.TelegramAlertsProperties;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class DiskCheckTests {

    @TempDir private Path directory = Path.of("");

    private final AtomicInteger percent = new AtomicInteger();
    private final AtomicInteger looks = new AtomicInteger();

    @Test
    void aboveItsThresholdItIsToldOnceAndItsEndTenPointsLower() throws Exception {
        run(() -> {
            see(80);
            assertThat(incidents).isEmpty();
            see(81);
            assertThat(incidents).hasSize(1);
            assertThat(lead().signal().summary()).isEqualTo("Disk " + directory + " is 81 % full");
            assertThat(lead().signal().description())
                    .isEqualTo("19.0 GiB left. Told above 80 %, cleared below 70 %.");
            see(99);
            see(71);
            assertThat(incidents).hasSize(1);
            assertThat(lead().firing()).isTrue();
        });
        // another process knows what was told
        run(() -> {
            see(85);
            see(70);
            assertThat(incidents).hasSize(1);
            assertThat(lead().firing()).isTrue();
            see(69);
            assertThat(lead().firing()).isFalse();
            see(80);
            assertThat(incidents).hasSize(1);
            see(81);
            assertThat(incidents).hasSize(2);
        });
    }

    @Test
    void countsAsDf() throws Exception {
        Process df = new ProcessBuilder("df", "--output=pcent", directory.toString()).start();
        String text = new String(df.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(df.waitFor()).isZero();
        int expected = Integer.parseInt(text.replaceAll("\\D", ""));
        // df rounds up, and others use the disk meanwhile
        assertThat(DiskUsage.of(directory).percent()).isCloseTo(expected, within(1.5));
        assertThat(new DiskUsage(0, 0).known()).isFalse();
    }

    // ---------------------------------------------------------------- a disk of 100 GiB

    private List<Incident> incidents = List.of();
    private Runnable refresh = () -> {};

    private void run(Runnable story) throws IOException {
        try (Outbox outbox = Outbox.open(directory, List.of("-1"), 1000, InstantSource.system());
                Reports reports = new Reports(outbox, new SimpleMeterRegistry())) {
            refresh = () -> incidents = outbox.incidents();
            var check =
                    new DiskCheck(
                            outbox, reports, InstantSource.system(), properties(), this::usage);
            assertThat(check).isNotNull();
            story.run();
        }
    }

    private TelegramAlertsProperties properties() {
        Map<String, String> settings =
                Map.of(
                        "telegram-alerts.watch.interval",
                        "100ms",
                        "telegram-alerts.watch.disk-paths",
                        directory + ",/no/such/path");
        return new Binder(new MapConfigurationPropertySource(settings))
                .bindOrCreate("telegram-alerts", TelegramAlertsProperties.class);
    }

    private DiskUsage usage(Path path) {
        assertThat(path).isEqualTo(directory);
        looks.incrementAndGet();
        return new DiskUsage((long) percent.get() << 30, (100L - percent.get()) << 30);
    }

    /** From now on it is so full; returns when that was looked at, and what came of it is known. */
    private void see(int full) {
        percent.set(full);
        int before = looks.get();
        // the first may have begun before
        await().until(() -> looks.get() >= before + 3);
        refresh.run();
    }

    private Condition lead() {
        return incidents.getFirst().lead();
    }
}
