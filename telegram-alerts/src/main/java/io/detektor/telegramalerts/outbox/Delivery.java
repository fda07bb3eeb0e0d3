package io.detektor.telegramalerts.outbox;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The message about one incident in one chat.
 *
 * @param incident the incident's id
 * @param chat who is told, as configured
 * @param stage how far it has come
 * @param messageId Telegram's number of the message, once there is one
 * @param toldRevision the revision of the incident that the message shows
 * @param toldReplies how many of the incident's replies were told, or are none any more
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
                incident,
                chat,
                Stage.TOLD,
                messageId,
                revision,
                toldReplies,
                mayRepeat,
                digest,
                at);
    }

    Delivery answered(Instant at) {
        return told(messageId, toldRevision, toldReplies + 1, at);
    }

    Delivery digestedBy(long id) {
        return new Delivery(
                incident,
                chat,
                Stage.DIGESTED,
                messageId,
                toldRevision,
                toldReplies,
                false,
                id,
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
