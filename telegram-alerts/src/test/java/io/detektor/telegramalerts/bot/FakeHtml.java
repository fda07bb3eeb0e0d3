package io.detektor.telegramalerts.bot;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Telegram's HTML, read as strictly as Telegram does. */
final class FakeHtml {

    private static final Pattern MARKUP =
            Pattern.compile("<(/?)([a-zA-Z-]*)([^<>]*)>|&(#?\\w+);?|[<]");
    private static final Set<String> TAGS =
            Set.of("b", "strong", "i", "em", "u", "s", "a", "code", "pre", "blockquote");
    private static final Map<String, String> ENTITIES =
            Map.of("lt", "<", "gt", ">", "amp", "&", "quot", "\"");

    private FakeHtml() {}

    /**
     * The text without its tags.
     *
     * @throws IllegalArgumentException in Telegram's words, if a tag is unknown or does not end
     */
    static String plain(String html) {
        StringBuilder plain = new StringBuilder();
        Deque<String> open = new ArrayDeque<>();
        Matcher markup = MARKUP.matcher(html);
        int from = 0;
        while (markup.find()) {
            plain.append(html, from, markup.start());
            from = markup.end();
            if (markup.group(4) != null) {
                plain.append(ENTITIES.getOrDefault(markup.group(4), markup.group()));
            } else {
                tag(markup, open);
            }
        }
        if (!open.isEmpty()) {
            throw new IllegalArgumentException(
                    "Can't find end tag corresponding to start tag " + open.peek());
        }
        return plain.append(html.substring(from)).toString();
    }

    private static void tag(Matcher markup, Deque<String> open) {
        String name = markup.group(2);
        if (name == null || !TAGS.contains(name)) {
            throw new IllegalArgumentException(
                    "Unsupported start tag \"" + name + "\" at byte offset " + markup.start());
        }
        if (markup.group(1).isEmpty()) {
            open.push(name);
        } else if (open.isEmpty() || !open.pop().equals(name)) {
            throw new IllegalArgumentException(
                    "Unexpected end tag at byte offset " + markup.start());
        }
    }
}
