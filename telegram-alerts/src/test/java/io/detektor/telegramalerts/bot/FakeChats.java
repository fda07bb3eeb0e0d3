package io.detektor.telegramalerts.bot;

import io.detektor.telegramalerts.bot.FakeBotApi.Reply;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The chats, and what Telegram lets a bot do in them. Thread-safe. */
final class FakeChats {

    private static final int LONGEST_TEXT = 4096;
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    /** Telegram's FAQ: in a group no more than 20 messages a minute. Edits count. */
    private static final int GROUP_MINUTE = 20;

    /** Telegram's FAQ: about 30 messages a second, to all chats together. */
    private static final int ALL_SECOND = 30;

    private final Map<Long, FakeMessage> messages = new LinkedHashMap<>();
    private final Map<String, Deque<Long>> recent = new HashMap<>();
    private final Deque<Long> all = new ArrayDeque<>();
    private final Map<String, String> migrated = new HashMap<>();
    private final Map<String, Reply> closed = new HashMap<>();
    private boolean enforced = true;
    private int limitsBroken;
    private long lastId;

    synchronized List<FakeMessage> messages() {
        return new ArrayList<>(messages.values());
    }

    synchronized void enforceLimits(boolean limits) {
        enforced = limits;
    }

    synchronized int limitsBroken() {
        return limitsBroken;
    }

    synchronized void migrate(String chat, String to) {
        migrated.put(chat, to);
    }

    synchronized void close(String chat, Reply refusal) {
        closed.put(chat, refusal);
    }

    synchronized void reopen(String chat) {
        closed.remove(chat);
    }

    synchronized Reply send(Map<String, Object> parameters) {
        String chat = text(parameters, "chat_id");
        Text text = Text.of(parameters);
        Reply refusal = refusal(chat, text);
        if (refusal != null) {
            return refusal;
        }
        FakeMessage message =
                new FakeMessage(
                        ++lastId,
                        chat,
                        parameters.get("message_thread_id") == null
                                ? null
                                : Integer.valueOf(text(parameters, "message_thread_id")),
                        text.html(),
                        text.plain(),
                        Boolean.parseBoolean(text(parameters, "disable_notification")),
                        repliedTo(parameters),
                        System.nanoTime(),
                        List.of(text.plain()));
        messages.put(message.id(), message);
        return Reply.of(json(message));
    }

    private static @Nullable Long repliedTo(Map<String, Object> parameters) {
        return parameters.get("reply_parameters") instanceof Map<?, ?> reply
                ? Long.valueOf(String.valueOf(reply.get("message_id")))
                : null;
    }

    synchronized Reply edit(Map<String, Object> parameters) {
        String chat = text(parameters, "chat_id");
        FakeMessage message = messages.get(Long.valueOf(text(parameters, "message_id")));
        Text text = Text.of(parameters);
        Reply refusal = refusal(chat, text);
        if (refusal != null) {
            return refusal;
        }
        if (message == null || !message.chat().equals(chat)) {
            return Reply.error(400, "Bad Request: message to edit not found");
        }
        if (message.html().equals(text.html())) {
            return Reply.error(
                    400,
                    "Bad Request: message is not modified: specified new message content and reply"
                            + " markup are exactly the same as a current content and reply markup"
                            + " of the message");
        }
        FakeMessage edited = message.edited(text.html(), text.plain());
        messages.put(edited.id(), edited);
        return Reply.of(json(edited));
    }

    private @Nullable Reply refusal(String chat, Text text) {
        Reply limit = limit(chat);
        if (limit != null) {
            return limit;
        }
        if (closed.containsKey(chat)) {
            return closed.get(chat);
        }
        String supergroup = migrated.get(chat);
        if (supergroup != null) {
            return new Reply(
                    400,
                    "Bad Request: group chat was upgraded to a supergroup chat",
                    Map.of("migrate_to_chat_id", Long.parseLong(supergroup)));
        }
        if (!chat.matches("-?[1-9]\\d*")) {
            return Reply.error(400, "Bad Request: chat not found");
        }
        String problem = text.problem();
        if (problem != null) {
            return Reply.error(400, "Bad Request: can't parse entities: " + problem);
        }
        if (text.plain().isBlank()) {
            return Reply.error(400, "Bad Request: message text is empty");
        }
        if (text.plain().length() > LONGEST_TEXT) {
            return Reply.error(400, "Bad Request: message is too long");
        }
        return null;
    }

    /** One in a second in a chat, 20 in a minute in a group, 30 in a second in all. */
    private @Nullable Reply limit(String chat) {
        long now = System.nanoTime();
        Deque<Long> here = recent.computeIfAbsent(chat, _ -> new ArrayDeque<>());
        here.removeIf(at -> now - at > MINUTE);
        all.removeIf(at -> now - at > SECOND);
        boolean group = chat.startsWith("-");
        long wait = 0;
        if (!here.isEmpty() && now - here.getLast() < SECOND) {
            wait = SECOND - (now - here.getLast());
        }
        if (group && here.size() >= GROUP_MINUTE) {
            wait = Math.max(wait, MINUTE - (now - here.getFirst()));
        }
        if (all.size() >= ALL_SECOND) {
            wait = Math.max(wait, SECOND);
        }
        if (enforced && wait > 0) {
            limitsBroken++;
            long seconds = (wait + SECOND - 1) / SECOND;
            return new Reply(
                    429,
                    "Too Many Requests: retry after " + seconds,
                    Map.of("retry_after", seconds));
        }
        here.addLast(now);
        all.addLast(now);
        return null;
    }

    private static Map<String, Object> json(FakeMessage message) {
        return Map.of(
                "message_id",
                message.id(),
                "date",
                0,
                "chat",
                Map.of("id", Long.parseLong(message.chat()), "type", "group"),
                "text",
                message.plain());
    }

    private static String text(Map<String, Object> parameters, String name) {
        return String.valueOf(parameters.getOrDefault(name, ""));
    }

    /**
     * A text before and after its entities were parsed.
     *
     * @param problem why they cannot be parsed, or null
     */
    private record Text(String html, String plain, @Nullable String problem) {

        static Text of(Map<String, Object> parameters) {
            String raw = text(parameters, "text");
            if (!text(parameters, "parse_mode").equalsIgnoreCase("HTML")) {
                return new Text(raw, raw, null);
            }
            try {
                return new Text(raw, FakeHtml.plain(raw), null);
            } catch (IllegalArgumentException e) {
                return new Text(raw, raw, e.getMessage());
            }
        }
    }
}
