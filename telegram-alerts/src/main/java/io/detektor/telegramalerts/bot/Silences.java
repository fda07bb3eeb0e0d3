package io.detektor.telegramalerts.bot;

import io.detektor.telegramalerts.http.JsonClient;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes silences in Alertmanager.
 *
 * @see <a href="https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml">API
 *     v2</a>
 */
final class Silences {

    static final String USAGE =
            "/silence TIME WHAT, for instance /silence 1h RedisSlaveDown, /silence 30m"
                    + " component=redis severity=warning, or /silence 2h all";

    private static final Pattern TIME =
            Pattern.compile("(?:(\\d{1,3})d)?(?:(\\d{1,3})h)?(?:(\\d{1,4})m)?");
    private static final Pattern MATCHER =
            Pattern.compile("([A-Za-z_]\\w*)(=~|!~|!=|=)(.*)", Pattern.DOTALL);
    private static final Duration LONGEST = Duration.ofDays(30);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final JsonClient client;
    private final URI alertmanager;

    Silences(JsonClient client, URI alertmanager) {
        this.client = client;
        this.alertmanager = alertmanager;
    }

    /**
     * Makes one.
     *
     * @param words time and matchers
     * @param by who asked for it
     * @return what became of it, for the one who asked
     */
    String silence(List<String> words, String by, Instant now) throws InterruptedException {
        if (words.size() < 2) {
            return "What, and for how long? " + USAGE;
        }
        Duration time = time(words.getFirst());
        if (time.isZero() || time.compareTo(LONGEST) > 0) {
            return "'" + words.getFirst() + "' is no time from 1m to 30d. " + USAGE;
        }
        List<Map<String, Object>> matchers = new ArrayList<>();
        for (String word : words.subList(1, words.size())) {
            matchers.add(matcher(word));
        }
        Map<String, Object> silence =
                Map.of(
                        "matchers",
                        matchers,
                        "startsAt",
                        now.toString(),
                        "endsAt",
                        now.plus(time).toString(),
                        "createdBy",
                        by,
                        "comment",
                        "/silence " + String.join(" ", words));
        try {
            JsonClient.Answer answer = client.post(resolve("/api/v2/silences"), silence, TIMEOUT);
            return answer.ok()
                    ? "Silenced for "
                            + Messages.text(time)
                            + ": "
                            + String.join(" ", words.subList(1, words.size()))
                            + " (silence "
                            + answer.body().path("silenceID").asString("?")
                            + "). What the Sentinels report is told all the same."
                    : "Alertmanager refuses: " + answer.status() + " " + answer.body();
        } catch (IOException e) {
            return "Alertmanager gives no answer (" + e.getMessage() + "); try again later.";
        }
    }

    private URI resolve(String path) {
        return URI.create(alertmanager.toString().replaceFirst("/+$", "") + path);
    }

    private static Map<String, Object> matcher(String word) {
        Matcher matcher = MATCHER.matcher(word);
        if (matcher.matches()) {
            String operator = String.valueOf(matcher.group(2));
            return matcher(
                    String.valueOf(matcher.group(1)),
                    String.valueOf(matcher.group(3)),
                    operator.endsWith("~"),
                    !operator.startsWith("!"));
        }
        return word.equals("all")
                ? matcher("alertname", ".+", true, true)
                : matcher("alertname", word, false, true);
    }

    private static Map<String, Object> matcher(
            String name, String value, boolean regex, boolean equal) {
        return Map.of("name", name, "value", value, "isRegex", regex, "isEqual", equal);
    }

    /** Zero if it is none. */
    static Duration time(String word) {
        Matcher matcher = TIME.matcher(word);
        if (!matcher.matches()) {
            return Duration.ZERO;
        }
        return Duration.ofDays(number(matcher.group(1)))
                .plusHours(number(matcher.group(2)))
                .plusMinutes(number(matcher.group(3)));
    }

    private static long number(@Nullable String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }
}
