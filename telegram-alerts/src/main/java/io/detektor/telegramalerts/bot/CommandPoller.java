package io.detektor.telegramalerts.bot;

import io.detektor.telegramalerts.http.JsonClient;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import tools.jackson.databind.JsonNode;

/**
 * Asks Telegram what people wrote, and answers those who may ask: the chats that are told. Each
 * message is handled at most once.
 */
final class CommandPoller implements SmartLifecycle, Runnable {

    private static final Logger log = LoggerFactory.getLogger(CommandPoller.class);

    /** A command that waited longer was meant for another moment. */
    private static final Duration TOO_OLD = Duration.ofMinutes(2);

    /** Another instance polls, or the token is wrong: asking often does not help. */
    private static final Duration HOPELESS = Duration.ofSeconds(30);

    private static final int MOST_STRANGERS = 100;

    private final BotApi api;
    private final Commands commands;
    private final Sender sender;
    private final InstantSource clock;
    private final Duration wait;
    private final Duration pause;
    private final boolean enabled;
    private final Map<String, Counter> counters = new TreeMap<>();
    private final Set<String> strangers = new HashSet<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile @Nullable Thread thread;
    private long offset;
    private boolean well = true;

    CommandPoller(
            BotApi api,
            Commands commands,
            Sender sender,
            InstantSource clock,
            MeterRegistry registry,
            Duration wait,
            Duration pause,
            boolean enabled) {
        this.api = api;
        this.commands = commands;
        this.sender = sender;
        this.clock = clock;
        this.wait = wait;
        this.pause = pause;
        this.enabled = enabled;
        for (String outcome : Set.of("answered", "unanswered", "stranger", "stale")) {
            counters.put(
                    outcome,
                    Counter.builder("telegram.alerts.commands")
                            .description("Messages to the bot by what became of them")
                            .tag("outcome", outcome)
                            .register(registry));
        }
        counters.put(
                "failure",
                Counter.builder("telegram.alerts.poll.failures")
                        .description("Times that Telegram could not be asked for messages")
                        .register(registry));
    }

    @Override
    public void run() {
        try {
            while (stopped.getCount() > 0) {
                Duration rest = poll();
                if (!rest.isZero() && stopped.await(rest.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Asks once; says how long to rest before the next time. */
    private Duration poll() throws InterruptedException {
        try {
            JsonClient.Answer answer = api.updates(offset, wait);
            if (answer.ok()) {
                well = true;
                for (JsonNode update : answer.body().path("result")) {
                    offset = Math.max(offset, update.path("update_id").asLong() + 1);
                    handle(update);
                }
                return Duration.ZERO;
            }
            long retryAfter = answer.body().at("/parameters/retry_after").asLong(0);
            failed(answer.status() + " " + answer.body().path("description").asString(""));
            return answer.status() == 429
                    ? Duration.ofSeconds(Math.max(1, retryAfter))
                    : answer.status() / 100 == 4 ? HOPELESS : pause;
        } catch (IOException e) {
            failed(String.valueOf(e.getMessage()));
            return pause;
        } catch (RuntimeException e) {
            log.error("commands: a message could not be handled, going on", e);
            return pause;
        }
    }

    private void failed(String reason) {
        count("failure");
        if (well) {
            log.warn("commands: Telegram cannot be asked for them, trying on: {}", reason);
        }
        well = false;
    }

    private void handle(JsonNode update) throws InterruptedException {
        JsonNode message =
                update.has("message") ? update.path("message") : update.path("channel_post");
        String text = message.path("text").asString("");
        JsonNode chat = message.path("chat");
        if (!text.startsWith("/")) {
            return;
        }
        Optional<ChatLane> lane =
                sender.lane(chat.path("id").asString(""))
                        .or(() -> sender.lane("@" + chat.path("username").asString("")));
        if (lane.isEmpty()) {
            stranger(chat.path("id").asString(""));
        } else if (stale(message)) {
            count("stale");
        } else {
            answer(lane.get(), message, text);
        }
    }

    private void answer(ChatLane lane, JsonNode message, String text) throws InterruptedException {
        JsonNode from = message.path("from");
        String by =
                from.path("username")
                        .asString(from.path("first_name").asString("somebody in Telegram"));
        Integer thread =
                message.path("is_topic_message").asBoolean(false)
                        ? Integer.valueOf(message.path("message_thread_id").asInt())
                        : null;
        Optional<Text> answer = commands.answer(text, by);
        if (answer.isPresent()) {
            count(lane.say(answer.get(), thread) ? "answered" : "unanswered");
        }
    }

    private boolean stale(JsonNode message) {
        long date = message.path("date").asLong(0);
        return date > 0 && Instant.ofEpochSecond(date).plus(TOO_OLD).isBefore(clock.instant());
    }

    private void stranger(String chat) {
        count("stranger");
        if (strangers.size() < MOST_STRANGERS && strangers.add(chat)) {
            log.info("commands: chat {} is not in TELEGRAM_CHAT_IDS, ignored", chat);
        }
    }

    private void count(String outcome) {
        Counter counter = counters.get(outcome);
        if (counter != null) {
            counter.increment();
        }
    }

    @Override
    public void start() {
        if (enabled) {
            thread = Thread.ofVirtual().name("telegram-commands").start(this);
        }
    }

    @Override
    public void stop() {
        stopped.countDown();
        Thread running = thread;
        if (running != null) {
            // it waits at Telegram, where nothing of ours is under way
            running.interrupt();
            thread = null;
        }
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }
}
