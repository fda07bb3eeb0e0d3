package io.detektor.telegramalerts.bot;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message in a chat of {@link FakeBotApi}, as it reads now.
 *
 * @param id its number, the same over edits
 * @param chat the chat's id
 * @param thread the topic, or null
 * @param html the text as it was sent, tags included
 * @param plain the text as people see it
 * @param silent whether it came without a sound
 * @param replyTo the message that it answers, or null
 * @param sentAtNanos {@link System#nanoTime()} at which it came
 * @param history every text that it had, the present one last, as people saw it
 */
public record FakeMessage(
        long id,
        String chat,
        @Nullable Integer thread,
        String html,
        String plain,
        boolean silent,
        @Nullable Long replyTo,
        long sentAtNanos,
        List<String> history) {

    public FakeMessage {
        history = List.copyOf(history);
    }

    FakeMessage edited(String newHtml, String newPlain) {
        List<String> longer = new ArrayList<>(history);
        longer.add(newPlain);
        return new FakeMessage(
                id, chat, thread, newHtml, newPlain, silent, replyTo, sentAtNanos, longer);
    }
}
