package io.detektor.loadtester.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.detektor.loadtester.measure.Ledger;
import io.detektor.loadtester.measure.Measurements;
import io.detektor.loadtester.plan.Goals;
import io.detektor.loadtester.plan.LoadPlan;
import io.detektor.loadtester.plan.Rate;
import io.detektor.loadtester.plan.RedisPlan;
import io.detektor.loadtester.plan.TargetPlan;
import io.detektor.loadtester.plan.ThresholdSpec;
import io.detektor.loadtester.verify.Threshold;
import io.detektor.redisha.NodeAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a run that misses its figures ends before its time. */
class EarlyEndTests {

    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final Duration AFTER = Duration.ofSeconds(11);

    private final Measurements measurements = new Measurements();

    @Test
    void notBeforeTheGraceIsOverAndThenOnce() {
        confirmed(1_000_000);
        EarlyEnd early = early("mean<0.5ms");

        assertThat(missed(early, Duration.ofSeconds(9))).isFalse();
        assertThat(missed(early, AFTER)).isTrue();
        assertThat(missed(early, AFTER)).isFalse();
        assertThat(early.thresholds()).extracting(Threshold::expr).containsExactly("mean<0.5ms");
        assertThat(early.text()).startsWith("ended early: mean<0.5ms was 1.0");
    }

    @Test
    void notWhileEverythingIsReached() {
        confirmed(1_000_000);

        assertThat(missed(early("mean<5ms,errors==0,rate>=0"), AFTER)).isFalse();
    }

    @Test
    void notForMessagesThatAreOnTheirWay() {
        confirmed(1000);
        measurements.ledger().attempt();

        assertThat(missed(early("success==100%"), AFTER)).isFalse();
    }

    @Test
    void forAMessageThatFailed() {
        confirmed(1000);
        measurements.failed(
                measurements.ledger().attempt(), Ledger.State.REFUSED, "no-master", false, 2000);

        // asked of every run
        assertThat(missed(early(""), AFTER)).isTrue();
    }

    @Test
    void notForWhatIsOnlyKnownAtTheEnd() {
        confirmed(1000);

        assertThat(
                        missed(
                                early("lost==0,e2e.p99<1us,sent>=1000000,success.first-try==100%"),
                                AFTER))
                .isFalse();
    }

    @Test
    void neverWithoutBeingAsked() {
        confirmed(1_000_000);
        EarlyEnd early =
                new EarlyEnd(plan(new Goals(ThresholdSpec.parse("x", "mean<0.5ms"), null)));

        assertThat(missed(early, AFTER)).isFalse();
    }

    private boolean missed(EarlyEnd early, Duration now) {
        return early.missed(measurements, measurements.tick(now).errorsTotal(), now);
    }

    private void confirmed(long nanos) {
        measurements.confirmed(measurements.ledger().attempt(), 0, 0, nanos, 0, false);
    }

    private static EarlyEnd early(String thresholds) {
        return new EarlyEnd(plan(new Goals(ThresholdSpec.parse("x", thresholds), GRACE)));
    }

    private static LoadPlan plan(Goals goals) {
        RedisPlan redis =
                new RedisPlan(List.of(), "mymaster", new NodeAddress("127.0.0.1", 1), "", "");
        return new LoadPlan(
                        new TargetPlan.Redis(redis, "s", TargetPlan.Ack.IN_SYNC, true),
                        new Rate.Max(),
                        Duration.ZERO,
                        Duration.ofMinutes(1),
                        0,
                        100,
                        null,
                        100,
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(1),
                        List.of(),
                        1)
                .at(new Rate.PerSecond(1), Duration.ofMinutes(1), goals);
    }
}
