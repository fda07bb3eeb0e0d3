package io.detektor.loadtester.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.detektor.loadtester.measure.EntryId;
import io.detektor.loadtester.measure.Ledger;
import io.detektor.loadtester.message.Content;
import io.detektor.loadtester.message.EntryFormat;
import io.detektor.loadtester.message.RunId;
import io.detektor.loadtester.plan.Payload;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The checker must be seen to fail, or its zeros say nothing. */
class StreamCheckTests {

    private static final int MESSAGES = 10;

    private final Ledger ledger = new Ledger();
    private final EntryFormat format = new EntryFormat(RunId.random());
    private final Content content = new Content(Payload.fixed(100), 1);

    @Test
    void nothingIsWrongWithWhatIsAllThere() {
        confirm();
        StreamCheck check = check();
        readAll(check);

        StreamProof proof = check.result("node");

        assertThat(proof.holds()).isTrue();
        assertThat(proof.entries()).isEqualTo(MESSAGES);
        assertThat(proof.moved()).isZero();
    }

    @Test
    void aDeletedEntryIsLost() {
        confirm();
        StreamCheck check = check();
        for (int seq = 1; seq < MESSAGES; seq++) {
            read(check, seq, fields(seq));
        }

        StreamProof proof = check.result("node");

        assertThat(proof.lost()).isEqualTo(1);
        assertThat(proof.holds()).isFalse();
        assertThat(proof.samples().get("lost"))
                .singleElement()
                .asString()
                .startsWith("#0 confirmed");
    }

    @Test
    void aCopiedEntryIsDuplicatedOnceHoweverOftenItIsThere() {
        confirm();
        StreamCheck check = check();
        readAll(check);
        check.entry("99-0", fields(3));
        check.entry("99-1", fields(3));

        assertThat(check.result("node").duplicated()).isEqualTo(1);
        assertThat(check.result("node").holds()).isFalse();
    }

    @Test
    void aForgedEntryIsUnexpected() {
        confirm();
        StreamCheck check = check();
        readAll(check);
        check.entry("99-0", fields(MESSAGES));
        check.entry("99-1", Map.of("id", "somebody-1".getBytes(StandardCharsets.UTF_8)));

        assertThat(check.result("node").unexpected()).isEqualTo(2);
        assertThat(check.result("node").holds()).isFalse();
    }

    @Test
    void aChangedByteIsCorruptedEvenWithAChecksumToMatch() {
        confirm();
        StreamCheck check = check();
        for (int seq = 0; seq < MESSAGES; seq++) {
            // another content, sealed with its own right checksum
            read(check, seq, seq == 4 ? map(format.entry(4, 5, content)) : fields(seq));
        }

        StreamProof proof = check.result("node");

        assertThat(proof.corrupted()).isEqualTo(1);
        assertThat(proof.lost()).isZero();
        assertThat(proof.holds()).isFalse();
    }

    @Test
    void unknownAndThereIsRecoveredRefusedAndThereIsResurrected() {
        confirm();
        ledger.outcome(1, Ledger.State.UNKNOWN, false, 0, 0);
        ledger.outcome(2, Ledger.State.REFUSED, false, 0, 0);
        StreamCheck check = check();
        readAll(check);

        StreamProof proof = check.result("node");

        assertThat(proof.recovered()).isEqualTo(1);
        assertThat(proof.resurrected()).isEqualTo(1);
        assertThat(proof.lost()).isZero();
        assertThat(proof.holds()).isFalse();
    }

    @Test
    void unknownAndRefusedThatAreNotThereAreFine() {
        confirm();
        ledger.outcome(1, Ledger.State.UNKNOWN, false, 0, 0);
        ledger.outcome(2, Ledger.State.REFUSED, false, 0, 0);
        StreamCheck check = check();
        for (int seq : new int[] {0, 3, 4, 5, 6, 7, 8, 9}) {
            read(check, seq, fields(seq));
        }

        assertThat(check.result("node").holds()).isTrue();
    }

    @Test
    void otherIdsAndAnotherOrderAreReported() {
        confirm();
        StreamCheck check = check();
        for (int seq : new int[] {1, 0, 2, 3, 4, 5, 6, 7, 8, 9}) {
            check.entry("77-" + seq, fields(seq));
        }

        StreamProof proof = check.result("node");

        assertThat(proof.moved()).isEqualTo(MESSAGES);
        assertThat(proof.orderBreaks()).isEqualTo(1);
        assertThat(proof.holds()).isTrue();
    }

    private void confirm() {
        for (int i = 0; i < MESSAGES; i++) {
            long seq = ledger.attempt();
            ledger.checksum(seq, format.entry(seq, 1000 + seq, content).checksum());
            ledger.outcome(seq, Ledger.State.CONFIRMED, false, EntryId.pack("5-" + seq), seq);
        }
    }

    private StreamCheck check() {
        return new StreamCheck(ledger, format);
    }

    private void readAll(StreamCheck check) {
        for (int seq = 0; seq < MESSAGES; seq++) {
            read(check, seq, fields(seq));
        }
    }

    private static void read(StreamCheck check, int seq, Map<String, byte[]> fields) {
        check.entry("5-" + seq, fields);
    }

    private Map<String, byte[]> fields(int seq) {
        return map(format.entry(seq, 1000 + seq, content));
    }

    private static Map<String, byte[]> map(EntryFormat.Entry entry) {
        Map<String, byte[]> map = new HashMap<>();
        List<byte[]> fields = entry.fields();
        for (int i = 0; i < fields.size(); i += 2) {
            map.put(new String(fields.get(i), StandardCharsets.UTF_8), fields.get(i + 1));
        }
        return map;
    }
}
