package io.detektor.redisha.durability;

/**
 * A write that was not confirmed in time. It may have been executed, and may be kept; repeating it
 * is safe, since it was repeated before.
 */
public final class UnconfirmedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnconfirmedException(String message, Throwable cause) {
        super(message, cause);
    }

    UnconfirmedException(String message) {
        super(message);
    }
}
