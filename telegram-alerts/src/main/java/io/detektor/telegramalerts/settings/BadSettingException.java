package io.detektor.telegramalerts.settings;

/** A setting with which the service cannot start. The message never holds a secret. */
public final class BadSettingException extends RuntimeException {

    /**
     * @param name the environment variable
     * @param value what it says, or why that is not shown
     * @param expected what it should say
     */
    public BadSettingException(String name, String value, String expected) {
        super(name + ": " + value + " (expected: " + expected + ")");
    }
}
