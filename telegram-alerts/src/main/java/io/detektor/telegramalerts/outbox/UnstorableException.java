package io.detektor.telegramalerts.outbox;

/** What was reported could not be put on disk. Whoever reported it should do so again later. */
public final class UnstorableException extends Exception {

    UnstorableException(String message, Throwable cause) {
        super(message, cause);
    }

    UnstorableException(String message) {
        super(message);
    }
}
