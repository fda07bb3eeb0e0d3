package io.detektor.monitoring;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Ten frames a second into frame-buffer, and out of it. */
final class Camera implements AutoCloseable {

    private static final byte[] FRAME =
            "{\"frame_id\": \"f\", \"camera_id\": \"door\", \"data\": \"aGVsbG8=\"}"
                    .getBytes(StandardCharsets.UTF_8);
    private static final Duration EVERY = Duration.ofMillis(100);

    private final URI frameBuffer;
    private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(1);
    private final AtomicInteger stored = new AtomicInteger();
    private volatile boolean paused;

    Camera(URI frameBuffer) {
        this.frameBuffer = frameBuffer;
        var _ =
                clock.scheduleWithFixedDelay(
                        this::frame, 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void frame() {
        if (paused) {
            return;
        }
        if (Http.post(frameBuffer.resolve("/frames/enqueue"), FRAME).status() == 200) {
            stored.incrementAndGet();
        }
        var _ = Http.get(frameBuffer.resolve("/frames/dequeue?count=20"));
    }

    int stored() {
        return stored.get();
    }

    /** Sends nothing, until it is resumed. */
    void pause() {
        paused = true;
    }

    void resume() {
        paused = false;
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
