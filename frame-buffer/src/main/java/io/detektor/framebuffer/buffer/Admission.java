package io.detektor.framebuffer.buffer;

import io.detektor.framebuffer.settings.FrameBufferProperties;
import io.detektor.framebuffer.stream.BufferSizes;
import io.detektor.framebuffer.web.Problem;
import io.detektor.framebuffer.web.ProblemType;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Slows down who sends while the buffer fills, and refuses frames for which there is no room in
 * bytes. The limit in frames is not kept here but in Redis, in the very step that stores: it holds
 * exactly, over all instances. That in bytes is looked up every poll interval and counted on in
 * between. Nothing that was stored is ever removed to make room. Thread-safe.
 */
@Component
public final class Admission {

    /** Part of the room that should be free before a client comes again. */
    private static final double WORTH_COMING = 0.05;

    private static final Duration LONGEST_RETRY = Duration.ofSeconds(30);

    private final BufferMonitor monitor;
    private final FrameBufferProperties.Enqueue settings;
    private final long maxFrames;
    private final long maxBytes;

    /** Bytes stored by this instance since {@link #counted}. */
    private final AtomicLong since = new AtomicLong();

    /** Number of the look that {@link #since} counts from. */
    private volatile long counted;

    Admission(BufferMonitor monitor, FrameBufferProperties settings) {
        this.monitor = monitor;
        this.settings = settings.enqueue();
        this.maxFrames = settings.streams().maxFrames();
        this.maxBytes = settings.streams().maxSize().toBytes();
    }

    /** Counts what was stored. */
    public void stored(long bytes) {
        since.addAndGet(bytes);
    }

    /** Why so many bytes more are refused; null when they are not. */
    public @Nullable Problem refusal(long bytes) {
        long held = bytes();
        if (held + bytes <= maxBytes) {
            return null;
        }
        return Problem.wrong(
                        ProblemType.BUFFER_BYTES_FULL,
                        "bytes in the buffer",
                        Long.toString(held),
                        "at most " + maxBytes + " with this one")
                .with("outcome", "not-stored")
                .with("reason", "bytes-full")
                .with("retryable", true);
    }

    /** How long to wait with an answer: none, or more the fuller the buffer is. */
    public Duration delay() {
        double usage = usage();
        double slowAbove = settings.slowAbove();
        if (usage <= slowAbove) {
            return Duration.ZERO;
        }
        double part = Math.min(1, (usage - slowAbove) / Math.max(0.01, 1 - slowAbove));
        return Duration.ofNanos((long) (part * settings.maxDelay().toNanos()));
    }

    /** When a client that was refused should come again: by then there is room, as it looks now. */
    public Duration retryAfter(ProblemType type) {
        double rate = monitor.drainPerSecond();
        boolean full = type == ProblemType.BUFFER_FULL || type == ProblemType.BUFFER_BYTES_FULL;
        if (!full || rate < 0.1) {
            return Duration.ofSeconds(1);
        }
        Duration until = Duration.ofMillis((long) (1000 * WORTH_COMING * maxFrames / rate));
        return until.compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : until;
    }

    private double usage() {
        BufferSizes sizes = monitor.latest();
        return sizes == null
                ? 0
                : Math.max((double) sizes.frames() / maxFrames, (double) bytes() / maxBytes);
    }

    private long bytes() {
        BufferSizes sizes = monitor.latest();
        long look = monitor.looks();
        if (look != counted) {
            counted = look;
            since.set(0);
        }
        return (sizes == null ? 0 : sizes.bytes()) + since.get();
    }
}
