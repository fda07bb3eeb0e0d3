package io.detektor.telegramalerts.bot;

import org.jspecify.annotations.Nullable;

/** Where messages go. Thread-safe; a call blocks until its outcome is known, or given up. */
interface Messenger {

    /**
     * Sends a message.
     *
     * @param silent without a sound
     * @param replyTo the message that it answers, or null
     */
    Outcome send(Chat chat, Text text, boolean silent, @Nullable Long replyTo)
            throws InterruptedException;

    /** Replaces a message. Done, too, if it reads like that already. */
    Outcome edit(Chat chat, long messageId, Text text) throws InterruptedException;
}
