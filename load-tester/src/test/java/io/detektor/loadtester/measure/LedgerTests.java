package io.detektor.loadtester.measure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LedgerTests {

    private final Ledger ledger = new Ledger();

    @Test
    void countsEachOutcomeAndWhatNeverGotOneAsUnknown() {
        for (int i = 0; i < 5; i++) {
            ledger.attempt();
        }
        ledger.outcome(0, Ledger.State.CONFIRMED, false, 1, 0);
        ledger.outcome(1, Ledger.State.CONFIRMED, true, 2, 0);
        ledger.outcome(2, Ledger.State.REFUSED, true, 0, 0);
        ledger.outcome(3, Ledger.State.UNKNOWN, false, 0, 0);

        assertThat(ledger.counts()).isEqualTo(new Ledger.Counts(5, 2, 1, 2, 2));
        assertThat(ledger.retried(1)).isTrue();
        assertThat(ledger.state(1)).isEqualTo(Ledger.State.CONFIRMED);
        assertThat(ledger.state(5)).isEqualTo(Ledger.State.NONE);
        assertThat(ledger.state(-1)).isEqualTo(Ledger.State.NONE);
    }

    @Test
    void keepsWhatItIsToldAcrossChunks() {
        for (long seq = 0; seq < 200_000; seq++) {
            assertThat(ledger.attempt()).isEqualTo(seq);
            ledger.checksum(seq, (int) (seq * 31));
            ledger.outcome(seq, Ledger.State.CONFIRMED, false, seq + 7, seq * 1_000_000);
        }
        for (long seq = 0; seq < 200_000; seq += 999) {
            assertThat(ledger.checksum(seq)).isEqualTo((int) (seq * 31));
            assertThat(ledger.entry(seq)).isEqualTo(seq + 7);
            assertThat(ledger.outcomeMillis(seq)).isEqualTo(seq);
        }
    }

    @Test
    void keepsEntryIdsHoweverFarApart() {
        String[] ids = {
            "1763880000123-0",
            "1763880000123-511",
            "1763880000123-512",
            "1763880000124-1048575",
            // older, younger, much older, much younger than the first
            "1763879999123-3",
            "1763883600000-4",
            "1463880000123-5",
            "1963880000123-6"
        };
        for (String id : ids) {
            long seq = ledger.attempt();
            ledger.outcome(
                    seq, Ledger.State.CONFIRMED, false, EntryId.pack(id), 3_600_000_000_000L);
        }
        long refused = ledger.attempt();
        ledger.outcome(refused, Ledger.State.REFUSED, true, 0, -1);

        for (int seq = 0; seq < ids.length; seq++) {
            assertThat(EntryId.text(ledger.entry(seq))).isEqualTo(ids[seq]);
            assertThat(ledger.outcomeMillis(seq)).isEqualTo(3_600_000);
            assertThat(ledger.state(seq)).isEqualTo(Ledger.State.CONFIRMED);
            assertThat(ledger.retried(seq)).isFalse();
        }
        assertThat(ledger.entry(refused)).isZero();
        assertThat(ledger.outcomeMillis(refused)).isZero();
        assertThat(ledger.retried(refused)).isTrue();
    }

    @Test
    void packsEntryIds() {
        for (String id : new String[] {"1763880000123-0", "1763880000123-4711", "1-1048575"}) {
            assertThat(EntryId.text(EntryId.pack(id))).isEqualTo(id);
        }
        for (String id : new String[] {"", "x", "1", "1-", "-1", "1-x"}) {
            assertThat(EntryId.pack(id)).isZero();
        }
        assertThat(EntryId.pack(null)).isZero();
    }
}
