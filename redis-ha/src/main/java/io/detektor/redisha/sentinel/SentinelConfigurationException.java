package io.detektor.redisha.sentinel;

/**
 * The Sentinels were reached, and what they say shows that this application is configured wrongly:
 * waiting does not help.
 */
public final class SentinelConfigurationException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String action;

    SentinelConfigurationException(String message, String action) {
        super(message);
        this.action = action;
    }

    /** What to change, for people. */
    public String action() {
        return action;
    }
}
