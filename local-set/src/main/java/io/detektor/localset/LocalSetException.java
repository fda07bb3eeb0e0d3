package io.detektor.localset;

/**
 * The set, or the machine it runs on, does not do what it was told. The message says what was seen,
 * what was expected, and where the logs are; retrying does not help.
 */
public final class LocalSetException extends RuntimeException {

    LocalSetException(String message) {
        super(message);
    }

    LocalSetException(String message, Throwable cause) {
        super(message, cause);
    }
}
