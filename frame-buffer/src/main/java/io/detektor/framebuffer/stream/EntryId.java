package io.detektor.framebuffer.stream;

/**
 * Id of a stream entry, in the order of Redis: both parts are unsigned.
 *
 * @param millis Unix time in milliseconds
 * @param sequence number within that millisecond
 */
record EntryId(long millis, long sequence) implements Comparable<EntryId> {

    static final EntryId ZERO = new EntryId(0, 0);

    static EntryId parse(String text) {
        int dash = text.indexOf('-');
        if (dash < 1) {
            throw new IllegalArgumentException(
                    "entry id: '" + text + "' (expected: milliseconds-sequence)");
        }
        return new EntryId(
                Long.parseUnsignedLong(text, 0, dash, 10),
                Long.parseUnsignedLong(text, dash + 1, text.length(), 10));
    }

    @Override
    public int compareTo(EntryId other) {
        int byTime = Long.compareUnsigned(millis, other.millis);
        return byTime != 0 ? byTime : Long.compareUnsigned(sequence, other.sequence);
    }

    @Override
    public String toString() {
        return Long.toUnsignedString(millis) + "-" + Long.toUnsignedString(sequence);
    }
}
