package io.detektor.telegramalerts.bot;

import io.detektor.telegramalerts.http.JsonClient;
import io.detektor.telegramalerts.outbox.Outbox;
import io.detektor.telegramalerts.settings.BadSettingException;
import io.detektor.telegramalerts.settings.TelegramAlertsProperties;
import io.detektor.telegramalerts.watch.SetWatch;
import io.detektor.telegramalerts.watch.Watchdog;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Puts the delivery together. */
@Configuration(proxyBeanMethods = false)
class BotConfiguration {

    private static final Logger log = LoggerFactory.getLogger(BotConfiguration.class);

    /** The one who is told where there is no Telegram. */
    private static final Chat CONSOLE = new Chat("console", null);

    @Bean
    InstantSource clock() {
        return InstantSource.system();
    }

    @Bean
    JsonClient jsonClient() {
        return new JsonClient();
    }

    @Bean
    Recipients recipients(TelegramAlertsProperties properties) {
        String token = Token.of(properties.telegram());
        boolean list = !properties.telegram().chatIds().isBlank();
        List<Chat> chats =
                list
                        ? Chat.parse("TELEGRAM_CHAT_IDS", properties.telegram().chatIds())
                        : Chat.parse("TELEGRAM_CHAT_ID", properties.telegram().chatId());
        if (token.isEmpty()) {
            log.warn(
                    "neither TELEGRAM_BOT_TOKEN_FILE nor TELEGRAM_BOT_TOKEN is set: messages are"
                            + " printed here, not sent");
        } else if (chats.isEmpty()) {
            log.warn(
                    "TELEGRAM_CHAT_IDS is not set: messages are printed here, not sent. Write to"
                            + " the bot, and the chat's id appears here");
        }
        boolean printing = token.isEmpty() || chats.isEmpty();
        return new Recipients(token, printing ? List.of(CONSOLE) : chats, printing);
    }

    /**
     * Who is told, and as whom.
     *
     * @param token empty for none
     */
    record Recipients(String token, List<Chat> chats, boolean printing) {

        /** Everything but the token. */
        @Override
        public String toString() {
            return "Recipients[chats=%s, printing=%s]".formatted(chats, printing);
        }
    }

    @Bean
    Outbox outbox(Recipients recipients, TelegramAlertsProperties properties, InstantSource clock) {
        Path directory = properties.outbox().directory();
        try {
            return Outbox.open(
                    directory,
                    recipients.chats().stream().map(Chat::key).toList(),
                    properties.outbox().mostIncidents(),
                    clock);
        } catch (IOException e) {
            throw new BadSettingException(
                    "OUTBOX_DIR",
                    directory.toString(),
                    "a directory that this user can write to and no other instance uses; " + e);
        }
    }

    @Bean
    BotApi botApi(JsonClient client, Recipients recipients, TelegramAlertsProperties properties) {
        return new BotApi(
                client,
                checkedUrl(properties.telegram().apiUrl()),
                recipients.token(),
                properties.telegram().requestTimeout());
    }

    /** Before the token becomes part of it, and of any message about it. */
    private static String checkedUrl(String apiUrl) {
        if (!apiUrl.matches("https?://[A-Za-z0-9._:\\[\\]-]+(/[A-Za-z0-9._~/-]*)?")) {
            throw new BadSettingException(
                    "TELEGRAM_API_URL", apiUrl, "an address such as https://api.telegram.org");
        }
        return apiUrl;
    }

    @Bean
    Messages messages(TelegramAlertsProperties properties) {
        return new Messages(properties.links().grafana(), ZoneId.systemDefault());
    }

    @Bean
    DeliveryMeters deliveryMeters(MeterRegistry registry, Outbox outbox, InstantSource clock) {
        return new DeliveryMeters(registry, outbox, clock);
    }

    @Bean
    Sender sender(
            Recipients recipients,
            Outbox outbox,
            BotApi botApi,
            Messages messages,
            DeliveryMeters meters,
            TelegramAlertsProperties properties) {
        TelegramAlertsProperties.Telegram telegram = properties.telegram();
        Messenger messenger = recipients.printing() ? new ConsoleMessenger() : botApi;
        Map<String, RateLimit> limits = new HashMap<>();
        List<ChatLane> lanes =
                recipients.chats().stream()
                        .map(chat -> {
                            // the topics of a group share its limit
                            RateLimit limit =
                                    limits.computeIfAbsent(
                                            chat.id(),
                                            _ -> limit(chat, telegram, recipients.printing()));
                            return new ChatLane(
                                    chat,
                                    outbox,
                                    messenger,
                                    messages,
                                    meters,
                                    limit,
                                    new Backoff(telegram.backoffMin(), telegram.backoffMax()));
                        })
                        .toList();
        return new Sender(lanes, meters, recipients.printing());
    }

    @Bean
    Commands commands(
            SetWatch set,
            Watchdog watchdog,
            Outbox outbox,
            Messages messages,
            JsonClient client,
            TelegramAlertsProperties properties,
            InstantSource clock) {
        return new Commands(
                set,
                watchdog,
                outbox,
                messages,
                new Silences(client, properties.links().alertmanager()),
                client,
                properties.links().frameBuffer(),
                clock);
    }

    @Bean
    CommandPoller commandPoller(
            BotApi api,
            Commands commands,
            Sender sender,
            Recipients recipients,
            InstantSource clock,
            MeterRegistry registry,
            TelegramAlertsProperties properties) {
        return new CommandPoller(
                api,
                commands,
                sender,
                clock,
                registry,
                properties.telegram().pollTimeout(),
                properties.telegram().backoffMin(),
                !recipients.token().isEmpty());
    }

    private static RateLimit limit(
            Chat chat, TelegramAlertsProperties.Telegram telegram, boolean printing) {
        int minute = chat.isGroup() && !printing ? telegram.groupMinute() : Integer.MAX_VALUE / 2;
        return new RateLimit(telegram.messageInterval(), minute, System::nanoTime);
    }
}
