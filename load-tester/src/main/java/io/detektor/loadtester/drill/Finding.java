package io.detektor.loadtester.drill;

/**
 * What the configuration of a set has against it.
 *
 * @param severity how bad
 * @param where the node, or {@code set}
 * @param setting its name
 * @param value what it is
 * @param expected what it should be, and why
 */
record Finding(Severity severity, String where, String setting, String value, String expected) {

    /** How bad. */
    enum Severity {
        /** It loses data, or does not fail over. */
        ERROR,
        /** It may, under load. */
        WARNING,
        /** Worth knowing. */
        NOTE
    }

    @Override
    public String toString() {
        return severity
                + " "
                + where
                + " "
                + setting
                + " "
                + value
                + " (expected: "
                + expected
                + ")";
    }
}
