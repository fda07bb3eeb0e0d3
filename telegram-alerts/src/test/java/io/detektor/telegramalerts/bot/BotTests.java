package io.detektor.telegramalerts.bot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.detektor.telegramalerts.incident.IncidentBook;
import io.detektor.telegramalerts.incident.Severity;
import io.detektor.telegramalerts.incident.Signal;
import io.detektor.telegramalerts.settings.BadSettingException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Texts, chats, times: what needs no network. */
class BotTests {

    private static final Instant T = Instant.parse("2026-01-02T03:04:05Z");

    private final Messages messages = new Messages("http://g:3000", ZoneOffset.UTC);

    @Test
    void whateverAnAlertSaysIsValidHtmlAndShortEnough() {
        IncidentBook book = new IncidentBook();
        for (int i = 0; i < 200; i++) {
            String nasty = "<b>&lt;\"'" + "😀<i>&".repeat(200) + i;
            book.accept(
                    new Signal(
                            "s",
                            "k" + i,
                            Signal.Kind.FIRING,
                            T,
                            Severity.WARNING,
                            "Name<" + i,
                            nasty,
                            nasty,
                            "http://x/\"><b>",
                            "/d/x?a=1&b=<2>"),
                    T);
        }
        var incident = book.all().iterator().next();
        for (Text text :
                List.of(
                        messages.incident(incident, true),
                        messages.digest(List.of(incident, incident), true),
                        messages.open(List.of(incident)))) {
            assertThat(FakeHtml.plain(text.html())).isEqualTo(text.plain());
            assertThat(text.plain().length()).isLessThanOrEqualTo(Text.LONGEST);
        }
        assertThat(messages.incident(incident, true).plain())
                .contains("… and ", " more", "Perhaps a repeat");
    }

    @Test
    void chatsAreIdsWithTopics() {
        assertThat(Chat.parse("X", " 12, -100345:7 ,@channel,12"))
                .containsExactly(
                        new Chat("12", null), new Chat("-100345", 7), new Chat("@channel", null));
        assertThat(Chat.parse("X", "")).isEmpty();
        assertThatThrownBy(() -> Chat.parse("TELEGRAM_CHAT_IDS", "12,somebody"))
                .isInstanceOf(BadSettingException.class)
                .hasMessageContaining(
                        "TELEGRAM_CHAT_IDS: 'somebody' (expected: CHAT or CHAT:THREAD");
    }

    @Test
    void timesOfSilences() {
        assertThat(Silences.time("90m")).isEqualTo(Duration.ofMinutes(90));
        assertThat(Silences.time("1d2h3m")).isEqualTo(Duration.ofMinutes(26 * 60 + 3));
        assertThat(Silences.time("")).isZero();
        assertThat(Silences.time("1")).isZero();
        assertThat(Silences.time("-1h")).isZero();
    }
}
