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
        return signal(key, Signal.Kind.FIRING);
    }

    private Signal resolved(String key) {
        return signal(key, Signal.Kind.RESOLVED);
    }

    private Signal signal(String key, Signal.Kind kind) {
        return new Signal(
                "scope-" + key,
                key,
                kind,
                now,
                Severity.CRITICAL,
                "Name",
                "Summary",
                "",
                null,
                null);
    }
}
