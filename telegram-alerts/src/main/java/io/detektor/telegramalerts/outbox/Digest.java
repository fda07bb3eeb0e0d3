package io.detektor.telegramalerts.outbox;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One message about many incidents in one chat. Its members are the deliveries that name it.
 *
 * @param id its number in the outbox
 * @param chat who is told
 * @param stage {@code WAITING}, {@code SENDING}, {@code TOLD} or {@code REFUSED}
 * @param messageId Telegram's number of the message, once there is one
 * @param toldVersion what it showed when it was last told, see {@link Work}
 * @param mayRepeat whether an attempt before may have arrived after all
 * @param formedAt when it was put together
 * @param touchedAt when it was last told or edited
 */
public record Digest(
        long id,
        String chat,
        Stage stage,
        @Nullable Long messageId,
        long toldVersion,
        boolean mayRepeat,
        Instant formedAt,
        Instant touchedAt) {

    Digest at(Stage next, boolean doubtful) {
        return new Digest(
                id, chat, next, messageId, toldVersion, mayRepeat || doubtful, formedAt, touchedAt);
    }

    Digest told(@Nullable Long message, long version, Instant at) {
        return new Digest(id, chat, Stage.TOLD, message, version, false, formedAt, at);
    }

    Digest recovered() {
        return stage == Stage.SENDING ? at(Stage.WAITING, true) : this;
    }
}
