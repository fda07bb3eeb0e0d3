package io.detektor.telegramalerts.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HappeningTests {

    @ParameterizedTest
    @CsvSource({
        "+switch-master, mymaster 10.0.0.1 6379 10.0.0.2 6379, master of mymaster: 10.0.0.2:6379 took over from 10.0.0.1:6379",
        "+odown, master mymaster 10.0.0.1 6379 #quorum 2/2, 'master 10.0.0.1:6379 is down, a quorum of the Sentinels agrees'",
        "+sdown, slave 10.0.0.2:6379 10.0.0.2 6379 @ mymaster 10.0.0.1 6379, replica 10.0.0.2:6379 is down",
        "-sdown, sentinel abc 10.0.0.9 26379 @ mymaster 10.0.0.1 6379, sentinel 10.0.0.9:26379 answers again",
        "+convert-to-slave, slave 10.0.0.1:6379 10.0.0.1 6379 @ mymaster 10.0.0.2 6379, replica 10.0.0.1:6379 is made a replica again",
    })
    void saysWhatHappened(String type, String details, String text) {
        assertThat(Happening.of(type, details)).map(Happening::text).contains(text);
    }

    @ParameterizedTest
    @CsvSource({
        "+sdown, master mymaster 10.0.0.1 6379",
        "+new-epoch, 7",
        "+vote-for-leader, abc 7",
        "+switch-master, short",
        "+something-new, slave a b c",
    })
    void keepsQuietAboutTheRest(String type, String details) {
        assertThat(Happening.of(type, details)).isEmpty();
    }

    @Test
    void whatThreeSentinelsTellIsToldOnceAndAgainWhenItRecurs() {
        HappeningLog log = new HappeningLog();
        Happening happening =
                Happening.of("+odown", "master mymaster 10.0.0.1 6379 #quorum 2/2").orElseThrow();
        Instant first = Instant.parse("2026-01-01T00:00:00Z");

        assertThat(log.isNew(happening, first)).isTrue();
        assertThat(log.isNew(happening, first.plusSeconds(1))).isFalse();
        assertThat(log.isNew(happening, first.plusSeconds(2))).isFalse();
        assertThat(log.isNew(happening, first.plusSeconds(60))).isTrue();
    }
}
