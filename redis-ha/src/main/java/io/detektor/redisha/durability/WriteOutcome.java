package io.detektor.redisha.durability;

/**
 * What became of an append. A timeout after sending is {@link Unknown}, never one of the others.
 */
public sealed interface WriteOutcome {

    /**
     * The entry is on the master and on every replica that Sentinel could promote.
     *
     * @param entryId the id of the stream entry
     * @param replicas how many replicas hold it; 0 means accepted on the master alone, because no
     *     replica was promotable and the policy says accept
     * @param repeated whether an earlier append with the same idempotency key stored it
     * @param streamLength entries in the stream just after this one, also where an earlier append
     *     stored it; -1 when the append did not ask
     */
    record Confirmed(String entryId, int replicas, boolean repeated, long streamLength)
            implements WriteOutcome {}

    /**
     * Nothing was stored, or what was stored will not be kept.
     *
     * @param reason why
     * @param detail for people: name, value, what was expected; holds no secret
     */
    record Refused(WriteFailure reason, String detail) implements WriteOutcome {}

    /**
     * It may have been stored. Repeating it with the same idempotency key is safe.
     *
     * @param reason why it is not known
     * @param detail for people; holds no secret
     */
    record Unknown(WriteFailure reason, String detail) implements WriteOutcome {}
}
