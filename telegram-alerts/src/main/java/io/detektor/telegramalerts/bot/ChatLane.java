package io.detektor.telegramalerts.bot;

import io.detektor.telegramalerts.bot.DeliveryMeters.Result;
import io.detektor.telegramalerts.incident.Reply;
import io.detektor.telegramalerts.outbox.Outbox;
import io.detektor.telegramalerts.outbox.Work;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers to one chat, one call after the other, the most urgent first. Failures of one chat hold
 * up no other. {@link #run} belongs to one thread; everything else may be called by any.
 */
final class ChatLane implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(ChatLane.class);

    /** How long nothing is looked at, at most: edits of digests become due without a change. */
    private static final Duration IDLE = Duration.ofMillis(500);

    private static final Text UNREADABLE =
            Text.plain("Telegram cannot show an alert. See the page of telegram-alerts.");

    private final Chat chat;
    private final Outbox outbox;
    private final Messenger messenger;
    private final Messages messages;
    private final DeliveryMeters meters;
    private final RateLimit limit;
    private final Backoff backoff;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile String trouble = "";

    ChatLane(
            Chat chat,
            Outbox outbox,
            Messenger messenger,
            Messages messages,
            DeliveryMeters meters,
            RateLimit limit,
            Backoff backoff) {
        this.chat = chat;
        this.outbox = outbox;
        this.messenger = messenger;
        this.messages = messages;
        this.meters = meters;
        this.limit = limit;
        this.backoff = backoff;
    }

    /** Why nothing gets through, or empty. */
    String trouble() {
        return trouble;
    }

    Chat chat() {
        return chat;
    }

    /** Whether this is a chat's lane, by the id that was configured or the one that it has now. */
    boolean goesTo(String chatId) {
        return chatId.equals(chat.id()) || chatId.equals(outbox.address(chat.id()));
    }

    /** Ends {@link #run} when the call under way is over. */
    void stop() {
        stopped.countDown();
    }

    @Override
    public void run() {
        int failures = 0;
        try {
            while (stopped.getCount() > 0) {
                long seen = outbox.changes();
                Work work = outbox.next(chat.key()).orElse(null);
                Duration wait = work == null ? IDLE : limit.tryTake(work.urgent());
                if (work == null || !wait.isZero()) {
                    outbox.awaitChange(seen, wait.compareTo(IDLE) < 0 ? wait : IDLE);
                    continue;
                }
                failures = perform(work) ? 0 : failures + 1;
                if (failures > 0) {
                    limit.pause(backoff.after(failures));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            trouble = "internal error";
            log.error("chat {}: delivery ends, restart the service", chat.key(), e);
        }
    }

    /** Does one thing; false if Telegram did not take part. */
    private boolean perform(Work work) throws InterruptedException {
        if (work instanceof Work.Answer answer && !worthTelling(answer)) {
            outbox.arrived(work, 0);
            return true;
        }
        Text text = messages.of(work);
        Outcome outcome = attempt(work, text);
        if (outcome instanceof Outcome.NoThread) {
            outcome = again(work, text, chat.withoutThread());
        }
        if (outcome instanceof Outcome.BadText bad) {
            log.warn("chat {}: text not taken, sent without format: {}", chat.key(), bad.reason());
            meters.count(Result.UNFORMATTED);
            outcome = again(work, new Text(text.plain(), text.plain()), chat);
        }
        if (outcome instanceof Outcome.BadText) {
            outcome = again(work, UNREADABLE, chat);
        }
        return conclude(work, outcome);
    }

    /** What got worse and is over needs no sound any more; the message itself shows it. */
    private static boolean worthTelling(Work.Answer answer) {
        return answer.reply().kind() == Reply.Kind.RECOVERY || answer.incident().open();
    }

    private Outcome again(Work work, Text text, Chat to) throws InterruptedException {
        return takeTurn(true) ? call(work, text, to) : new Outcome.Failed("stopping");
    }

    /** Waits for a turn; false when the lane is stopped first. */
    private boolean takeTurn(boolean urgent) throws InterruptedException {
        Duration wait = limit.tryTake(urgent);
        while (!wait.isZero()) {
            if (stopped.await(wait.toNanos(), TimeUnit.NANOSECONDS)) {
                return false;
            }
            wait = limit.tryTake(urgent);
        }
        return true;
    }

    private Outcome attempt(Work work, Text text) throws InterruptedException {
        if (repeatable(work)) {
            return call(work, text, chat);
        }
        outbox.sending(work);
        long from = System.nanoTime();
        Outcome outcome = call(work, text, chat);
        if (outcome instanceof Outcome.Done) {
            meters.unconfirmedFor(System.nanoTime() - from);
        }
        return outcome;
    }

    /** Done twice it is the same as done once. */
    private static boolean repeatable(Work work) {
        return work instanceof Work.Edit || work instanceof Work.EditDigest;
    }

    private Outcome call(Work work, Text text, Chat to) throws InterruptedException {
        Chat address = to.movedTo(outbox.address(to.id()));
        try {
            return switch (work) {
                case Work.Tell tell -> messenger.send(address, text, !tell.urgent(), null);
                case Work.Edit edit -> edit(address, edit.delivery().messageId(), text);
                case Work.Answer answer ->
                        messenger.send(
                                address, text, !answer.urgent(), answer.delivery().messageId());
                case Work.TellDigest _ -> messenger.send(address, text, false, null);
                case Work.EditDigest edit -> edit(address, edit.digest().messageId(), text);
            };
        } finally {
            limit.ended();
        }
    }

    private Outcome edit(Chat address, @Nullable Long messageId, Text text)
            throws InterruptedException {
        return messageId == null
                ? new Outcome.Vanished("it has no number")
                : messenger.edit(address, messageId, text);
    }

    private boolean conclude(Work work, Outcome outcome) {
        switch (outcome) {
            case Outcome.Done(long messageId) -> {
                outbox.arrived(work, messageId);
                meters.count(done(work));
                meters.succeeded();
                report("");
                return true;
            }
            case Outcome.TooMany(Duration retryAfter) -> {
                meters.count(Result.RATE_LIMITED);
                limit.pause(retryAfter);
                outbox.failed(work);
                report("429, wait " + retryAfter.toSeconds() + " s");
                // the pause is Telegram's own; no back-off on top of it
                return true;
            }
            case Outcome.Moved(String newId) -> {
                log.info("chat {}: has become {}", chat.key(), newId);
                outbox.moved(chat.id(), newId);
                outbox.failed(work);
                return true;
            }
            case Outcome.Vanished _ -> {
                outbox.vanished(work);
                return true;
            }
            case Outcome.BadText(String reason) -> {
                giveUp(work, reason);
                return true;
            }
            case Outcome.NoThread(String reason) -> {
                giveUp(work, reason);
                return true;
            }
            case Outcome.Failed(String reason) -> {
                meters.count(Result.FAILED);
                outbox.failed(work);
                report(reason);
            }
            case Outcome.Unknown(String reason) -> {
                meters.count(Result.UNKNOWN);
                if (repeatable(work)) {
                    outbox.failed(work);
                } else {
                    outbox.doubtful(work);
                }
                report(reason);
            }
            case Outcome.Forbidden(String reason) -> {
                meters.count(Result.FORBIDDEN);
                outbox.failed(work);
                report(reason);
            }
        }
        return false;
    }

    private void giveUp(Work work, String reason) {
        log.error("chat {}: given up, Telegram refuses it: {}", chat.key(), reason);
        meters.count(Result.REFUSED);
        outbox.refused(work);
    }

    /** Once when it begins and once when it ends. */
    private void report(String now) {
        if (trouble.isEmpty() && !now.isEmpty()) {
            log.warn("chat {}: not delivered, will be tried again: {}", chat.key(), now);
        } else if (!trouble.isEmpty() && now.isEmpty()) {
            log.info("chat {}: delivered again", chat.key());
        }
        trouble = now;
    }

    private static Result done(Work work) {
        return switch (work) {
            case Work.Tell _ -> Result.SENT;
            case Work.Edit _ -> Result.EDITED;
            case Work.Answer _ -> Result.ANSWERED;
            case Work.TellDigest _ -> Result.DIGEST_SENT;
            case Work.EditDigest _ -> Result.DIGEST_EDITED;
        };
    }

    /**
     * Answers somebody who asked, now or not at all: an answer is not kept.
     *
     * @param thread the topic in which it was asked, or null
     */
    boolean say(Text text, @Nullable Integer thread) throws InterruptedException {
        if (!takeTurn(false)) {
            return false;
        }
        try {
            Chat to = new Chat(outbox.address(chat.id()), thread);
            return messenger.send(to, text, true, null) instanceof Outcome.Done;
        } finally {
            limit.ended();
        }
    }
}
