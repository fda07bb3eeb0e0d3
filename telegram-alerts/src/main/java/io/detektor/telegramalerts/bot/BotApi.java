package io.detektor.telegramalerts.bot;

import io.detektor.telegramalerts.http.JsonClient;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Telegram's Bot API. The token is part of each address: no address is ever put into a message, a
 * log or a metric.
 *
 * @see <a href="https://core.telegram.org/bots/api">Bot API</a>
 */
final class BotApi implements Messenger {

    private static final Duration LEAST_RETRY = Duration.ofSeconds(1);

    private final JsonClient client;
    private final String base;
    private final Duration timeout;

    /**
     * @param apiUrl without the token
     * @param timeout for each call but {@link #updates}
     */
    BotApi(JsonClient client, String apiUrl, String token, Duration timeout) {
        this.client = client;
        this.base = apiUrl.replaceFirst("/+$", "") + "/bot" + token + "/";
        this.timeout = timeout;
    }

    @Override
    public Outcome send(Chat chat, Text text, boolean silent, @Nullable Long replyTo)
            throws InterruptedException {
        Map<String, Object> parameters = parameters(chat, text);
        if (chat.thread() != null) {
            parameters.put("message_thread_id", chat.thread());
        }
        parameters.put("disable_notification", silent);
        if (replyTo != null) {
            parameters.put(
                    "reply_parameters",
                    Map.of("message_id", replyTo, "allow_sending_without_reply", true));
        }
        return call("sendMessage", parameters);
    }

    @Override
    public Outcome edit(Chat chat, long messageId, Text text) throws InterruptedException {
        Map<String, Object> parameters = parameters(chat, text);
        parameters.put("message_id", messageId);
        return call("editMessageText", parameters);
    }

    private static Map<String, Object> parameters(Chat chat, Text text) {
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("chat_id", chat.id());
        if (text.html().equals(text.plain())) {
            parameters.put("text", text.plain());
        } else {
            parameters.put("text", text.html());
            parameters.put("parse_mode", "HTML");
        }
        parameters.put("link_preview_options", Map.of("is_disabled", true));
        return parameters;
    }

    private Outcome call(String method, Map<String, Object> parameters)
            throws InterruptedException {
        try {
            return outcome(client.post(URI.create(base + method), parameters, timeout));
        } catch (JsonClient.UnreachableException e) {
            return new Outcome.Failed(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            return new Outcome.Unknown(String.valueOf(e.getMessage()));
        }
    }

    private static Outcome outcome(JsonClient.Answer answer) {
        JsonNode body = answer.body();
        if (answer.ok()) {
            return body.path("ok").asBoolean(false)
                    ? new Outcome.Done(body.at("/result/message_id").asLong(0))
                    : new Outcome.Unknown("an answer that is not Telegram's");
        }
        String reason = answer.status() + " " + body.path("description").asString("");
        String text = reason.toLowerCase(Locale.ROOT);
        return switch (answer.status()) {
            case 429 -> {
                long seconds = body.at("/parameters/retry_after").asLong(0);
                Duration wait = Duration.ofSeconds(seconds);
                yield new Outcome.TooMany(wait.compareTo(LEAST_RETRY) < 0 ? LEAST_RETRY : wait);
            }
            case 400 -> badRequest(body, reason, text);
            case 401, 403, 404 -> new Outcome.Forbidden(reason);
            // a gateway that gave up waiting does not know what became of it
            case 504 -> new Outcome.Unknown(reason);
            default -> new Outcome.Failed(reason);
        };
    }

    private static Outcome badRequest(JsonNode body, String reason, String text) {
        JsonNode moved = body.at("/parameters/migrate_to_chat_id");
        if (!moved.isMissingNode()) {
            return new Outcome.Moved(moved.asString());
        }
        if (text.contains("message is not modified")) {
            return new Outcome.Done(0);
        }
        if (text.contains("message to edit not found") || text.contains("can't be edited")) {
            return new Outcome.Vanished(reason);
        }
        if (text.contains("thread not found") || text.contains("topic_closed")) {
            return new Outcome.NoThread(reason);
        }
        if (text.contains("chat not found") || text.contains("not enough rights")) {
            return new Outcome.Forbidden(reason);
        }
        return new Outcome.BadText(reason);
    }

    /**
     * What people wrote, from {@code offset} on; waits for something at the server.
     *
     * @param wait how long the server may wait
     * @return what the server said
     * @throws IOException if it said nothing
     */
    JsonClient.Answer updates(long offset, Duration wait) throws IOException, InterruptedException {
        return client.post(
                URI.create(base + "getUpdates"),
                Map.of(
                        "offset",
                        offset,
                        "timeout",
                        wait.toSeconds(),
                        "allowed_updates",
                        List.of("message", "channel_post")),
                wait.plus(timeout));
    }
}
