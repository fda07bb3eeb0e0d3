package io.detektor.framebuffer.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** One call of {@link FrameLog#take}: what it wants, and what it has so far. */
final class Taker {

    final int wanted;

    /** nanoTime until which it waits for a first frame. */
    final long untilNanos;

    final CompletableFuture<FrameBatch> answer = new CompletableFuture<>();
    final List<WaitingFrame> frames = new ArrayList<>();

    Taker(int wanted, long untilNanos) {
        this.wanted = wanted;
        this.untilNanos = untilNanos;
    }

    int missing() {
        return wanted - frames.size();
    }
}
