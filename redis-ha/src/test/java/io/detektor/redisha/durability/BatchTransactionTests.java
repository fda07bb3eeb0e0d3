package io.detektor.redisha.durability;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchTransactionTests {

    /** Whatever its shape: room is made once, before the first byte, and must be enough. */
    @ParameterizedTest
    @CsvSource({
        "2, 1, 0, 1",
        "2, 1, 0, 5000",
        "300, 1, 0, 1",
        "256, 4, 1024, 16",
        "1000, 12, 1, 300",
        "3, 1, 1000000, 40",
        "3000, 2, 9, 9"
    })
    void isWrittenWholeIntoTheRoomThatItAsksFor(
            int appends, int fields, int length, int streamLength) {
        List<PendingAppend> all = new ArrayList<>();
        List<byte[]> pairs = new ArrayList<>(Collections.nCopies(2 * fields, new byte[length]));
        for (int i = 0; i < appends; i++) {
            all.add(
                    new PendingAppend(
                            new StreamAppend(
                                    "s".repeat(streamLength),
                                    pairs,
                                    null,
                                    Long.MAX_VALUE,
                                    Duration.ofSeconds(1)),
                            0));
        }
        ByteBuf out = PooledByteBufAllocator.DEFAULT.directBuffer(16);
        try {
            out.writeBytes("before".getBytes(UTF_8));
            BatchTransaction.of(
                            "l".repeat(streamLength),
                            Long.MAX_VALUE,
                            new Batch(Long.MAX_VALUE, all))
                    .encode(out);

            assertThat(out.readCharSequence(6, UTF_8)).hasToString("before");
            List<List<String>> commands = commands(out);
            assertThat(commands).hasSize(appends + 5);
            assertThat(commands.getFirst()).containsExactly("CLIENT", "REPLY", "OFF");
            assertThat(commands.get(1)).containsExactly("MULTI");
            assertThat(commands.subList(2, appends + 1))
                    .allMatch(each -> each.get(0).equals("XADD"));
            assertThat(commands.get(appends + 1))
                    .startsWith("EVAL")
                    .contains(Long.toString(Long.MAX_VALUE), Integer.toString(appends))
                    .hasSize(9 + 2 * fields);
            assertThat(commands.get(appends + 2)).containsExactly("EXEC");
            assertThat(commands.get(appends + 3))
                    .containsExactly("WATCH", "l".repeat(streamLength));
            assertThat(commands.getLast()).containsExactly("CLIENT", "REPLY", "ON");
        } finally {
            out.release();
        }
    }

    @Test
    void theWatchAloneIsWrittenWholeToo() {
        ByteBuf out = PooledByteBufAllocator.DEFAULT.directBuffer(16);
        try {
            BatchTransaction.watch("l".repeat(2000)).encode(out);
            assertThat(commands(out))
                    .containsExactly(
                            List.of("CLIENT", "REPLY", "OFF"),
                            List.of("UNWATCH"),
                            List.of("WATCH", "l".repeat(2000)),
                            List.of("CLIENT", "REPLY", "ON"));
        } finally {
            out.release();
        }
    }

    /** Reads all that is there as the server would. */
    private static List<List<String>> commands(ByteBuf in) {
        List<List<String>> commands = new ArrayList<>();
        while (in.isReadable()) {
            List<String> words = new ArrayList<>();
            for (int left = number(in, '*'); left > 0; left--) {
                int length = number(in, '$');
                words.add(in.readCharSequence(length, UTF_8).toString());
                assertThat(in.readShort()).isEqualTo((short) ('\r' << 8 | '\n'));
            }
            commands.add(words);
        }
        return commands;
    }

    private static int number(ByteBuf in, char kind) {
        assertThat((char) in.readByte()).isEqualTo(kind);
        int end = in.bytesBefore((byte) '\r');
        int number = Integer.parseInt(in.readCharSequence(end, UTF_8).toString());
        in.skipBytes(2);
        return number;
    }
}
