package io.detektor.loadtester.plan;

import java.net.URI;

/** Where the messages go. */
public sealed interface TargetPlan {

    /** How Redis is reached: to write, or to read back what a service wrote. */
    RedisPlan redis();

    /** The stream that holds what was sent. */
    String stream();

    /** In a word, for the summary. */
    String word();

    /**
     * Straight to a stream.
     *
     * @param redis how Redis is reached
     * @param stream the stream's key
     * @param ack when a write counts as confirmed
     * @param cleanup whether the stream is removed afterwards, where the run made it
     */
    record Redis(RedisPlan redis, String stream, Ack ack, boolean cleanup) implements TargetPlan {
        @Override
        public String word() {
            return redis.throughSentinel() ? "redis" : "redis-direct";
        }
    }

    /**
     * To frame-buffer.
     *
     * @param redis how to read back what frame-buffer wrote
     * @param stream the stream that frame-buffer writes to
     * @param url frame-buffer's address
     * @param connections most connections at a time
     * @param drain whether everything is taken out again over HTTP after the read-back
     */
    record Http(RedisPlan redis, String stream, URI url, int connections, boolean drain)
            implements TargetPlan {
        @Override
        public String word() {
            return "http";
        }
    }

    /** When a write counts as confirmed. */
    enum Ack {
        /** On the master and on every replica that could become master. */
        IN_SYNC,
        /** On the master: the control, which loses writes at a failover. */
        MASTER
    }
}
