package io.detektor.framebuffer.dequeue;

import io.detektor.framebuffer.frame.ImageFrame;
import io.detektor.framebuffer.frame.StoredFrame;
import io.detektor.framebuffer.stream.FrameBatch;
import io.detektor.framebuffer.stream.LeasedFrame;
import io.detektor.framebuffer.stream.WaitingFrame;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Frames on their way to one taker.
 *
 * @param frames oldest first
 * @param leases the lease of each; empty where they are acknowledged by the answer itself
 * @param length how long the leases last
 * @param remaining frames that wait beside these
 */
record Handout(
        List<WaitingFrame> frames, List<LeasedFrame> leases, Duration length, long remaining) {

    static Handout of(FrameBatch batch) {
        return new Handout(batch.frames(), List.of(), Duration.ZERO, batch.remaining());
    }

    static Handout of(List<LeasedFrame> leased, long remaining, Duration length) {
        return new Handout(
                leased.stream().map(LeasedFrame::frame).toList(), leased, length, remaining);
    }

    /** Trace context of each frame; null where there is none. */
    List<@Nullable String> traceparents() {
        return frames.stream().<@Nullable String>map(each -> each.frame().traceparent()).toList();
    }

    /** Headers of the whole answer. */
    Map<String, String> headers(Form form) {
        if (form == Form.RAW) {
            return headersOf(0);
        }
        // with one frame, who reads the answer goes on with the trace of who sent it
        String traceparent = frames.size() == 1 ? frames.getFirst().frame().traceparent() : null;
        return traceparent == null ? Map.of() : Map.of("traceparent", traceparent);
    }

    /** What is to be said of one frame beside its content. */
    Map<String, String> headersOf(int index) {
        WaitingFrame waiting = frames.get(index);
        StoredFrame frame = waiting.frame();
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("X-Message-Id", waiting.messageId());
        if (frame instanceof StoredFrame.Image image) {
            ImageFrame said = image.image();
            put(headers, "X-Frame-Id", said.id());
            put(headers, "X-Camera-Id", said.cameraId());
            put(headers, "X-Frame-Timestamp", image.timestamp());
        }
        put(headers, "traceparent", frame.traceparent());
        if (!leases.isEmpty()) {
            LeasedFrame leased = leases.get(index);
            headers.put("X-Lease-Id", leased.lease().toString());
            headers.put("X-Lease-Expires-In-Ms", Long.toString(length.toMillis()));
            headers.put("X-Lease-Deliveries", Long.toString(leased.deliveries()));
        }
        return headers;
    }

    /** Only what may stand in a header: an entry may be somebody else's. */
    private static void put(Map<String, String> headers, String name, @Nullable String value) {
        if (value != null && value.chars().allMatch(c -> c >= ' ' && c <= '~')) {
            headers.put(name, value);
        }
    }
}
