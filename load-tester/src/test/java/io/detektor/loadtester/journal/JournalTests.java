package io.detektor.loadtester.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.detektor.loadtester.measure.Ledger;
import io.detektor.loadtester.run.SendOutcome;
import java.io.ByteArrayInputStream;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class JournalTests {

    private static final SendOutcome ACKED = new SendOutcome.Confirmed("1700-3", 1, false);

    @TempDir private Path directory = Path.of("");
    private final Ledger ledger = new Ledger();

    @Test
    void eachMessageIsALine() throws Exception {
        Journal journal = Journal.in(directory);
        for (int i = 0; i < 4; i++) {
            ledger.attempt();
        }
        journal.outcome(1, 2_000_000, 2_100_500, 2_700_000, ACKED);
        ledger.outcome(1, Ledger.State.CONFIRMED, false, 1, 0);
        journal.outcome(0, 0, 1000, 9_000_000, new SendOutcome.Refused("not-\"master\"", true));
        ledger.outcome(0, Ledger.State.REFUSED, true, 0, 0);
        journal.outcome(2, 4_000_000, 4_000_000, 5_000_000, new SendOutcome.Unknown("lost", false));
        ledger.outcome(2, Ledger.State.UNKNOWN, false, 0, 0);

        assertThat(journal.close(ledger)).isEmpty();

        assertThat(lines())
                .containsExactly(
                        "{\"seq\":1,\"dueMs\":2.0,\"sentMs\":2.101,\"doneMs\":2.7,"
                                + "\"outcome\":\"acked\",\"entry\":\"1700-3\",\"replicas\":1,"
                                + "\"retried\":false}",
                        "{\"seq\":0,\"dueMs\":0.0,\"sentMs\":0.001,\"doneMs\":9.0,"
                                + "\"outcome\":\"refused\",\"reason\":\"not-\\\"master\\\"\","
                                + "\"retried\":true}",
                        "{\"seq\":2,\"dueMs\":4.0,\"sentMs\":4.0,\"doneMs\":5.0,"
                                + "\"outcome\":\"unknown\",\"reason\":\"lost\",\"retried\":false}",
                        "{\"seq\":3,\"outcome\":\"none\",\"retried\":false}");
        assertThat(directory.resolve("acks.jsonl.gz.part")).doesNotExist();
    }

    @Test
    void aFullDiskEndsTheJournalAndIsTold() throws Exception {
        Path old = Files.writeString(directory.resolve(Journal.NAME), "of an earlier run");
        Journal journal = new Journal(directory, _ -> new FileOutputStream("/dev/full"));
        // more than any buffer on the way holds back
        for (int i = 0; i < 200_000; i++) {
            journal.outcome(i, i * 31L, i * 37L, i * 7919L, ACKED);
        }

        assertThat(journal.close(ledger))
                .hasValue(old + " was not written: No space left on device");
        assertThat(old).doesNotExist();
    }

    @Test
    void aDiskThatIsTooSlowHoldsNobodyUpAndWhatIsMissingIsCounted() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        CountDownLatch stuck = new CountDownLatch(1);
        Journal journal =
                new Journal(
                        directory,
                        file -> {
                            OutputStream real = Files.newOutputStream(file);
                            stuck.countDown();
                            await().atMost(Duration.ofSeconds(30))
                                    .until(() -> goOn.getCount() == 0);
                            return real;
                        });
        stuck.await();
        for (int i = 0; i < Journal.MOST_WAITING + 7; i++) {
            journal.outcome(i, 0, 0, 0, ACKED);
        }
        goOn.countDown();

        assertThat(journal.close(ledger))
                .hasValueSatisfying(text -> assertThat(text).contains("lacks 7 lines"));
        assertThat(lines()).hasSize(Journal.MOST_WAITING);
    }

    @Test
    void aRunOfNoMessagesHasAnEmptyJournal() throws Exception {
        assertThat(Journal.in(directory.resolve("new")).close(ledger)).isEmpty();

        assertThat(directory.resolve("new").resolve(Journal.NAME)).exists();
    }

    private List<String> lines() throws Exception {
        byte[] zipped = Files.readAllBytes(directory.resolve(Journal.NAME));
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(zipped))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }
}
