package io.detektor.loadtester.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.detektor.loadtester.plan.Payload;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.stream.LongStream;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;

class ContentTests {

    @Test
    void sizesComeInTurn() {
        Content content = new Content(new Payload.Sizes(List.of(10, 200, 3), 100), 1);

        assertThat(LongStream.range(0, 5).map(seq -> content.raw(seq).length))
                .containsExactly(10L, 200L, 3L, 10L, 200L);
    }

    @Test
    void everySizeOfARangeIsEquallyLikely() {
        Content content = new Content(new Payload.Range(100, 199, 100), 1);
        IntSummaryStatistics sizes =
                LongStream.range(0, 100_000)
                        .mapToInt(seq -> content.raw(seq).length)
                        .summaryStatistics();

        assertThat(sizes.getMin()).isEqualTo(100);
        assertThat(sizes.getMax()).isEqualTo(199);
        // ten times the standard error of a uniform distribution
        assertThat(sizes.getAverage()).isBetween(148.6, 150.4);
        assertThat(new Content(new Payload.Range(100, 199, 100), 1).raw(77))
                .isEqualTo(content.raw(77));
    }

    @Test
    void theLessRandomTheBetterItCompresses() {
        int all = compressed(100);
        int half = compressed(50);
        int none = compressed(0);

        // letters of base64 hold six bits of eight
        assertThat(all).isGreaterThan(7_000);
        assertThat(half).isBetween(all * 4 / 10, all * 7 / 10);
        assertThat(none).isLessThan(100);
    }

    @Test
    void aFileIsSentAsItIs() {
        byte[] bytes = "hello".getBytes(StandardCharsets.US_ASCII);
        Content content = new Content(new Payload.OfFile(Path.of("x"), bytes), 1);

        assertThat(content.raw(0)).isEqualTo(bytes);
        assertThat(content.raw(9)).isEqualTo(bytes);
        assertThat(content.base64(9)).asString().isEqualTo("aGVsbG8=");
    }

    private static int compressed(int randomPercent) {
        byte[] bytes = new Content(new Payload.Sizes(List.of(10_000), randomPercent), 1).raw(3);
        Deflater deflater = new Deflater();
        deflater.setInput(bytes);
        deflater.finish();
        return deflater.deflate(new byte[20_000]);
    }
}
