package io.detektor.telegramalerts.outbox;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The message about one incident in one chat.
 *
 * @param incident the incident's id
 * @param chat who is told, as configured
 * @param stage how far it has come
 * @param messageId Telegram's number of the message, once there is one; of one that a digest tells,
 *     the message that was there before, which is kept up to date as well
 * @param toldRevision the revision of the incident that the message shows
 * @param toldReplies how many of the incident's replies were told, by whatever message, or are none
 *     any more
 * @param mayRepeat whether an attempt before may have arrived after all: the next one says so
 * @param digest the digest that tells it instead
 * @param touchedAt when it was last told something
 */
public record Delivery(
        long incident,
        String chat,
        Stage stage,
        @Nullable Long messageId,
        int toldRevision,
        int toldReplies,
        boolean mayRepeat,
        @Nullable Long digest,
        Instant touchedAt) {

    static Delivery fresh(long incident, String chat, Instant at) {
        return new Delivery(incident, chat, Stage.WAITING, null, 0, 0, false, null, at);
    }

    Delivery at(Stage next) {
        return new Delivery(
                incident,
                chat,
                next,
                messageId,
                toldRevision,
                toldReplies,
                mayRepeat,
                digest,
                touchedAt);
    }

    Delivery doubtful(Stage next) {
        return new Delivery(
                incident,
                chat,
                next,
                messageId,
                toldRevision,
                toldReplies,
                true,
                digest,
                touchedAt);
    }

    Delivery told(@Nullable Long message, int revision, int replies, Instant at) {
        return new Delivery(
                incident, chat, Stage.TOLD, message, revision, replies, false, null, at);
    }

    Delivery edited(int revision, Instant at) {
        return new Delivery(
                incident, chat, stage, messageId, revision, toldReplies, mayRepeat, digest, at);
    }

    Delivery answered(Instant at) {
        return told(messageId, toldRevision, toldReplies + 1, at);
    }

    Delivery digestedBy(long id, int replies) {
        return new Delivery(
                incident,
                chat,
                Stage.DIGESTED,
                messageId,
                toldRevision,
                replies,
                false,
                id,
                touchedAt);
    }

    /** Back to its own message, or to a new one, although a digest told of it. */
    Delivery outOfDigest() {
        return new Delivery(
                incident,
                chat,
                messageId == null ? Stage.WAITING : Stage.TOLD,
                messageId,
                toldRevision,
                toldReplies,
                false,
                null,
                touchedAt);
    }

    /** The message itself is not there any more. */
    Delivery withoutMessage() {
        return new Delivery(
                incident,
                chat,
                stage == Stage.DIGESTED ? stage : Stage.WAITING,
                null,
                toldRevision,
                toldReplies,
                mayRepeat,
                digest,
                touchedAt);
    }

    /** After a crash: what was being sent may have arrived. */
    Delivery recovered() {
        return switch (stage) {
            case SENDING -> doubtful(Stage.WAITING);
            case ANSWERING -> doubtful(Stage.TOLD);
            default -> this;
        };
    }
}
