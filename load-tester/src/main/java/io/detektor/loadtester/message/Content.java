package io.detektor.loadtester.message;

import io.detektor.loadtester.plan.FrameFile;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * The bytes that messages carry: camera frames in turn, or generated text of a fixed size that
 * differs from message to message. The same seed gives the same bytes. Immutable.
 */
public final class Content {

    /**
     * Generated text is cut from a pool at a place that depends on the number; prime on purpose.
     */
    private static final int POOL = 65_521;

    private static final byte[] LETTERS =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
                    .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);

    private final List<byte[]> frames;
    private final List<byte[]> framesInBase64;
    private final byte[] pool;
    private final int size;
    private final int width;
    private final int height;

    /**
     * @param frames frames to carry, or null for generated text
     * @param size bytes of generated text
     * @param seed decides the text
     */
    public Content(@Nullable FrameFile frames, int size, long seed) {
        this.size = size;
        if (frames == null) {
            this.frames = List.of();
            this.framesInBase64 = List.of();
            this.pool = new byte[POOL + size];
            Random random = new Random(seed);
            for (int i = 0; i < pool.length; i++) {
                pool[i] = LETTERS[random.nextInt(LETTERS.length)];
            }
            this.width = 0;
            this.height = 0;
            return;
        }
        this.frames = frames.frames();
        List<byte[]> encoded = new ArrayList<>();
        for (byte[] frame : frames.frames()) {
            encoded.add(Base64.getEncoder().encode(frame));
        }
        this.framesInBase64 = List.copyOf(encoded);
        this.pool = new byte[0];
        this.width = frames.width();
        this.height = frames.height();
    }

    /** What message {@code seq} carries. Frames are shared: not to be changed. */
    byte[] raw(long seq) {
        if (!frames.isEmpty()) {
            return frames.get((int) (seq % frames.size()));
        }
        byte[] bytes = new byte[size];
        System.arraycopy(pool, (int) (seq * 31 % POOL), bytes, 0, size);
        return bytes;
    }

    /** The same in base64. Frames are encoded once and shared: not to be changed. */
    byte[] base64(long seq) {
        if (!frames.isEmpty()) {
            return framesInBase64.get((int) (seq % frames.size()));
        }
        return Base64.getEncoder().encode(raw(seq));
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }
}
