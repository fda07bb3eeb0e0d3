package io.detektor.telegramalerts.bot;

import org.jspecify.annotations.Nullable;

/**
 * What is to be read.
 *
 * @param html Telegram's HTML
 * @param plain the same without tags
 */
record Text(String html, String plain) {

    /** Telegram's limit: UTF-16 units after the entities were parsed. */
    static final int LONGEST = 4096;

    /** Text that holds no tags, and is sent as it is. */
    static Text plain(String plain) {
        return new Text(escape(plain), plain);
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    /** Whether it can be the target of a link. */
    static boolean isWebAddress(String url) {
        return url.matches("https?://\\S+");
    }

    static Builder builder() {
        return new Builder();
    }

    /** Puts a text together; everything that it is given is escaped. */
    static final class Builder {

        private final StringBuilder html = new StringBuilder();
        private final StringBuilder plain = new StringBuilder();

        Builder add(String text) {
            html.append(escape(text));
            plain.append(text);
            return this;
        }

        Builder bold(String text) {
            html.append("<b>").append(escape(text)).append("</b>");
            plain.append(text);
            return this;
        }

        Builder italic(String text) {
            html.append("<i>").append(escape(text)).append("</i>");
            plain.append(text);
            return this;
        }

        Builder code(String text) {
            html.append("<code>").append(escape(text)).append("</code>");
            plain.append(text);
            return this;
        }

        /** A link; nothing without a web address. */
        Builder link(@Nullable String url, String text) {
            if (url == null || !isWebAddress(url)) {
                return this;
            }
            if (!plain.isEmpty() && plain.charAt(plain.length() - 1) != '\n') {
                add(" · ");
            }
            html.append("<a href=\"").append(escape(url)).append("\">");
            html.append(escape(text)).append("</a>");
            plain.append(text);
            return this;
        }

        Builder line() {
            return add("\n");
        }

        /** Appends all of another text, if there is room for it and {@code reserve} more. */
        boolean addIfFits(Builder more, int reserve) {
            if (plain.length() + more.plain.length() + reserve > LONGEST) {
                return false;
            }
            html.append(more.html);
            plain.append(more.plain);
            return true;
        }

        Text build() {
            return new Text(html.toString().strip(), plain.toString().strip());
        }
    }
}
