package io.detektor.loadtester.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TallyTests {

    private final Tally tally = new Tally();

    @Test
    void countsToThree() {
        assertThat(tally.of(7)).isZero();
        for (int before : new int[] {0, 1, 2, 3, 3}) {
            assertThat(tally.add(7)).isEqualTo(before);
        }
        assertThat(tally.of(7)).isEqualTo(Tally.MANY);
        assertThat(tally.of(6)).isZero();
        assertThat(tally.of(8)).isZero();
    }

    @Test
    void keepsNeighboursApartAcrossWordsAndChunks() {
        for (long seq = 0; seq < 300_000; seq++) {
            for (int times = 0; times < seq % 4; times++) {
                tally.add(seq);
            }
        }
        for (long seq = 0; seq < 300_000; seq++) {
            assertThat(tally.of(seq)).isEqualTo((int) (seq % 4));
        }
        assertThat(tally.of(10_000_000)).isZero();
    }

    @Test
    void oneOfManyThreadsIsTheFirst() throws InterruptedException {
        AtomicLong firsts = new AtomicLong();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            threads.add(
                    Thread.ofPlatform()
                            .start(() -> {
                                for (long seq = 0; seq < 50_000; seq++) {
                                    if (tally.add(seq) == 0) {
                                        firsts.incrementAndGet();
                                    }
                                }
                            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(firsts).hasValue(50_000);
        assertThat(tally.of(49_999)).isEqualTo(Tally.MANY);
    }
}
