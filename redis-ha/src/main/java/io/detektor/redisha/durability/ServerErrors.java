package io.detektor.redisha.durability;

import io.detektor.redisha.Causes;
import io.lettuce.core.RedisCommandExecutionException;
import org.jspecify.annotations.Nullable;

/** What an error that the server answered says about the write. */
final class ServerErrors {

    private ServerErrors() {}

    /**
     * The reason, when the server itself answered with an error: then the script did not run to its
     * end, and because it writes its own record last, nothing of it counts. Null when there was no
     * answer at all, and the batch may have been stored.
     */
    static @Nullable WriteFailure answered(@Nullable Throwable failure) {
        return Causes.unwrap(failure) instanceof RedisCommandExecutionException error
                ? reason(String.valueOf(error.getMessage()))
                : null;
    }

    /** The reason behind an error text such as {@code READONLY You can't write …}. */
    static WriteFailure reason(String error) {
        int space = error.indexOf(' ');
        return switch (space > 0 ? error.substring(0, space) : error) {
            case "READONLY", "MASTERDOWN", "UNBLOCKED" -> WriteFailure.NOT_MASTER;
            case "NOREPLICAS" -> WriteFailure.NOT_ENOUGH_REPLICAS;
            case "LOADING", "BUSY", "NOSCRIPT" -> WriteFailure.NOT_READY;
            case "OOM" -> WriteFailure.OUT_OF_MEMORY;
            case "MISCONF" -> WriteFailure.NOT_PERSISTING;
            case "STREAMFULL" -> WriteFailure.STREAM_FULL;
            case "KEYREUSED" -> WriteFailure.KEY_REUSED;
            default -> WriteFailure.REJECTED;
        };
    }
}
