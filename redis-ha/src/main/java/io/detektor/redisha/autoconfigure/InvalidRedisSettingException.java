package io.detektor.redisha.autoconfigure;

/** A setting that cannot work, found before any connection is made. */
final class InvalidRedisSettingException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String action;

    InvalidRedisSettingException(String message, String action) {
        super(message);
        this.action = action;
    }

    String action() {
        return action;
    }
}
