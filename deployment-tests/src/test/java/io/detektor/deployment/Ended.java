package io.detektor.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;

/**
 * A command that has ended.
 *
 * @param command as it was typed
 * @param status its exit status
 * @param out standard output
 * @param err standard error
 * @param took from its start to its end
 */
record Ended(String command, int status, String out, String err, Duration took) {

    /** Everything it said. */
    String text() {
        return out + err;
    }

    /** Fails, with everything it said, unless it ended with 0. */
    Ended ok() {
        return endedWith(0);
    }

    /** Fails, with everything it said, unless it ended with that status. */
    Ended endedWith(int expected) {
        assertThat(status).as("exit status of: %s%n%s", command, text()).isEqualTo(expected);
        return this;
    }

    /** Fails, with everything it said, if it ended with 0. */
    Ended refused() {
        assertThat(status).as("exit status of: %s%n%s", command, text()).isNotZero();
        return this;
    }
}
