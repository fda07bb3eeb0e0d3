package io.detektor.loadtester.run;

/** The target cannot be reached; the message says what was tried, for people. */
public final class UnreachableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public UnreachableException(String message) {
        super(message);
    }
}
