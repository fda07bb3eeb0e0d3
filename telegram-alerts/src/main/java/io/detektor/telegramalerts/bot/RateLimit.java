package io.detektor.telegramalerts.bot;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;

/**
 * Telegram's limits for one chat: about one message a second, and 20 a minute in a group. Edits
 * count, too. Counted from the end of a call, so that ours are never closer together at Telegram
 * than they are here. Thread-safe.
 *
 * @see <a href="https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this">
 *     Telegram: limits</a>
 */
final class RateLimit {

    /** A little more than a minute, as Telegram's clock is another. */
    private static final long MINUTE_NANOS = Duration.ofSeconds(61).toNanos();

    private final long intervalNanos;
    private final int minute;
    private final LongSupplier nanoClock;
    private final Deque<Long> recent = new ArrayDeque<>();
    private long notBefore;

    /**
     * @param interval least time between two calls
     * @param minute most calls in a minute; a third of them is for urgent ones only
     * @param nanoClock such as {@link System#nanoTime()}
     */
    RateLimit(Duration interval, int minute, LongSupplier nanoClock) {
        this.intervalNanos = interval.toNanos();
        this.minute = minute;
        this.nanoClock = nanoClock;
        this.notBefore = nanoClock.getAsLong();
    }

    /** Takes a turn, if it is free; else says how long it is not. Zero: taken. */
    synchronized Duration tryTake(boolean urgent) {
        long now = nanoClock.getAsLong();
        while (!recent.isEmpty() && now - recent.getFirst() > MINUTE_NANOS) {
            recent.removeFirst();
        }
        long wait = notBefore - now;
        int most = urgent ? minute : minute - minute / 3;
        if (recent.size() >= most) {
            Long freed = recent.stream().skip(recent.size() - most).findFirst().orElse(now);
            wait = Math.max(wait, freed + MINUTE_NANOS - now + 1);
        }
        if (wait > 0) {
            return Duration.ofNanos(wait);
        }
        recent.addLast(now);
        notBefore = now + intervalNanos;
        return Duration.ZERO;
    }

    /** The call for which the last turn was taken is over. */
    synchronized void ended() {
        long now = nanoClock.getAsLong();
        if (!recent.isEmpty()) {
            recent.removeLast();
            recent.addLast(now);
        }
        notBefore = Math.max(notBefore, now + intervalNanos);
    }

    /** Telegram wants to be left alone for a while. */
    synchronized void pause(Duration duration) {
        notBefore = Math.max(notBefore, nanoClock.getAsLong() + duration.toNanos());
    }
}
