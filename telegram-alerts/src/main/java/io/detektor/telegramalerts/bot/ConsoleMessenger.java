package io.detektor.telegramalerts.bot;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Prints what would be sent, where there is no token. */
final class ConsoleMessenger implements Messenger {

    private static final Logger log = LoggerFactory.getLogger(ConsoleMessenger.class);

    private final AtomicLong messages = new AtomicLong();

    @Override
    public Outcome send(Chat chat, Text text, boolean silent, @Nullable Long replyTo) {
        long id = messages.incrementAndGet();
        log.info("message {}{}:\n{}", id, replyTo == null ? "" : " to " + replyTo, text.plain());
        return new Outcome.Done(id);
    }

    @Override
    public Outcome edit(Chat chat, long messageId, Text text) {
        log.info("message {} reads now:\n{}", messageId, text.plain());
        return new Outcome.Done(messageId);
    }
}
