package io.detektor.telegramalerts.watch;

import io.detektor.redisha.connect.ConnectionSettings;
import io.detektor.telegramalerts.http.JsonClient;
import io.detektor.telegramalerts.incident.OwnSignal;
import io.detektor.telegramalerts.incident.Severity;
import io.detektor.telegramalerts.incident.Signal;
import io.detektor.telegramalerts.outbox.Outbox;
import io.detektor.telegramalerts.settings.BadSettingException;
import io.detektor.telegramalerts.settings.TelegramAlertsProperties;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/**
 * Containers that do not run, are unhealthy, or restart again and again; by Docker's API through a
 * proxy that allows nothing but reading. Off without one.
 *
 * @see <a href="https://docs.docker.com/reference/api/engine/">Docker Engine API</a>
 */
@Component
final class ContainerCheck {

    private static final Logger log = LoggerFactory.getLogger(ContainerCheck.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Duration WINDOW = Duration.ofHours(1);

    /** Of a set's own containers it is told within the set's incident. */
    private static final Pattern OF_THE_SET = Pattern.compile("(redis|sentinel)-.*");

    private static final Finding DOWN = new Finding("container-down:", OwnSignal.CONTAINER_DOWN);
    private static final Finding UNHEALTHY =
            new Finding("container-unhealthy:", OwnSignal.CONTAINER_UNHEALTHY);
    private static final Finding RESTARTING =
            new Finding("container-restarting:", OwnSignal.CONTAINER_RESTARTING);

    private final JsonClient client;
    private final String docker;
    private final Pattern names;
    private final int mostRestarts;
    private final String set;
    private final Outbox outbox;
    private final Reports reports;
    private final InstantSource clock;
    private final Map<String, Deque<Sample>> restarts = new HashMap<>();
    private final Set<String> seen = new HashSet<>();
    private volatile boolean answered = true;

    /** What can be wrong with a container; the key of the signal is the prefix and its name. */
    private record Finding(String prefix, OwnSignal signal) {}

    /** How often a container had been restarted at a time. */
    private record Sample(Instant at, long count) {}

    ContainerCheck(
            JsonClient client,
            ConnectionSettings settings,
            Outbox outbox,
            Reports reports,
            InstantSource clock,
            TelegramAlertsProperties properties,
            MeterRegistry registry) {
        this.client = client;
        this.docker = properties.watch().dockerProxyUrl().strip().replaceFirst("/+$", "");
        this.names = pattern(properties.watch().containers());
        this.mostRestarts = properties.watch().mostRestarts();
        this.set = Signal.set(settings.masterName());
        this.outbox = outbox;
        this.reports = reports;
        this.clock = clock;
        if (!docker.isEmpty()) {
            Gauge.builder("telegram.alerts.docker.answers", () -> answered ? 1 : 0)
                    .description("1: Docker's proxy answers; 0: containers cannot be looked at")
                    .register(registry);
            reports.everySlowly(properties.watch().interval(), this::look);
        }
    }

    private static Pattern pattern(String expression) {
        try {
            return Pattern.compile(expression);
        } catch (PatternSyntaxException e) {
            throw new BadSettingException(
                    "CONTAINERS", expression, "a regular expression; " + e.getDescription());
        }
    }

    private void look() {
        try {
            JsonNode all = get("/containers/json?all=1");
            Set<String> present = new HashSet<>();
            for (JsonNode each : all) {
                String name = each.at("/Names/0").asString("").replaceFirst("^/", "");
                if (names.matcher(name).matches()) {
                    present.add(name);
                    look(name, get("/containers/" + each.path("Id").asString() + "/json"));
                }
            }
            removed(present);
            answered = true;
        } catch (IOException e) {
            if (answered) {
                log.warn("DOCKER_PROXY_URL: containers cannot be looked at: {}", e.getMessage());
            }
            answered = false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        JsonClient.Answer answer = client.get(URI.create(docker + path), TIMEOUT);
        if (!answer.ok()) {
            throw new IOException(path + ": status " + answer.status());
        }
        return answer.body();
    }

    private void look(String name, JsonNode container) {
        JsonNode state = container.path("State");
        String status = state.path("Status").asString("unknown");
        int exit = state.path("ExitCode").asInt(0);
        boolean runs = status.equals("running");
        // a job that has done its work is well
        boolean job =
                container.at("/HostConfig/RestartPolicy/Name").asString("no").equals("no")
                        && status.equals("exited")
                        && exit == 0;
        boolean outOfMemory = state.path("OOMKilled").asBoolean(false);
        state(
                DOWN,
                name,
                runs || job,
                "does not run: " + status,
                "Exit code " + exit + (outOfMemory ? ", killed for want of memory." : "."),
                "runs again");
        boolean unhealthy = state.at("/Health/Status").asString("").equals("unhealthy");
        state(
                UNHEALTHY,
                name,
                !(runs && unhealthy),
                "is unhealthy",
                "docker inspect " + name + " shows what its check says.",
                runs ? "is healthy again" : "does not run any more");
        restarts(name, container.path("RestartCount").asLong(0));
    }

    /** Told when seen twice: one that is being restarted or replaced is not down. */
    private void state(
            Finding finding, String name, boolean well, String what, String hint, String over) {
        String key = finding.prefix() + name;
        if (well) {
            seen.remove(key);
            if (outbox.firing(key)) {
                tell(finding, name, Signal.Kind.RESOLVED, over, "");
            }
        } else if (!seen.add(key) && !outbox.firing(key)) {
            tell(finding, name, Signal.Kind.FIRING, what, hint);
        }
    }

    /** Also of what a process before this one has told. */
    private void removed(Set<String> present) {
        restarts.keySet().retainAll(present);
        for (Finding finding : List.of(DOWN, UNHEALTHY, RESTARTING)) {
            seen.removeIf(key ->
                    key.startsWith(finding.prefix())
                            && !present.contains(key.substring(finding.prefix().length())));
            outbox.firingWithPrefix(finding.prefix()).stream()
                    .map(key -> key.substring(finding.prefix().length()))
                    .filter(name -> !present.contains(name))
                    .forEach(name -> tell(finding, name, Signal.Kind.RESOLVED, "was removed", ""));
        }
    }

    private void restarts(String name, long count) {
        Instant now = clock.instant();
        Deque<Sample> samples = restarts.computeIfAbsent(name, _ -> new ArrayDeque<>());
        if (!samples.isEmpty() && samples.getLast().count() > count) {
            // a new container of that name
            samples.clear();
        }
        if (samples.isEmpty() || samples.getLast().count() < count) {
            samples.addLast(new Sample(now, count));
        }
        while (samples.size() > 1 && samples.getFirst().at().plus(WINDOW).isBefore(now)) {
            samples.removeFirst();
        }
        boolean stale = samples.getFirst().at().plus(WINDOW).isBefore(now);
        long lately = stale ? 0 : count - samples.getFirst().count();
        String key = RESTARTING.prefix() + name;
        if (lately > mostRestarts && !outbox.firing(key)) {
            tell(
                    RESTARTING,
                    name,
                    Signal.Kind.FIRING,
                    "restarted " + lately + " times within an hour",
                    "docker logs " + name + " says why.");
        } else if (lately == 0 && outbox.firing(key)) {
            tell(RESTARTING, name, Signal.Kind.RESOLVED, "has stayed up for an hour", "");
        }
    }

    private void tell(Finding finding, String name, Signal.Kind kind, String what, String hint) {
        String scope = OF_THE_SET.matcher(name).matches() ? set : "host";
        reports.tell(
                "container",
                Signal.own(
                        scope,
                        finding.prefix() + name,
                        kind,
                        clock.instant(),
                        Severity.WARNING,
                        finding.signal(),
                        "Container " + name + " " + what,
                        hint));
    }
}
