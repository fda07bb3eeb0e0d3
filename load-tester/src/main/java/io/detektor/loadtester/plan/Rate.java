package io.detektor.loadtester.plan;

import java.util.Locale;

/** How fast messages are sent. */
public sealed interface Rate {

    /** The fastest rate that can be asked for. */
    int HIGHEST = 1_000_000;

    /**
     * So many a second, at fixed times, whatever the target does (open loop).
     *
     * @param perSecond messages per second
     */
    record PerSecond(int perSecond) implements Rate {
        @Override
        public String toString() {
            return perSecond + "/s";
        }
    }

    /**
     * At the times of a profile, whatever the target does (open loop).
     *
     * @param profile how the rate goes
     */
    record Following(Profile profile) implements Rate {
        @Override
        public String toString() {
            return profile.toString();
        }
    }

    /** As fast as answers come, with a fixed number in flight (closed loop). */
    record Max() implements Rate {
        @Override
        public String toString() {
            return "max";
        }
    }

    /**
     * Reads {@code 500} or {@code max}.
     *
     * @throws InvalidValueException when the text is neither
     */
    static Rate parse(String name, String text) {
        String trimmed = text.trim().toLowerCase(Locale.ROOT);
        if (trimmed.equals("max")) {
            return new Max();
        }
        if (trimmed.matches("\\d{1,7}")) {
            int perSecond = Integer.parseInt(trimmed);
            if (perSecond >= 1 && perSecond <= HIGHEST) {
                return new PerSecond(perSecond);
            }
        }
        throw new InvalidValueException(
                name, text, "messages per second from 1 to " + HIGHEST + ", or max");
    }
}
