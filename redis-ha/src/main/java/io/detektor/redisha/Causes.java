package io.detektor.redisha;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** What really went wrong, below the wrappers that futures put around it. */
public final class Causes {

    private Causes() {}

    /** The first cause that is no future's wrapper; null for null. */
    public static @Nullable Throwable unwrap(@Nullable Throwable failure) {
        Throwable current = failure;
        while ((current instanceof CompletionException || current instanceof ExecutionException)
                && current.getCause() != null) {
            current = current.getCause();
        }
        return current;
    }

    /** The innermost message, for one line of a log; the type's name where there is none. */
    public static String text(@Nullable Throwable failure) {
        Throwable current = unwrap(failure);
        while (current != null && current.getCause() != null) {
            current = current.getCause();
        }
        if (current == null) {
            return "unknown";
        }
        String message = current.getMessage();
        return message != null ? message : current.getClass().getSimpleName();
    }
}
