package io.detektor.telegramalerts.bot;

import io.detektor.telegramalerts.settings.BadSettingException;
import io.detektor.telegramalerts.settings.TelegramAlertsProperties;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the bot's token comes from. */
final class Token {

    private Token() {}

    /**
     * Reads it; a file with something in it wins.
     *
     * @return empty if none is set
     * @throws BadSettingException if the file cannot be read or what is there is no token; without
     *     saying what is
     */
    static String of(TelegramAlertsProperties.Telegram settings) {
        String file = settings.tokenFile().strip();
        String content = file.isEmpty() ? "" : content(file);
        return content.isEmpty()
                ? checked("TELEGRAM_BOT_TOKEN", settings.token().strip())
                : checked("TELEGRAM_BOT_TOKEN_FILE, content", content);
    }

    /** A file that is not given is /dev/null in Compose, which has nothing in it. */
    private static String content(String file) {
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (IOException e) {
            throw new BadSettingException(
                    "TELEGRAM_BOT_TOKEN_FILE",
                    file + ", " + e.getClass().getSimpleName(),
                    "a file that this user can read");
        }
    }

    private static String checked(String variable, String token) {
        if (token.isEmpty() || token.matches("\\d+:[A-Za-z0-9_-]+")) {
            return token;
        }
        throw new BadSettingException(
                variable,
                "not shown, " + token.length() + " characters",
                "a token as BotFather gives it: digits, a colon, letters and digits");
    }
}
