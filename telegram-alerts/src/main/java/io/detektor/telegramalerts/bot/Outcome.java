package io.detektor.telegramalerts.bot;

import java.time.Duration;

/** What became of a call. */
sealed interface Outcome {

    /**
     * Done.
     *
     * @param messageId of a message that was sent
     */
    record Done(long messageId) implements Outcome {}

    /** Not done, too many before it (429). */
    record TooMany(Duration retryAfter) implements Outcome {}

    /** Certainly not done; it may be, later. */
    record Failed(String reason) implements Outcome {}

    /** No answer came: it may be done. */
    record Unknown(String reason) implements Outcome {}

    /** Not done: the chat has another id now. */
    record Moved(String newId) implements Outcome {}

    /** Not done: Telegram cannot read this text. */
    record BadText(String reason) implements Outcome {}

    /** Not done: the topic does not exist, the chat does. */
    record NoThread(String reason) implements Outcome {}

    /** Not done: the message that was to be edited is not there. */
    record Vanished(String reason) implements Outcome {}

    /** Not done, and not before somebody changes the token, or the bot's rights in the chat. */
    record Forbidden(String reason) implements Outcome {}
}
