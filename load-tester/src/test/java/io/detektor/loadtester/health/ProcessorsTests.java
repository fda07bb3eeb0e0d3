package io.detektor.loadtester.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;

class ProcessorsTests {

    @Test
    void readsTheKernelsLine() {
        Processors then =
                Objects.requireNonNull(Processors.parse("cpu  100 0 50 800 50 0 0 0 0 0"));
        Processors now =
                Objects.requireNonNull(Processors.parse("cpu  150 0 70 900 60 0 0 20 0 0"));

        assertThat(then).isEqualTo(new Processors(1000, 850, 0));
        assertThat(now.busyPercentSince(then)).isEqualTo(45);
        assertThat(now.stolenPercentSince(then)).isEqualTo(10);
        assertThat(then.busyPercentSince(then)).isZero();
    }

    @Test
    void whatIsNoSuchLineSaysNothing() {
        for (String line :
                new String[] {"", "cpu", "cpu0 1 2 3 4 5 6 7 8", "cpu 1 2 3 4 5 6 x 8"}) {
            assertThat(Processors.parse(line)).isNull();
        }
    }

    @Test
    void watchesARealProcess() {
        try (HealthMonitor monitor = new HealthMonitor()) {
            monitor.start();
            long end = System.nanoTime() + 50_000_000;
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            Vitals vitals = monitor.vitals();

            assertThat(vitals.watched().toMillis()).isGreaterThanOrEqualTo(50);
            assertThat(vitals.ownCpuPercent()).isPositive();
            assertThat(vitals.worstHiccup()).isPositive();
        }
    }
}
