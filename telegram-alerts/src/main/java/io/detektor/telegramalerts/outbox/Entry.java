package io.detektor.telegramalerts.outbox;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.detektor.telegramalerts.incident.Incident;
import io.detektor.telegramalerts.incident.Signal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One line of the journal: a change that holds as a whole or not at all. What a line does not
 * mention stays as it is.
 *
 * @param at when it was written
 * @param signals reported then
 * @param chats who is told of the incidents that these signals open
 * @param deliveries as they are now
 * @param digests as they are now
 * @param moved chats that have another id now
 * @param incidents all of them, in the first line of a file
 * @param lastId of the newest incident, in the first line of a file
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record Entry(
        Instant at,
        @Nullable List<Signal> signals,
        @Nullable List<String> chats,
        @Nullable List<Delivery> deliveries,
        @Nullable List<Digest> digests,
        @Nullable Map<String, String> moved,
        @Nullable List<Incident> incidents,
        @Nullable Long lastId) {

    static Entry reported(Instant at, List<Signal> signals, List<String> chats) {
        return new Entry(at, signals, chats, null, null, null, null, null);
    }

    static Entry told(Instant at, List<Delivery> deliveries, List<Digest> digests) {
        return new Entry(at, null, null, deliveries, digests, null, null, null);
    }

    static Entry moved(Instant at, String chat, String to) {
        return new Entry(at, null, null, null, null, Map.of(chat, to), null, null);
    }
}
