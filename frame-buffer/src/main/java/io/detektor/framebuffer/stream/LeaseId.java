package io.detektor.framebuffer.stream;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The right to a frame that was leased out: which frame, and which of its leases. Clients hand it
 * back as they got it.
 *
 * @param number the stream's number in {@link Keys}
 * @param entry the frame's entry
 * @param token of this one lease
 */
public record LeaseId(int number, EntryId entry, String token) {

    private static final Pattern TEXT =
            Pattern.compile("([fm])-([0-9]{1,20}-[0-9]{1,20})-([0-9a-f]{16})");

    /** Reads what {@link #toString} wrote; empty for anything else. */
    public static Optional<LeaseId> parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new LeaseId(
                            matcher.group(1).equals("f") ? 1 : 2,
                            EntryId.parse(matcher.group(2)),
                            matcher.group(3)));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return (number == 1 ? "f-" : "m-") + entry + "-" + token;
    }
}
