package io.detektor.telegramalerts.outbox;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What waits, in all chats together.
 *
 * @param messages sends, edits and answers that are due or under way
 * @param oldest since when the one that waits longest has been waiting, or null
 * @param journalBytes size of the file
 * @param journalFailures how often it could not be written
 * @param journalWell whether it could be written the last time
 */
public record Backlog(
        int messages,
        @Nullable Instant oldest,
        long journalBytes,
        long journalFailures,
        boolean journalWell) {}
