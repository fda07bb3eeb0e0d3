package io.detektor.telegramalerts.incident;

/**
 * Something that an edit of the incident's message would hide, and that is therefore told in a
 * message of its own, as an answer to it.
 *
 * @param kind which of the two
 * @param key of the condition that it is about
 */
public record Reply(Kind kind, String key) {

    /** Why it is told. */
    public enum Kind {
        /** It got worse, in a way that does not follow from what was told. With a sound. */
        ESCALATION,
        /** It is over. Without a sound. */
        RECOVERY
    }
}
