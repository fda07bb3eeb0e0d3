package io.detektor.telegramalerts.bot;

import io.detektor.telegramalerts.http.JsonClient;
import io.detektor.telegramalerts.incident.Incident;
import io.detektor.telegramalerts.incident.OwnSignal;
import io.detektor.telegramalerts.incident.Severity;
import io.detektor.telegramalerts.incident.Signal;
import io.detektor.telegramalerts.outbox.Backlog;
import io.detektor.telegramalerts.outbox.Outbox;
import io.detektor.telegramalerts.watch.SetStatus;
import io.detektor.telegramalerts.watch.SetWatch;
import io.detektor.telegramalerts.watch.Watchdog;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** What may be asked, and the answers. */
final class Commands {

    private static final Duration FRAME_BUFFER = Duration.ofSeconds(2);

    private static final String HELP =
            """
            /status: topology, lag, quorum, queue
            /alerts: what is open
            %s
            /test: sends a message the way that alerts go
            /help: this\
            """
                    .formatted(Silences.USAGE);

    private final SetWatch set;
    private final Watchdog watchdog;
    private final Outbox outbox;
    private final Messages messages;
    private final Silences silences;
    private final JsonClient client;
    private final String frameBuffer;
    private final InstantSource clock;

    Commands(
            SetWatch set,
            Watchdog watchdog,
            Outbox outbox,
            Messages messages,
            Silences silences,
            JsonClient client,
            String frameBuffer,
            InstantSource clock) {
        this.set = set;
        this.watchdog = watchdog;
        this.outbox = outbox;
        this.messages = messages;
        this.silences = silences;
        this.client = client;
        this.frameBuffer = frameBuffer.strip().replaceFirst("/+$", "");
        this.clock = clock;
    }

    /**
     * Answers a message.
     *
     * @param by who wrote it
     * @return empty for what is no command
     */
    Optional<Text> answer(String message, String by) throws InterruptedException {
        if (!message.startsWith("/")) {
            return Optional.empty();
        }
        List<String> words = List.of(message.strip().split("\\s+", -1));
        // in a group a command may be addressed: /status@our_bot
        String command = words.getFirst().replaceFirst("@.*", "").toLowerCase(Locale.ROOT);
        List<String> arguments = words.subList(1, words.size());
        return Optional.of(
                switch (command) {
                    case "/status" -> status();
                    case "/alerts" -> messages.open(open());
                    case "/silence" -> Text.plain(silences.silence(arguments, by, clock.instant()));
                    case "/test" -> test(by);
                    case "/help", "/start" -> Text.plain(HELP);
                    default -> Text.plain("No such command.\n" + HELP);
                });
    }

    private List<Incident> open() {
        return outbox.incidents().stream().filter(Incident::open).toList();
    }

    private Text test(String by) {
        Instant now = clock.instant();
        outbox.acceptAnyway(
                Signal.own(
                        "test:" + now,
                        "test:" + now,
                        Signal.Kind.EVENT,
                        now,
                        Severity.INFO,
                        OwnSignal.TEST,
                        "Test message, asked for by " + by,
                        "It went through the outbox, as an alert does."));
        return Text.plain("It is in the outbox.");
    }

    private Text status() throws InterruptedException {
        SetStatus now = set.status();
        Text.Builder text = Text.builder();
        text.bold("Master ").code(Objects.requireNonNullElse(now.master(), "unknown"));
        text.add(now.answers() ? "" : ", does not answer");
        Long used = now.usedMemoryBytes();
        if (used != null) {
            text.add(", " + bytes(used));
        }
        text.add(" (known by " + now.knownBy() + ")");
        for (SetStatus.Replica replica : now.replicas()) {
            Long lag = replica.lagBytes();
            text.line().add("Replica ").code(replica.address()).add(": " + replica.state());
            text.add(lag == null ? "" : ", " + bytes(lag) + " behind");
        }
        if (!now.sentinels().isEmpty()) {
            text.line()
                    .add("Sentinels: " + now.answering() + " of " + now.sentinels().size())
                    .add(" answer, quorum " + now.quorum());
        }
        frameBuffer().ifPresent(line -> text.line().add(line));
        Backlog backlog = outbox.backlog();
        text.line().add("Open incidents: " + open().size());
        text.add(", messages that wait: " + backlog.messages());
        if (watchdog.expected()) {
            text.line().add("Watchdog heard " + Messages.text(watchdog.silence()) + " ago");
        }
        return text.build();
    }

    private Optional<String> frameBuffer() throws InterruptedException {
        if (frameBuffer.isEmpty()) {
            return Optional.empty();
        }
        try {
            JsonNode body =
                    client.get(URI.create(frameBuffer + "/frames/status"), FRAME_BUFFER).body();
            return Optional.of(
                    "Queue: %d frames, dead letters: %d, buffer %.0f %% full"
                            .formatted(
                                    body.at("/redis/queue_size").asLong(-1),
                                    body.at("/redis/dlq_size").asLong(-1),
                                    body.at("/buffer/usage_percent").asDouble(0)));
        } catch (IOException e) {
            return Optional.of("Queue: frame-buffer gives no answer");
        }
    }

    private static String bytes(long bytes) {
        return bytes < 1L << 20
                ? String.format(Locale.ROOT, "%.1f KiB", bytes / 1024.0)
                : String.format(Locale.ROOT, "%.1f MiB", bytes / 1024.0 / 1024.0);
    }
}
