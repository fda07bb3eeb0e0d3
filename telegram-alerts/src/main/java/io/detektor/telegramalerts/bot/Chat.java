package io.detektor.telegramalerts.bot;

import io.detektor.telegramalerts.settings.BadSettingException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who is told.
 *
 * @param id of a person, a group (negative) or a channel ({@code @name})
 * @param thread the topic of a group, or null
 */
record Chat(String id, @Nullable Integer thread) {

    private static final Pattern FORM =
            Pattern.compile("(-?[1-9]\\d*|@[A-Za-z]\\w+)(?::([1-9]\\d{0,8}))?");

    /**
     * Reads a list.
     *
     * @param variable where it was set, for the message
     * @throws BadSettingException if one of them is none
     */
    static List<Chat> parse(String variable, String list) {
        return Arrays.stream(list.split(",", -1))
                .map(String::strip)
                .filter(each -> !each.isEmpty())
                .map(each -> one(variable, each))
                .distinct()
                .toList();
    }

    private static Chat one(String variable, String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new BadSettingException(
                    variable, "'" + text + "'", "CHAT or CHAT:THREAD, such as -1001234567890:7");
        }
        String id = matcher.group(1);
        String thread = matcher.group(2);
        return new Chat(id == null ? text : id, thread == null ? null : Integer.valueOf(thread));
    }

    /** As it is configured, and as the outbox knows it. */
    String key() {
        return thread == null ? id : id + ":" + thread;
    }

    Chat movedTo(String newId) {
        return new Chat(newId, thread);
    }

    Chat withoutThread() {
        return new Chat(id, null);
    }

    /** Telegram lets a bot write less to many people at once. */
    boolean isGroup() {
        return id.startsWith("-") || id.startsWith("@");
    }
}
