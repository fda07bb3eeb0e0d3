package io.detektor.telegramalerts.bot;

import io.detektor.telegramalerts.incident.Condition;
import io.detektor.telegramalerts.incident.Incident;
import io.detektor.telegramalerts.incident.OwnSignal;
import io.detektor.telegramalerts.incident.Reply;
import io.detektor.telegramalerts.incident.Severity;
import io.detektor.telegramalerts.incident.Signal;
import io.detektor.telegramalerts.outbox.Work;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How incidents read on a phone. None of these is longer than Telegram takes. */
final class Messages {

    /** For the line that says how many were left out, and the links. */
    private static final int RESERVE = 300;

    private static final int MOST_NAMES = 8;

    private final DateTimeFormatter time;
    private final DateTimeFormatter day;
    private final String dashboards;

    /**
     * @param dashboards base of dashboard links that begin with a slash; may be empty
     * @param zone in which times are shown
     */
    Messages(String dashboards, ZoneId zone) {
        this.dashboards = dashboards.replaceFirst("/+$", "");
        this.time = DateTimeFormatter.ofPattern("HH:mm:ss").withZone(zone);
        this.day = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss zzz").withZone(zone);
    }

    /** The text of something that is to be done; it says so where it may be a repeat. */
    Text of(Work work) {
        return switch (work) {
            case Work.Tell(var delivery, var incident) -> incident(incident, delivery.mayRepeat());
            case Work.Edit(_, var incident) -> incident(incident, false);
            case Work.Answer(var delivery, var incident, var reply) ->
                    reply(incident, reply, delivery.mayRepeat());
            case Work.TellDigest(var digest, var incidents) ->
                    digest(incidents, digest.mayRepeat());
            case Work.EditDigest(_, var incidents) -> digest(incidents, false);
        };
    }

    /** The message about an incident. */
    Text incident(Incident incident, boolean mayRepeat) {
        Condition lead = incident.lead();
        Signal signal = lead.signal();
        Text.Builder text = Text.builder().add(mark(incident)).add(" ").bold(signal.summary());
        text.line().add(incident.severity() + " · " + signal.name() + " · ").add(state(incident));
        if (!signal.description().isEmpty()) {
            text.line().add(signal.description());
        }
        List<Condition> others =
                incident.conditions().stream().filter(each -> !each.equals(lead)).toList();
        list(text, others, this::condition);
        links(text, signal);
        doubt(text, mayRepeat);
        return text.build();
    }

    private String state(Incident incident) {
        String since = day.format(incident.openedAt());
        Instant closed = incident.closedAt();
        if (closed == null) {
            return "since " + since;
        }
        return incident.conditions().stream().anyMatch(each -> each.endedAt() != null)
                ? "resolved after "
                        + text(Duration.between(incident.openedAt(), closed))
                        + " · "
                        + since
                : since;
    }

    private Text.Builder condition(Condition condition) {
        Signal signal = condition.signal();
        Text.Builder line = Text.builder().line().add(mark(condition)).add(" ");
        line.add(condition.outcome() == null ? signal.summary() : condition.outcome());
        if (!signal.summary().contains(signal.name()) && !own(signal)) {
            line.add(" (").add(signal.name()).add(")");
        }
        return line.add(" ").italic(when(condition));
    }

    private static boolean own(Signal signal) {
        for (OwnSignal each : OwnSignal.values()) {
            if (each.label().equals(signal.name())) {
                return true;
            }
        }
        return false;
    }

    private String when(Condition condition) {
        Instant began = condition.signal().startedAt();
        Instant ended = condition.endedAt();
        return ended == null
                ? time.format(began)
                : time.format(began) + ", after " + text(Duration.between(began, ended));
    }

    /** An answer to the message about an incident. */
    Text reply(Incident incident, Reply reply, boolean mayRepeat) {
        Condition about = incident.condition(reply.key()).orElseGet(incident::lead);
        Signal signal = about.signal();
        Text.Builder text = Text.builder();
        if (reply.kind() == Reply.Kind.ESCALATION) {
            text.add(mark(about) + " ").bold(signal.summary());
            if (!signal.description().isEmpty()) {
                text.line().add(signal.description());
            }
            links(text, signal);
        } else {
            String outcome = about.outcome();
            Instant ended = Objects.requireNonNullElse(about.endedAt(), incident.changedAt());
            text.add("✅ ")
                    .bold(outcome == null ? "Resolved: " + signal.summary() : outcome)
                    .add(", after ")
                    .add(text(Duration.between(incident.openedAt(), ended)));
        }
        doubt(text, mayRepeat);
        return text.build();
    }

    /** One message about many incidents, the worst first. */
    Text digest(List<Incident> incidents, boolean mayRepeat) {
        long open = incidents.stream().filter(Incident::open).count();
        Text.Builder text =
                Text.builder()
                        .add(open == 0 ? "✅ " : "🔴 ")
                        .bold(incidents.size() + " incidents at once")
                        .add(open == 0 ? ", all of them over" : ", " + open + " open");
        for (Severity severity : List.of(Severity.CRITICAL, Severity.WARNING, Severity.INFO)) {
            long count = incidents.stream().filter(each -> each.severity() == severity).count();
            if (count > 0) {
                text.add(" · " + count + " " + severity);
            }
        }
        text.line().add(names(incidents)).line();
        list(text, incidents, this::oneLine);
        doubt(text, mayRepeat);
        return text.build();
    }

    private static String names(List<Incident> incidents) {
        Map<String, Long> byName =
                incidents.stream()
                        .collect(
                                Collectors.groupingBy(
                                        each -> each.lead().signal().name(),
                                        Collectors.counting()));
        return byName.entrySet().stream()
                .sorted(
                        Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                                .thenComparing(Map.Entry.comparingByKey()))
                .limit(MOST_NAMES)
                .map(each -> each.getKey() + " × " + each.getValue())
                .collect(Collectors.joining(", "));
    }

    /** What is open, for whoever asks. */
    Text open(List<Incident> incidents) {
        if (incidents.isEmpty()) {
            return Text.plain("✅ Nothing is open.");
        }
        Text.Builder text = Text.builder().bold(incidents.size() + " open");
        list(text, incidents, this::oneLine);
        return text.build();
    }

    private Text.Builder oneLine(Incident incident) {
        return Text.builder()
                .line()
                .add(mark(incident) + " " + incident.lead().signal().summary() + " ")
                .italic(time.format(incident.openedAt()));
    }

    /** Each on a line of its own; those that do not fit are counted. */
    private static <T> void list(Text.Builder text, List<T> items, Function<T, Text.Builder> line) {
        for (int i = 0; i < items.size(); i++) {
            if (!text.addIfFits(line.apply(items.get(i)), RESERVE)) {
                text.line().add("… and " + (items.size() - i) + " more");
                return;
            }
        }
    }

    private void links(Text.Builder text, Signal signal) {
        String runbook = signal.runbookUrl();
        Text.Builder links = Text.builder().line();
        if (runbook != null && !Text.isWebAddress(runbook)) {
            links.add(runbook).line();
        }
        links.link(runbook, "runbook").link(absolute(signal.dashboardUrl()), "dashboard");
        text.addIfFits(links, 0);
    }

    private @Nullable String absolute(@Nullable String url) {
        return url != null && url.startsWith("/") && !dashboards.isEmpty() ? dashboards + url : url;
    }

    private static void doubt(Text.Builder text, boolean mayRepeat) {
        if (mayRepeat) {
            Text.Builder line = Text.builder().line();
            line.italic("Perhaps a repeat: Telegram's answer to the first attempt was lost.");
            text.addIfFits(line, 0);
        }
    }

    private static String mark(Condition condition) {
        return condition.endedAt() != null ? "✅" : mark(condition.signal().severity());
    }

    private static String mark(Incident incident) {
        boolean resolved =
                !incident.open()
                        && incident.conditions().stream().anyMatch(each -> each.endedAt() != null);
        return resolved ? "✅" : mark(incident.severity());
    }

    private static String mark(Severity severity) {
        return switch (severity) {
            case CRITICAL -> "🔴";
            case WARNING -> "🟠";
            case INFO -> "🔵";
        };
    }

    /** A duration for people. */
    static String text(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        if (seconds < 10) {
            return "%.1f s".formatted(Math.max(0, duration.toMillis()) / 1000.0);
        }
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3600) {
            return seconds / 60 + " min " + seconds % 60 + " s";
        }
        return seconds / 3600 + " h " + seconds % 3600 / 60 + " min";
    }
}
