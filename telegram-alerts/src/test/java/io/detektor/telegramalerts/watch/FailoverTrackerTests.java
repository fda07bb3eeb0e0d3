package io.detektor.telegramalerts.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.detektor.telegramalerts.incident.OwnSignal;
import io.detektor.telegramalerts.incident.Severity;
import io.detektor.telegramalerts.incident.Signal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FailoverTrackerTests {

    private static final Instant T = Instant.parse("2026-01-02T03:04:05Z");
    private static final String OLD = "master mymaster 10.0.0.1 6379";
    private static final String SWITCH = "mymaster 10.0.0.1 6379 10.0.0.2 6379";

    private final FailoverTracker tracker = new FailoverTracker("mymaster");

    @Test
    void aFailoverAsThreeSentinelsTellItIsTwoFacts() {
        List<Signal> told = new ArrayList<>();
        told.addAll(tracker.on(T, "+sdown", OLD));
        told.addAll(tracker.on(T.plusMillis(100), "+sdown", OLD));
        told.addAll(tracker.on(T.plusMillis(200), "+odown", OLD + " #quorum 2/2"));
        told.addAll(tracker.on(T.plusMillis(210), "+try-failover", OLD));
        told.addAll(tracker.on(T.plusMillis(1300), "+switch-master", SWITCH));
        told.addAll(tracker.on(T.plusMillis(1310), "+switch-master", SWITCH));
        told.addAll(tracker.on(T.plusMillis(2000), "+switch-master", SWITCH));
        // a Sentinel that was away says it late
        told.addAll(tracker.on(T.plusSeconds(90), "+switch-master", SWITCH));

        assertThat(told)
                .extracting(Signal::name)
                .containsExactly(OwnSignal.MASTER_DOWN.label(), OwnSignal.FAILOVER.label());
        assertThat(told.get(0).startedAt()).isEqualTo(T);
        assertThat(told.get(1).summary())
                .isEqualTo("Failover of mymaster: 10.0.0.1:6379 → 10.0.0.2:6379 in 1.3 s");
    }

    @Test
    void aSwitchWithoutSuspicionIsPlanned() {
        tracker.on(T, "+try-failover", OLD);
        List<Signal> told = tracker.on(T.plusMillis(400), "+switch-master", SWITCH);
        assertThat(told).hasSize(1);
        assertThat(told.getFirst().severity()).isEqualTo(Severity.INFO);
        assertThat(told.getFirst().summary())
                .startsWith("Planned switch of mymaster")
                .endsWith("in 0.4 s");
    }

    @Test
    void aSwitchAfterAMissedAgreementIsAFailover() {
        tracker.on(T, "+sdown", OLD);
        assertThat(tracker.on(T.plusSeconds(2), "+switch-master", SWITCH))
                .extracting(Signal::name)
                .containsExactly(OwnSignal.MASTER_DOWN.label(), OwnSignal.FAILOVER.label());
    }

    @Test
    void aMasterThatAnswersAgainIsWellAndCanDieAgain() {
        Signal first = tracker.on(T, "+odown", OLD).getFirst();
        assertThat(tracker.on(T.plusSeconds(1), "-odown", OLD).getFirst().kind())
                .isEqualTo(Signal.Kind.RESOLVED);
        assertThat(tracker.on(T.plusSeconds(1), "-odown", OLD)).isEmpty();
        Signal second = tracker.on(T.plusSeconds(90), "+odown", OLD).getFirst();
        assertThat(second.startedAt()).isAfter(first.startedAt());
    }

    @Test
    void attemptsThatFailAgainAndAgainAreOneFact() {
        tracker.on(T, "+odown", OLD);
        Signal first =
                tracker.on(T.plusSeconds(1), "-failover-abort-no-good-slave", OLD).getFirst();
        Signal again =
                tracker.on(T.plusSeconds(21), "-failover-abort-no-good-slave", OLD).getFirst();
        assertThat(again).isEqualTo(first);
    }

    @Test
    void othersAreNoneOfItsBusiness() {
        assertThat(tracker.on(T, "+odown", "master other 10.0.0.1 6379")).isEmpty();
        assertThat(tracker.on(T, "+sdown", "slave a 10.0.0.2 6379 @ mymaster 10.0.0.1 6379"))
                .isEmpty();
        assertThat(tracker.on(T, "+switch-master", "other 1 2 3 4")).isEmpty();
        assertThat(tracker.on(T, "+what", "")).isEmpty();
    }
}
