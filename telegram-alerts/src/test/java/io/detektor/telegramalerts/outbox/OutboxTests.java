package io.detektor.telegramalerts.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.detektor.telegramalerts.incident.Severity;
import io.detektor.telegramalerts.incident.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What survives, and in which state. */
class OutboxTests {

    private static final String CHAT = "-1";

    @TempDir private Path directory = Path.of("");

    private Instant now = Instant.parse("2026-01-02T03:04:05Z");
    private final InstantSource clock = () -> now;

    private Outbox open() throws IOException {
        return Outbox.open(directory, List.of(CHAT), 1000, clock);
    }

    @Test
    void whatWaitsWaitsAfterARestartAndWhatIsToldStaysTold() throws Exception {
        try (Outbox outbox = open()) {
            outbox.accept(List.of(firing("a"), firing("b")));
            Work first = outbox.next(CHAT).orElseThrow();
            outbox.sending(first);
            outbox.arrived(first, 77);
        }
        try (Outbox outbox = open()) {
            Work.Tell rest = (Work.Tell) outbox.next(CHAT).orElseThrow();
            assertThat(rest.incident().lead().signal().key()).isEqualTo("b");
            assertThat(rest.delivery().mayRepeat()).isFalse();
            outbox.arrived(rest, 78);
            assertThat(outbox.next(CHAT)).isEmpty();
            outbox.accept(List.of(resolved("a")));
            Work.Edit edit = (Work.Edit) outbox.next(CHAT).orElseThrow();
            assertThat(edit.delivery().messageId()).isEqualTo(77);
        }
    }

    @Test
    void whatWasBeingSentMayHaveArrived() throws Exception {
        try (Outbox outbox = open()) {
            outbox.accept(List.of(firing("a")));
            outbox.sending(outbox.next(CHAT).orElseThrow());
        }
        try (Outbox outbox = open()) {
            assertThat(((Work.Tell) outbox.next(CHAT).orElseThrow()).delivery().mayRepeat())
                    .isTrue();
        }
    }

    @Test
    void halfALineAtTheEndDoesNotCount() throws Exception {
        try (Outbox outbox = open()) {
            outbox.accept(List.of(firing("a")));
        }
        Files.writeString(
                directory.resolve("outbox.jsonl"), "{\"at\":\"2026-01-", StandardOpenOption.APPEND);
        try (Outbox outbox = open()) {
            assertThat(outbox.incidents()).hasSize(1);
            outbox.accept(List.of(firing("b")));
        }
        try (Outbox outbox = open()) {
            assertThat(outbox.incidents()).hasSize(2);
        }
    }

    @Test
    void aJournalThatCannotBeWrittenTakesNothingFromAlertmanagerAndTellsItsOwn() throws Exception {
        try (Outbox outbox = open()) {
            outbox.accept(List.of(firing("a")));
            // closes the file under it, as a disk that fails would have it
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> outbox.accept(List.of(firing("b"))))
                    .isInstanceOf(UnstorableException.class);
            assertThat(outbox.acceptAnyway(firing("c"))).isTrue();
            assertThat(outbox.backlog().journalWell()).isFalse();
            assertThat(outbox.backlog().messages()).isEqualTo(2);
            assertThat(Thread.interrupted()).isTrue();
            outbox.accept(List.of(firing("d")));
            assertThat(outbox.backlog().journalWell()).isTrue();
        }
        try (Outbox outbox = open()) {
            assertThat(outbox.incidents())
                    .extracting(each -> each.lead().signal().key())
                    .containsExactlyInAnyOrder("a", "c", "d");
        }
    }

    @Test
    void oneProcessAtATime() throws Exception {
        try (Outbox _ = open()) {
            assertThatThrownBy(this::open).hasMessageContaining("in use by another instance");
        }
    }

    @Test
    void whatIsUnderWayStillWaits() throws Exception {
        try (Outbox outbox = open()) {
            outbox.accept(List.of(firing("a")));
            Backlog before = outbox.backlog();
            Work work = outbox.next(CHAT).orElseThrow();
            outbox.sending(work);
            assertThat(outbox.backlog().messages()).isEqualTo(1);
            assertThat(outbox.backlog().oldest()).isNotNull().isEqualTo(before.oldest());
            outbox.arrived(work, 5);
            assertThat(outbox.backlog().messages()).isZero();
            assertThat(outbox.backlog().oldest()).isNull();
        }
    }

    @Test
    void aDigestThatIsUnderWayStillWaits() throws Exception {
        try (Outbox outbox = open()) {
            outbox.accept(warnings(0, 20));
            Work digest = outbox.next(CHAT).orElseThrow();
            assertThat(digest).isInstanceOf(Work.TellDigest.class);
            outbox.sending(digest);
            assertThat(outbox.backlog().messages()).isEqualTo(1);
            assertThat(outbox.backlog().oldest()).isNotNull();
        }
    }

    @Test
    void aStormBecomesADigestThatSurvivesAndIsEdited() throws Exception {
        List<Signal> many = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            many.add(firing("k" + i));
        }
        try (Outbox outbox = open()) {
            outbox.accept(many);
            Work.TellDigest digest = (Work.TellDigest) outbox.next(CHAT).orElseThrow();
            assertThat(digest.incidents()).hasSize(50);
            outbox.arrived(digest, 5);
            assertThat(outbox.backlog().messages()).isZero();
        }
        try (Outbox outbox = open()) {
            assertThat(outbox.next(CHAT)).isEmpty();
            outbox.accept(many.stream().map(each -> resolved(each.key())).toList());
            now = now.plusSeconds(6);
            Work.EditDigest edit = (Work.EditDigest) outbox.next(CHAT).orElseThrow();
            assertThat(edit.digest().messageId()).isEqualTo(5);
            assertThat(edit.incidents()).noneMatch(each -> each.open());
            outbox.arrived(edit, 0);
            assertThat(outbox.next(CHAT)).isEmpty();
        }
    }

    @Test
    void aCriticalOneThatJoinsAStormIsHeardAndTheOthersAreAddedInSilence() throws Exception {
        try (Outbox outbox = open()) {
            tellDigestOf(outbox, warnings(0, 20), 5);
            now = now.plusSeconds(60);
            outbox.accept(warnings(20, 40));
            outbox.accept(List.of(firing("bad")));
            Work.Tell heard = (Work.Tell) outbox.next(CHAT).orElseThrow();
            assertThat(heard.incident().lead().signal().key()).isEqualTo("bad");
            assertThat(heard.urgent()).isTrue();
            outbox.arrived(heard, 6);
            Work.EditDigest rest = (Work.EditDigest) outbox.next(CHAT).orElseThrow();
            assertThat(rest.digest().messageId()).isEqualTo(5);
            assertThat(rest.incidents()).hasSize(40);
            outbox.arrived(rest, 0);
            assertThat(outbox.next(CHAT)).isEmpty();
        }
    }

    @Test
    void aStormOfCriticalOnesAfterADigestBecomesAnotherWhichIsHeard() throws Exception {
        try (Outbox outbox = open()) {
            tellDigestOf(outbox, warnings(0, 20), 5);
            List<Signal> bad = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                bad.add(firing("bad" + i));
            }
            outbox.accept(bad);
            Work.TellDigest second = (Work.TellDigest) outbox.next(CHAT).orElseThrow();
            assertThat(second.incidents()).hasSize(20);
            outbox.arrived(second, 6);
            assertThat(outbox.next(CHAT)).isEmpty();
        }
    }

    @Test
    void rightAfterADigestItIsWaitedWhetherThereIsMore() throws Exception {
        try (Outbox outbox = open()) {
            tellDigestOf(outbox, warnings(0, 20), 5);
            outbox.accept(List.of(firing("bad")));
            assertThat(outbox.next(CHAT)).isEmpty();
            assertThat(outbox.backlog().messages()).isEqualTo(1);
            now = now.plusSeconds(10);
            assertThat(((Work.Tell) outbox.next(CHAT).orElseThrow()).urgent()).isTrue();
        }
    }

    @Test
    void oneOfADigestThatGetsWorseHasAMessageOfItsOwnAlsoAfterARestart() throws Exception {
        try (Outbox outbox = open()) {
            tellDigestOf(outbox, warnings(0, 20), 5);
            now = now.plusSeconds(60);
            outbox.accept(List.of(signal("w3", "worse", Signal.Kind.FIRING, Severity.CRITICAL)));
        }
        try (Outbox outbox = open()) {
            Work.Tell heard = (Work.Tell) outbox.next(CHAT).orElseThrow();
            assertThat(heard.incident().lead().signal().key()).isEqualTo("worse");
            assertThat(heard.urgent()).isTrue();
            outbox.arrived(heard, 6);
            Work.EditDigest rest = (Work.EditDigest) outbox.next(CHAT).orElseThrow();
            assertThat(rest.incidents()).hasSize(19);
            outbox.arrived(rest, 0);
            assertThat(outbox.next(CHAT)).isEmpty();
            // from then on it is that message's
            now = now.plusSeconds(60);
            outbox.accept(List.of(resolved("w3"), signal("w3", "worse", Signal.Kind.RESOLVED)));
            assertThat(((Work.Edit) outbox.next(CHAT).orElseThrow()).delivery().messageId())
                    .isEqualTo(6);
        }
    }

    @Test
    void whatGotWorseBeforeItsDigestWasSentIsHeardWithIt() throws Exception {
        try (Outbox outbox = open()) {
            outbox.accept(warnings(0, 20));
            assertThat(outbox.next(CHAT)).containsInstanceOf(Work.TellDigest.class);
            outbox.accept(List.of(signal("w3", "worse", Signal.Kind.FIRING, Severity.CRITICAL)));
            Work.TellDigest digest = (Work.TellDigest) outbox.next(CHAT).orElseThrow();
            assertThat(digest.incidents().getFirst().severity()).isEqualTo(Severity.CRITICAL);
            outbox.arrived(digest, 5);
            now = now.plusSeconds(60);
            assertThat(outbox.next(CHAT)).isEmpty();
        }
    }

    @Test
    void aMessageThatGetsWorseInAStormStaysUpToDate() throws Exception {
        try (Outbox outbox = open()) {
            for (int i = 0; i < 11; i++) {
                outbox.accept(warnings(i, i + 1));
                outbox.arrived(outbox.next(CHAT).orElseThrow(), i);
            }
            for (int i = 0; i < 11; i++) {
                outbox.accept(
                        List.of(signal("w" + i, "x" + i, Signal.Kind.FIRING, Severity.CRITICAL)));
            }
            Work.TellDigest digest = (Work.TellDigest) outbox.next(CHAT).orElseThrow();
            assertThat(digest.incidents()).hasSize(11);
            outbox.arrived(digest, 50);
            List<Long> edited = new ArrayList<>();
            while (outbox.next(CHAT).orElse(null) instanceof Work.Edit edit) {
                edited.add(edit.delivery().messageId());
                outbox.failed(edit);
                outbox.arrived(edit, 0);
            }
            assertThat(edited)
                    .containsExactlyInAnyOrder(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L);
            assertThat(outbox.next(CHAT)).isEmpty();
        }
    }

    @Test
    void aDigestThatCouldNotBeSentForLongTakesInWhatComes() throws Exception {
        try (Outbox outbox = open()) {
            outbox.accept(warnings(0, 20));
            outbox.failed(outbox.next(CHAT).orElseThrow());
            now = now.plus(Duration.ofMinutes(30));
            // few, or many
            outbox.accept(warnings(20, 21));
            assertThat(((Work.TellDigest) outbox.next(CHAT).orElseThrow()).incidents()).hasSize(21);
            outbox.accept(warnings(21, 40));
            Work.TellDigest digest = (Work.TellDigest) outbox.next(CHAT).orElseThrow();
            assertThat(digest.incidents()).hasSize(40);
            outbox.arrived(digest, 5);
            assertThat(outbox.next(CHAT)).isEmpty();
        }
    }

    private static void tellDigestOf(Outbox outbox, List<Signal> signals, long messageId)
            throws Exception {
        outbox.accept(signals);
        Work.TellDigest digest = (Work.TellDigest) outbox.next(CHAT).orElseThrow();
        assertThat(digest.incidents()).hasSameSizeAs(signals);
        outbox.sending(digest);
        outbox.arrived(digest, messageId);
    }

    private List<Signal> warnings(int from, int to) {
        List<Signal> signals = new ArrayList<>();
        for (int i = from; i < to; i++) {
            signals.add(signal("w" + i, "w" + i, Signal.Kind.FIRING, Severity.WARNING));
        }
        return signals;
    }

    @Test
    void aChatThatTakesNothingDoesNotFillTheOutboxForEver() throws Exception {
        try (Outbox outbox = open()) {
            outbox.accept(List.of(firing("a"), firing("b")));
            outbox.accept(List.of(resolved("a")));
        }
        now = now.plus(Duration.ofDays(8));
        try (Outbox outbox = open()) {
            // what is over for a week is no news any more; what is open is
            assertThat(outbox.incidents())
                    .extracting(each -> each.lead().signal().key())
                    .containsExactly("b");
        }
    }

    @Test
    void noMoreIsKeptForAChatThatTakesNothingThanForThePage() throws Exception {
        List<String> chats = List.of(CHAT, "dead");
        try (Outbox outbox = Outbox.open(directory, chats, 100, clock)) {
            for (int i = 0; i < 700; i++) {
                now = now.plusSeconds(1);
                // not refused, although more than 100 wait for the other chat
                outbox.accept(List.of(firing("k" + i)));
                outbox.accept(List.of(resolved("k" + i)));
                outbox.arrived(outbox.next(CHAT).orElseThrow(), i);
                assertThat(outbox.next(CHAT)).isEmpty();
            }
            assertThat(outbox.incidents()).hasSizeLessThanOrEqualTo(600);
            assertThat(outbox.next("dead")).containsInstanceOf(Work.TellDigest.class);
        }
    }

    @Test
    void whatIsOverAndToldIsForgottenInTheEnd() throws Exception {
        try (Outbox outbox = open()) {
            for (int i = 0; i < 700; i++) {
                now = now.plus(Duration.ofMinutes(5));
                outbox.acceptAnyway(firing("k"));
                outbox.arrived(outbox.next(CHAT).orElseThrow(), i);
                outbox.acceptAnyway(resolved("k"));
                while (outbox.next(CHAT).isPresent()) {
                    outbox.arrived(outbox.next(CHAT).orElseThrow(), i);
                }
            }
            assertThat(outbox.incidents()).hasSize(700);
        }
        try (Outbox outbox = open()) {
            assertThat(outbox.incidents()).hasSizeLessThanOrEqualTo(500);
            // ids go on although the first are forgotten
            assertThat(outbox.incidents().getFirst().id()).isEqualTo(700);
        }
    }

    private Signal firing(String key) {
        return signal(key, key, Signal.Kind.FIRING);
    }

    private Signal resolved(String key) {
        return signal(key, key, Signal.Kind.RESOLVED);
    }

    private Signal signal(String scope, String key, Signal.Kind kind) {
        return signal(scope, key, kind, Severity.CRITICAL);
    }

    private Signal signal(String scope, String key, Signal.Kind kind, Severity severity) {
        return new Signal(
                "scope-" + scope, key, kind, now, severity, "Name", "Summary", "", null, null);
    }
}
