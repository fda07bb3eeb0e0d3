package io.detektor.loadtester.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FrameFileTests {

    @Test
    void theSampleHoldsAHundredFrames() throws IOException {
        byte[] bytes;
        try (InputStream sample =
                FrameFile.class.getResourceAsStream("/io/detektor/loadtester/demo/street.mjpeg")) {
            bytes = Objects.requireNonNull(sample).readAllBytes();
        }

        FrameFile file = FrameFile.of("--frames", Path.of("street.mjpeg"), bytes);

        assertThat(file.frames()).hasSize(100).allMatch(frame -> frame.length > 20_000);
        assertThat(file.frames().stream().mapToLong(frame -> frame.length).sum())
                .isEqualTo(bytes.length);
        assertThat(file.width()).isEqualTo(768);
        assertThat(file.height()).isEqualTo(576);
    }

    @Test
    void leavesOutWhatLiesBetweenFramesAndWhatIsCutOff() {
        List<byte[]> frames =
                FrameFile.split(
                        hex("00 FFD9 FFD8FF E0 01 FFD9 0D0A FFD8FF DB FF00 02 FFD9 FFD8FF 03"));

        assertThat(frames).containsExactly(hex("FFD8FF E0 01 FFD9"), hex("FFD8FF DB FF00 02 FFD9"));
    }

    @Test
    void saysWhatIsWrongWithAFile(@TempDir Path directory) throws IOException {
        Path empty = Files.createFile(directory.resolve("empty.mjpeg"));

        assertThatThrownBy(() -> FrameFile.read("--frames", empty))
                .hasMessage(
                        "--frames: "
                                + empty
                                + " (expected: a motion-JPEG file with a frame from FF D8 FF to FF"
                                + " D9)");
        assertThatThrownBy(() -> FrameFile.read("--frames", directory.resolve("none")))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("(expected: a motion-JPEG file that can be read)");
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }
}
