package io.detektor.framebuffer.stream;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The frames that could not be kept or served. Thread-safe, and no method blocks; futures fail when
 * Redis cannot be reached.
 */
public interface DeadLetters {

    /** The newest ones, newest first. */
    CompletableFuture<List<DeadLetter>> newest(int count);

    /**
     * A page, oldest first.
     *
     * @param after the id of the last one of the page before; null to begin
     * @param reason only those with this reason; null for all
     * @param count most on the page
     */
    CompletableFuture<List<DeadLetter>> list(
            @Nullable String after, @Nullable String reason, int count);

    /** One of them. */
    CompletableFuture<Optional<DeadLetter>> find(String id);

    /**
     * Puts frames back where they belong, unchanged, oldest first; each is removed here only when
     * it is confirmed there. Ends at the first page of which one could not be put back.
     *
     * @param reason only those with this reason; null for all
     * @param most how many at most
     */
    CompletableFuture<Reprocessed> reprocess(@Nullable String reason, long most);

    /** The same with these; those that are not there (any more) count for nothing. */
    CompletableFuture<Reprocessed> reprocess(List<String> ids);

    /**
     * Removes letters for good.
     *
     * @param reason only those with this reason; null for all
     * @return how many, when it is confirmed
     */
    CompletableFuture<Long> purge(@Nullable String reason);

    /** The same with these. */
    CompletableFuture<Long> purge(List<String> ids);

    /**
     * What became of a reprocessing.
     *
     * @param reprocessed frames that are back, confirmed
     * @param failed frames that were tried, and are still here
     * @param remaining letters that are still here
     */
    record Reprocessed(long reprocessed, long failed, long remaining) {}
}
