package io.detektor.loadtester.plan;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Camera frames of a motion-JPEG file: JPEG images one after the other, each from {@code FF D8 FF}
 * to {@code FF D9}.
 *
 * @param path the file
 * @param frames the images in order; not copied, and not to be changed
 * @param width of the first frame, in pixels; 0 when its header does not say
 * @param height of the first frame, in pixels; 0 when its header does not say
 */
public record FrameFile(Path path, List<byte[]> frames, int width, int height) {

    private static final int SOI = 0xD8;
    private static final int EOI = 0xD9;

    public FrameFile {
        frames = List.copyOf(frames);
    }

    /**
     * Reads a file.
     *
     * @throws InvalidValueException when it cannot be read or holds no frame
     */
    public static FrameFile read(String name, Path path) {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(path);
        } catch (IOException e) {
            throw new InvalidValueException(
                    name, path.toString(), "a motion-JPEG file that can be read");
        }
        return of(name, path, bytes);
    }

    /**
     * Reads what was in a file.
     *
     * @throws InvalidValueException when it holds no frame
     */
    public static FrameFile of(String name, Path path, byte[] bytes) {
        List<byte[]> frames = split(bytes);
        if (frames.isEmpty()) {
            throw new InvalidValueException(
                    name,
                    path.toString(),
                    "a motion-JPEG file with a frame from FF D8 FF to FF D9");
        }
        int[] size = size(frames.getFirst());
        return new FrameFile(path, frames, size[0], size[1]);
    }

    /**
     * Cuts a motion-JPEG stream into frames; what lies between frames, or is cut off, is left out.
     */
    static List<byte[]> split(byte[] bytes) {
        List<byte[]> frames = new ArrayList<>();
        int start = -1;
        // inside JPEG data FF is always followed by 00 or a marker, so FF D9 can only be the end
        for (int i = 0; i + 1 < bytes.length; i++) {
            if (bytes[i] != (byte) 0xFF) {
                continue;
            }
            int marker = bytes[i + 1] & 0xFF;
            if (start < 0 && marker == SOI && i + 2 < bytes.length && bytes[i + 2] == (byte) 0xFF) {
                start = i;
            } else if (start >= 0 && marker == EOI) {
                frames.add(Arrays.copyOfRange(bytes, start, i + 2));
                start = -1;
                i++;
            }
        }
        return frames;
    }

    /** Width and height from the start-of-frame segment; 0 and 0 when there is none. */
    static int[] size(byte[] jpeg) {
        int i = 2;
        while (i + 9 < jpeg.length && jpeg[i] == (byte) 0xFF) {
            int marker = jpeg[i + 1] & 0xFF;
            // SOF0 to SOF15 but for DHT, JPG and DAC, which share the range
            if (marker >= 0xC0
                    && marker <= 0xCF
                    && marker != 0xC4
                    && marker != 0xC8
                    && marker != 0xCC) {
                return new int[] {word(jpeg, i + 7), word(jpeg, i + 5)};
            }
            i += 2 + word(jpeg, i + 2);
        }
        return new int[] {0, 0};
    }

    private static int word(byte[] bytes, int at) {
        return (bytes[at] & 0xFF) << 8 | (bytes[at + 1] & 0xFF);
    }
}
