package io.detektor.telegramalerts.bot;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** How long to wait after failures; doubled with each, with some jitter. */
record Backoff(Duration least, Duration most) {

    /** Between half of it and all of it. */
    Duration after(int failures) {
        long millis = least.toMillis() << Math.min(Math.max(0, failures - 1), 20);
        long capped = Math.min(millis, most.toMillis());
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(capped / 2, capped + 1));
    }
}
