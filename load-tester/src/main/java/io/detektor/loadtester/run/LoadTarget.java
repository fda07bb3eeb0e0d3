package io.detektor.loadtester.run;

import java.time.Duration;

/** Where messages go. Used by one sending thread; closed by who made it. */
public interface LoadTarget extends AutoCloseable {

    /**
     * Makes message {@code seq}.
     *
     * @param intendedMicros intended send time, microseconds since the epoch
     */
    Prepared prepare(long seq, long intendedMicros);

    @Override
    void close();

    /** A message that is ready to be sent. */
    interface Prepared {

        /** CRC32C over what is sent, by which it is recognised when read back. */
        int checksum();

        /**
         * Sends it, and again what is refused for a while or unknown, without storing it twice;
         * never blocks.
         *
         * @param timeout the caller's deadline from now on, by which the outcome is told
         */
        void send(Duration timeout, OutcomeListener listener);
    }
}
