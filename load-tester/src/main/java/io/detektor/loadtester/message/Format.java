package io.detektor.loadtester.message;

import java.util.Map;

/** Recognises this run's messages among a stream's entries. Implementations are stateless. */
public interface Format {

    /** What an entry is. Never fails: what cannot be read is damaged or foreign. */
    Seen read(Map<String, byte[]> fields);

    /**
     * An entry that was read back.
     *
     * @param seq the message's number, or -1 when it is none of this run's
     * @param intact whether it is what its own checksum says
     * @param checksum over what was read, to be compared with what was sent
     * @param intendedMicros intended send time, microseconds since the epoch; 0 when unreadable
     * @param foreignId for reports: the id of what is none of this run's; empty for what is
     */
    record Seen(long seq, boolean intact, int checksum, long intendedMicros, String foreignId) {

        static final Seen FOREIGN = new Seen(-1, true, 0, 0, "(no id)");

        /** For reports. */
        public String name() {
            return seq < 0 ? foreignId : "#" + seq;
        }
    }
}
