package io.detektor.framebuffer.deadletter;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.detektor.framebuffer.stream.DeadLetter;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * A dead letter without its frame.
 *
 * @param stream where it belongs; missing where nobody knows, and then it cannot be reprocessed
 * @param messageId its id there; missing for a frame that never got in
 */
@JsonNaming(SnakeCaseStrategy.class)
@JsonInclude(JsonInclude.Include.NON_NULL)
record DeadLetterView(
        String id,
        Instant at,
        String reason,
        @Nullable String stream,
        @Nullable String messageId,
        long deliveries,
        @Nullable String firstError,
        @Nullable String lastError,
        String contentType,
        long sizeBytes) {

    static DeadLetterView of(DeadLetter letter) {
        return new DeadLetterView(
                letter.id(),
                letter.at(),
                letter.reason(),
                letter.stream(),
                letter.messageId(),
                letter.deliveries(),
                letter.firstError(),
                letter.lastError(),
                letter.frame().contentType(),
                letter.size());
    }
}
