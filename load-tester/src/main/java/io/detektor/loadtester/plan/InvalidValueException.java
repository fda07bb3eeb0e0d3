package io.detektor.loadtester.plan;

/** A value that somebody typed cannot be used. The message is one line for that person. */
public final class InvalidValueException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    /**
     * @param name what was given, as its author wrote it ({@code --rate}, {@code LOADTEST_RATE})
     * @param value the value that was given; never a secret
     * @param expected what would have been right
     */
    public InvalidValueException(String name, String value, String expected) {
        super(name + ": " + (value.isBlank() ? "''" : value) + " (expected: " + expected + ")");
    }
}
