package io.detektor.loadtester.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DiagnosisTests {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Vitals WELL =
            new Vitals(
                    MINUTE,
                    Duration.ofMillis(120),
                    Duration.ofMillis(40),
                    Duration.ofMillis(6),
                    20,
                    60.0,
                    0.0);

    @Test
    void whoKeepsTheScheduleIsNotSaturated() {
        Diagnosis diagnosis = Diagnosis.of(sender(Duration.ofMillis(99), Duration.ZERO), WELL);

        assertThat(diagnosis.saturated()).isFalse();
        assertThat(diagnosis.reasons()).isEmpty();
        assertThat(diagnosis.notes()).isEmpty();
    }

    @Test
    void waitingForRoomIsTheTargetsDoing() {
        Diagnosis diagnosis =
                Diagnosis.of(sender(Duration.ofMillis(1), Duration.ofSeconds(12)), WELL);

        assertThat(diagnosis.saturated()).isFalse();
        assertThat(diagnosis.notes())
                .singleElement()
                .asString()
                .contains("limit of 20000 messages in flight", "12,000.0 ms for the target");
    }

    @Test
    void startingLateWithRoomToSpareNamesTheLikeliestCause() {
        Duration late = Duration.ofMillis(101);

        assertThat(cause(late, WELL)).contains("101.0 ms late", "could not run for up to 120.0 ms");
        assertThat(cause(late, with(Duration.ofSeconds(4), 60.0, 0.0)))
                .contains("garbage collections took 4,000.0 ms in all");
        assertThat(cause(late, with(Duration.ZERO, 97.0, 0.0)))
                .contains("processors were busy 97 %", "20 % by the load tester");
        assertThat(cause(late, with(Duration.ZERO, 97.0, 30.0))).contains("hypervisor took 30 %");
        Diagnosis.Sender busy =
                new Diagnosis.Sender(
                        true,
                        Duration.ZERO,
                        late,
                        Duration.ZERO,
                        20_000,
                        MINUTE,
                        Duration.ofSeconds(59));
        assertThat(Diagnosis.of(busy, WELL).reasons().getFirst())
                .contains("sending thread used 98 % of a processor");
    }

    @Test
    void withoutAScheduleNothingIsLateButItSaysWhoseLimitTheRateIs() {
        Diagnosis own =
                Diagnosis.of(
                        new Diagnosis.Sender(
                                false,
                                Duration.ZERO,
                                Duration.ZERO,
                                Duration.ZERO,
                                2048,
                                MINUTE,
                                MINUTE),
                        WELL);
        Diagnosis targets =
                Diagnosis.of(
                        new Diagnosis.Sender(
                                false,
                                Duration.ZERO,
                                Duration.ZERO,
                                Duration.ofSeconds(30),
                                2048,
                                MINUTE,
                                Duration.ofSeconds(20)),
                        WELL);

        assertThat(own.saturated()).isFalse();
        assertThat(own.notes()).singleElement().asString().contains("hardly ever waited");
        assertThat(targets.notes()).isEmpty();
    }

    @Test
    void saysWhatItAddsToTheMean() {
        Diagnosis diagnosis =
                Diagnosis.of(
                        new Diagnosis.Sender(
                                true,
                                Duration.ofNanos(400_000),
                                Duration.ofMillis(5),
                                Duration.ZERO,
                                20_000,
                                MINUTE,
                                Duration.ofSeconds(10)),
                        WELL);

        assertThat(diagnosis.saturated()).isFalse();
        assertThat(diagnosis.notes()).singleElement().asString().contains("0.4 ms are the load");
    }

    private static String cause(Duration late, Vitals vitals) {
        Diagnosis diagnosis = Diagnosis.of(sender(late, Duration.ZERO), vitals);
        assertThat(diagnosis.saturated()).isTrue();
        return diagnosis.reasons().getFirst();
    }

    private static Diagnosis.Sender sender(Duration lag, Duration waited) {
        return new Diagnosis.Sender(
                true, Duration.ZERO, lag, waited, 20_000, MINUTE, Duration.ofSeconds(10));
    }

    private static Vitals with(Duration collecting, double busy, double stolen) {
        return new Vitals(
                MINUTE, Duration.ofMillis(120), collecting, Duration.ZERO, 20, busy, stolen);
    }
}
