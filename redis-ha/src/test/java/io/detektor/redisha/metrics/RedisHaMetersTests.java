package io.detektor.redisha.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.detektor.redisha.Rig;
import io.detektor.redisha.durability.WriteFailure;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class RedisHaMetersTests {

    private static final Path TABLE = Path.of("..", "docs", "reference", "metrics.md");

    @Test
    void theTableInTheReferenceIsWhatIsRegistered() throws IOException {
        try (Rig rig = new Rig("mymaster", List.of("127.0.0.1:1"), null, Rig.defaults())) {
            SimpleMeterRegistry registry = new SimpleMeterRegistry();
            new RedisHaMeters(rig.monitor, rig.writer, rig.statistics).bindTo(registry);
            String reference = Files.readString(TABLE);

            Set<String> documented =
                    Pattern.compile("^\\| `(redis\\.ha\\.[a-z.]+)`", Pattern.MULTILINE)
                            .matcher(reference)
                            .results()
                            .map((MatchResult match) -> match.group(1))
                            .collect(Collectors.toSet());
            // a simple registry shows a histogram's buckets as meters of their own
            List<Meter> meters =
                    registry.getMeters().stream()
                            .filter(meter -> meter.getId().syntheticAssociation() == null)
                            .toList();
            assertThat(meters)
                    .extracting(meter -> meter.getId().getName())
                    .containsOnly(documented.toArray(String[]::new))
                    .containsAll(documented);
            assertThat(meters)
                    .allSatisfy(meter -> assertThat(meter.getId().getDescription()).isNotBlank());
            for (WriteFailure reason : WriteFailure.values()) {
                assertThat(reference).contains("`" + reason.tag() + "`");
            }
        }
    }

    @Test
    void countsOutcomesByReason() {
        try (Rig rig = new Rig("mymaster", List.of("127.0.0.1:1"), null, Rig.defaults())) {
            SimpleMeterRegistry registry = new SimpleMeterRegistry();
            new RedisHaMeters(rig.monitor, rig.writer, rig.statistics).bindTo(registry);

            rig.writer.append(Rig.entry("stream", "value", Duration.ofMillis(100))).join();

            assertThat(
                            registry.get("redis.ha.writes.refused")
                                    .tag("reason", "no-master")
                                    .functionCounter()
                                    .count())
                    .isEqualTo(1);
            assertThat(registry.get("redis.ha.master.known").gauge().value()).isZero();
            assertThat(registry.get("redis.ha.sentinels.configured").gauge().value()).isEqualTo(1);
        }
    }
}
