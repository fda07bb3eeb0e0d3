package io.detektor.telegramalerts.outbox;

/** How far a message to one chat has come. */
public enum Stage {
    /** Not sent yet, or certainly not arrived. */
    WAITING,
    /**
     * Handed to Telegram, which has not answered yet; after a crash nobody knows whether it came.
     */
    SENDING,
    /** Arrived. Edits and answers may follow. */
    TOLD,
    /** As {@link #TOLD}, with an answer to it in the state of {@link #SENDING}. */
    ANSWERING,
    /** Part of a digest instead. */
    DIGESTED,
    /** Telegram will never take it; given up. */
    REFUSED
}
