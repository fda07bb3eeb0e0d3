package io.detektor.loadtester.run;

/** What became of a message, after all its tries. */
public sealed interface SendOutcome {

    /** Whether it took more than one try. */
    boolean retried();

    /**
     * Stored as the target promises.
     *
     * @param entryId the stream entry's id
     * @param replicas how many replicas hold it; -1 where the target does not say
     */
    record Confirmed(String entryId, int replicas, boolean retried) implements SendOutcome {}

    /** Not stored. */
    record Refused(String reason, boolean retried) implements SendOutcome {}

    /** May be stored. */
    record Unknown(String reason, boolean retried) implements SendOutcome {}
}
