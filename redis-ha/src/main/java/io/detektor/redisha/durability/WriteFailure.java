package io.detektor.redisha.durability;

/** Why a write was not confirmed. Each is a value of the meter tag {@code reason}. */
public enum WriteFailure {
    /** No master is known, or none can be reached. */
    NO_MASTER("no-master", true),
    /** The node that was written to is not the master (any more). */
    NOT_MASTER("not-master", true),
    /** Fewer replicas than required are in sync, and policy or server refuses to go on without. */
    NOT_ENOUGH_REPLICAS("not-enough-replicas", true),
    /** The server is not ready: loading its data, or busy with a script. */
    NOT_READY("not-ready", true),
    /** The server has no memory left (policy noeviction). */
    OUT_OF_MEMORY("out-of-memory", true),
    /** The server cannot persist, and therefore refuses writes. */
    NOT_PERSISTING("not-persisting", true),
    /** The stream holds as many entries as the caller allows. */
    STREAM_FULL("stream-full", true),
    /** The idempotency key stands for an append of other content. */
    KEY_REUSED("key-reused", false),
    /** More appends wait in this process than it may hold. */
    QUEUE_FULL("queue-full", true),
    /** The deadline passed. */
    DEADLINE("deadline", true),
    /** The connection broke, or the server did not answer in time. */
    CONNECTION_LOST("connection-lost", true),
    /** The server refuses the command as such: wrong key type, no permission, wrong password. */
    REJECTED("rejected", false),
    /** The writer is being closed. */
    CLOSED("closed", false);

    private final String tag;
    private final boolean retryable;

    WriteFailure(String tag, boolean retryable) {
        this.tag = tag;
        this.retryable = retryable;
    }

    /** Lower-case name for meters, logs and answers. */
    public String tag() {
        return tag;
    }

    /** Whether the same append may succeed later without anybody changing anything else. */
    public boolean retryable() {
        return retryable;
    }
}
