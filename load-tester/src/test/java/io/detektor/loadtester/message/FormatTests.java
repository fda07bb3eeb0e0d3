package io.detektor.loadtester.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.detektor.loadtester.plan.Payload;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FormatTests {

    private final RunId runId = RunId.random();
    private final Content content = new Content(Payload.fixed(1024), 7);

    @Test
    void anIdIsRecognisedByItsOwnRunOnly() {
        for (long seq : new long[] {0, 9, 10, 123_456_789_012L}) {
            assertThat(runId.seq(runId.id(seq))).isEqualTo(seq);
            assertThat(new String(runId.id(seq), StandardCharsets.ISO_8859_1))
                    .isEqualTo(runId.text(seq));
            assertThat(RunId.random().seq(runId.id(seq))).isEqualTo(-1);
        }
        for (String wrong : List.of("", runId + "-", runId + "-1x", runId + "-007", "-1")) {
            assertThat(runId.seq(wrong.getBytes(StandardCharsets.ISO_8859_1))).isEqualTo(-1);
        }
    }

    @Test
    void anEntryComesBackAsItWasSent() {
        EntryFormat format = new EntryFormat(runId);
        EntryFormat.Entry entry = format.entry(42, 1_700_000_000_123_456L, content);

        Format.Seen seen = format.read(map(entry.fields()));

        assertThat(seen)
                .isEqualTo(new Format.Seen(42, true, entry.checksum(), 1_700_000_000_123_456L, ""));
    }

    @Test
    void everyFlippedByteOfAnEntryIsSeen() {
        EntryFormat format = new EntryFormat(runId);
        EntryFormat.Entry entry = format.entry(42, 1_700_000_000_123_456L, content);
        for (int field = 1; field < entry.fields().size(); field += 2) {
            for (int at = 0; at < entry.fields().get(field).length; at += 3) {
                List<byte[]> fields = new ArrayList<>(entry.fields());
                byte[] damaged = fields.get(field).clone();
                damaged[at] ^= 1;
                fields.set(field, damaged);

                Format.Seen seen = format.read(map(fields));

                assertThat(seen.seq() != 42 || !seen.intact())
                        .as("field %d byte %d", field, at)
                        .isTrue();
            }
        }
    }

    @Test
    void messagesDifferAndTheSeedRepeatsThem() {
        assertThat(content.raw(1)).isNotEqualTo(content.raw(2));
        assertThat(content.raw(1)).isEqualTo(new Content(Payload.fixed(1024), 7).raw(1));
        assertThat(content.raw(1)).isNotEqualTo(new Content(Payload.fixed(1024), 8).raw(1));
    }

    @Test
    void aFrameComesBackAsItWasSent() {
        FrameFormat format = new FrameFormat(runId);
        FrameFormat.Frame frame = format.frame(42, 1_700_000_000_123_456L, content);
        byte[] json = join(frame.parts());

        Format.Seen seen = format.read(Map.of("frame", json));

        assertThat(new String(json, StandardCharsets.UTF_8))
                .startsWith("{\"frame_id\":\"" + runId.text(42) + "\",\"camera_id\":")
                .contains("\"timestamp\":\"2023-11-14T22:13:20.123456Z\"");
        assertThat(seen)
                .isEqualTo(new Format.Seen(42, true, frame.checksum(), 1_700_000_000_123_456L, ""));
    }

    @Test
    void aFrameThatWasWrittenAnewIsIntactButNotTheSameBytes() {
        FrameFormat format = new FrameFormat(runId);
        FrameFormat.Frame frame = format.frame(42, 1_700_000_000_123_456L, content);
        String json = new String(join(frame.parts()), StandardCharsets.UTF_8);
        byte[] spaced = json.replace("\",\"", "\", \"").getBytes(StandardCharsets.UTF_8);

        Format.Seen seen = format.read(Map.of("frame", spaced));

        assertThat(seen.seq()).isEqualTo(42);
        assertThat(seen.intact()).isTrue();
        assertThat(seen.checksum()).isNotEqualTo(frame.checksum());
    }

    @Test
    void everyFlippedByteOfAFrameIsSeen() {
        FrameFormat format = new FrameFormat(runId);
        FrameFormat.Frame frame = format.frame(42, 1_700_000_000_123_456L, content);
        byte[] json = join(frame.parts());
        for (int at = 0; at < json.length; at += 3) {
            byte[] damaged = json.clone();
            damaged[at] ^= 1;

            Format.Seen seen = format.read(Map.of("frame", damaged));

            assertThat(seen.seq() != 42 || !seen.intact() || seen.checksum() != frame.checksum())
                    .as("byte %d", at)
                    .isTrue();
        }
    }

    @Test
    void whatIsNotOursIsForeignOrDamagedButNeverAnError() {
        FrameFormat frames = new FrameFormat(runId);
        for (String body :
                List.of("", "{", "[]", "{\"frame_id\":\"x\"}", "{\"frame_id\":7}", "nul")) {
            Format.Seen seen = frames.read(Map.of("frame", body.getBytes(StandardCharsets.UTF_8)));
            assertThat(seen.seq()).isEqualTo(-1);
        }
        assertThat(frames.read(Map.of("other", new byte[0])).seq()).isEqualTo(-1);
        assertThat(new EntryFormat(runId).read(Map.of("data", new byte[0])).seq()).isEqualTo(-1);
    }

    private static Map<String, byte[]> map(List<byte[]> fields) {
        Map<String, byte[]> map = new LinkedHashMap<>();
        for (int i = 0; i < fields.size(); i += 2) {
            map.put(new String(fields.get(i), StandardCharsets.UTF_8), fields.get(i + 1));
        }
        return map;
    }

    private static byte[] join(List<byte[]> parts) {
        byte[] all = new byte[parts.stream().mapToInt(part -> part.length).sum()];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }
}
