package io.detektor.loadtester.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.detektor.loadtester.fault.FaultReport;
import io.detektor.loadtester.plan.InvalidValueException;
import io.detektor.loadtester.plan.LoadPlan;
import io.detektor.loadtester.plan.TargetPlan;
import io.detektor.loadtester.report.RunResult;
import io.detektor.loadtester.verify.StreamProof;
import io.detektor.localset.LocalSet;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Confirmed writes survive what befalls the master; unconfirmed ones do not, and it shows. */
class FaultsIntegrationTests {

    private static final String STREAM = "load-test-faults";

    private LocalSet set = LocalSet.builder().replicas(1).start();

    @BeforeEach
    void whole() {
        set.awaitReplicas(Duration.ofSeconds(30));
    }

    @AfterEach
    void stop() {
        set.close();
    }

    @Test
    void nothingConfirmedIsLostWhenTheMasterIsKilled() {
        RunResult result = run(TargetPlan.Ack.IN_SYNC, 10, 1, "at=3s kill master for=3s");

        FaultReport fault = result.faults().getFirst();
        assertThat(result.verdict().reasons()).isEmpty();
        assertThat(result.verdict().outcome()).isEqualTo("PASS");
        assertThat(result.counts().acked()).isEqualTo(3000);
        assertThat(fault.onMaster()).isTrue();
        assertThat(fault.masterAfter()).isNotEmpty().isNotEqualTo(fault.masterBefore());
        assertThat(fault.tSwitchMs()).isGreaterThan(fault.tInjectMs());
        assertThat(fault.tFirstAckNewMs()).isGreaterThan(fault.tInjectMs());
        assertThat(fault.tBackMs()).isGreaterThan(fault.tHealMs());
        assertThat(fault.longestWriteGapMs()).isBetween(500L, 10_000L);
        // the old master, back as a replica, has everything too
        assertThat(result.proof().replicas()).singleElement().matches(StreamProof::holds);
        assertThat(result.events()).extracting(RunResult.Event::kind).contains("FAULT", "SENTINEL");
    }

    @Test
    void nothingConfirmedIsLostInAPlannedSwitch() {
        RunResult result = run(TargetPlan.Ack.IN_SYNC, 6, 0, "at=2s switch");

        assertThat(result.verdict().reasons()).isEmpty();
        assertThat(result.faults().getFirst().masterAfter()).isNotEmpty();
    }

    @Test
    void theControlLosesAndIsCaught() {
        RunResult result =
                run(
                        TargetPlan.Ack.MASTER,
                        8,
                        0,
                        "at=2s hold replica",
                        "at=3500ms kill master for=3s");

        StreamProof master = Objects.requireNonNull(result.proof().master());
        // a second and a half of them, at 300/s
        assertThat(master.lost()).isBetween(200L, 1500L);
        assertThat(result.verdict().outcome()).isEqualTo("FAIL");
        assertThat(result.verdict().exitCode()).isEqualTo(4);
    }

    @Test
    void aFaultThatCannotBeDoneHereIsToldBeforeAnythingStarts() {
        assertThatThrownBy(() -> run(TargetPlan.Ack.IN_SYNC, 2, 0, "at=1s kill redis-7"))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageStartingWith("--fault: at=1s kill redis-7 (expected: ");
        assertThatThrownBy(() -> run(TargetPlan.Ack.IN_SYNC, 2, 0, "at=1s cut master"))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageStartingWith("--fault: at=1s cut master (expected: an isolated set");
    }

    private RunResult run(TargetPlan.Ack ack, int seconds, int consumers, String... faults) {
        LoadPlan plan =
                Sessions.plan(
                        set, STREAM, ack, 300, Duration.ofSeconds(seconds), consumers, faults);
        return Sessions.run(set, plan, LoadSession.BeforeReadBack.NOTHING);
    }
}
