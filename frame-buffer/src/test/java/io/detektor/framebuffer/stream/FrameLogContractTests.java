package io.detektor.framebuffer.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.detektor.framebuffer.frame.DeadLetterReason;
import io.detektor.framebuffer.frame.JsonFrame;
import io.detektor.redisha.durability.WriteFailure;
import io.detektor.redisha.durability.WriteOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What every {@link FrameLog} does: the in-memory one that other tests use, and the real one. */
abstract class FrameLogContractTests {

    /** Most frames in the logs that {@link #open} gives. */
    static final int MAX_FRAMES = 2000;

    /**
     * The log of one more process over the store of this test.
     *
     * @param consumer a process of the same name is the same one, started again
     */
    abstract FrameLog open(String consumer);

    /** Writes as the capture service does. */
    abstract void addMetadata(Map<String, String> fields);

    /** Lets the idle time pass after which other processes' frames count as abandoned. */
    abstract void afterTheIdleTime(FrameLog log);

    @Test
    void whatIsAppendedIsTakenByteForByte() {
        FrameLog log = open("a");
        String frame = "{ \"frame_id\" : 1.0e2,\n\"x\":\"\\u00e9 ü\" , \"x\":null}";

        append(log, frame, null);

        assertThat(texts(take(log, 1))).containsExactly(frame);
    }

    @Test
    void anEmptyLogGivesNothingAtOnce() {
        FrameBatch batch = take(open("a"), 10);

        assertThat(batch.frames()).isEmpty();
        assertThat(batch.remaining()).isZero();
    }

    @Test
    void framesComeOldestFirstOverBothStreams() {
        FrameLog log = open("a");
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            ids.add("f" + i);
            nextMillisecond();
            if (i % 3 == 0 || i > 30) {
                addMetadata(Map.of("frame_id", "f" + i));
            } else {
                append(log, "{\"frame_id\":\"f" + i + "\"}", null);
            }
        }

        List<String> taken = new ArrayList<>();
        for (int count : new int[] {1, 7, 2, 25, 100}) {
            FrameBatch batch = take(log, count);
            batch.frames().forEach(frame -> taken.add(frameId(frame)));
            assertThat(batch.remaining()).isEqualTo(40 - taken.size());
            log.acknowledge(batch);
        }
        assertThat(taken).isEqualTo(ids);
    }

    @Test
    void metadataOfTheCaptureServiceBecomesAnObject() {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("frame_id", "cam1_7");
        fields.put("camera_id", "cam1");
        fields.put("timestamp", "2026-11-23T10:00:00");
        fields.put("resolution", "[640, 360]");
        fields.put("size_bytes", "691200");
        fields.put("traceparent", "00-ab-cd-01");
        addMetadata(fields);

        assertThat(texts(take(open("a"), 1)))
                .containsExactly(
                        "{\"frame_id\":\"cam1_7\",\"camera_id\":\"cam1\","
                                + "\"timestamp\":\"2026-11-23T10:00:00\",\"width\":640,"
                                + "\"height\":360,\"format\":\"bgr24\",\"size_bytes\":691200,"
                                + "\"resolution\":\"[640, 360]\","
                                + "\"traceparent\":\"00-ab-cd-01\"}");
    }

    @Test
    void whatIsTakenIsNotGivenToAnother() {
        FrameLog log = open("a");
        FrameLog other = open("b");
        appendNumbered(log, 3);

        FrameBatch first = take(log, 2);

        assertThat(frameIds(first)).containsExactly("0", "1");
        assertThat(first.remaining()).isEqualTo(1);
        assertThat(frameIds(take(other, 10))).containsExactly("2");
        assertThat(take(log, 10).frames()).isEmpty();
    }

    @Test
    void acknowledgedFramesAreGone() {
        FrameLog log = open("a");
        appendNumbered(log, 3);

        log.acknowledge(take(log, 2));

        await().untilAsserted(() -> assertThat(sizes(log).frames()).isEqualTo(1));
        assertThat(frameIds(take(open("a"), 10))).containsExactly("2");
    }

    @Test
    void framesGivenBackComeAgainBeforeNewOnes() {
        FrameLog log = open("a");
        appendNumbered(log, 4);
        FrameBatch first = take(log, 2);

        log.giveBack(first);

        assertThat(frameIds(take(log, 3))).containsExactly("0", "1", "2");
        assertThat(frameIds(take(log, 3))).containsExactly("3");
    }

    @Test
    void framesOfACancelledTakeAreNotLost() {
        FrameLog log = open("a");
        appendNumbered(log, 1);

        CompletableFuture<FrameBatch> take = log.take(1, Duration.ZERO);
        if (!take.cancel(true)) {
            log.giveBack(take.join());
        }

        assertThat(frameIds(take(log, 1))).containsExactly("0");
    }

    @Test
    void whatWasNotAcknowledgedComesAgainAfterARestart() {
        FrameLog log = open("a");
        appendNumbered(log, 25);
        FrameBatch first = take(log, 5);
        take(log, 12);
        log.acknowledge(first);
        await().untilAsserted(() -> assertThat(sizes(log).frames()).isEqualTo(20));

        FrameLog restarted = open("a");

        assertThat(frameIds(take(restarted, 100)))
                .containsExactlyElementsOf(
                        IntStream.range(5, 25).mapToObj(String::valueOf).toList());
    }

    @Test
    void framesOfADeadProcessAreTakenOver() {
        FrameLog dead = open("dead");
        appendNumbered(dead, 3);
        take(dead, 2);
        FrameLog alive = open("alive");
        FrameBatch left = take(alive, 10);
        assertThat(frameIds(left)).containsExactly("2");
        alive.acknowledge(left);

        afterTheIdleTime(alive);

        List<String> taken = new ArrayList<>();
        await().untilAsserted(() -> {
            FrameBatch batch = take(alive, 10);
            taken.addAll(frameIds(batch));
            alive.acknowledge(batch);
            assertThat(taken).containsExactly("0", "1");
        });
    }

    @Test
    void theSameKeyStoresOneFrame() {
        FrameLog log = open("a");

        WriteOutcome first = append(log, "{\"frame_id\":\"0\"}", "key-1");
        WriteOutcome again = append(log, "{\"frame_id\":\"0\"}", "key-1");
        append(log, "{\"frame_id\":\"0\"}", "key-2");

        assertThat(first).isInstanceOf(WriteOutcome.Confirmed.class);
        assertThat(again)
                .isInstanceOfSatisfying(
                        WriteOutcome.Confirmed.class,
                        confirmed -> {
                            assertThat(confirmed.repeated()).isTrue();
                            assertThat(confirmed.entryId())
                                    .isEqualTo(((WriteOutcome.Confirmed) first).entryId());
                        });
        assertThat(take(log, 10).frames()).hasSize(2);
    }

    @Test
    void aFullBufferRefusesAndKeepsWhatItHas() {
        FrameLog log = open("a");
        appendMany(log, MAX_FRAMES);

        assertThat(append(log, "{}", null))
                .isInstanceOfSatisfying(
                        WriteOutcome.Refused.class,
                        refused ->
                                assertThat(refused.reason()).isEqualTo(WriteFailure.STREAM_FULL));
        assertThat(sizes(log).frames()).isEqualTo(MAX_FRAMES);
        log.acknowledge(take(log, 1));
        await().untilAsserted(() ->
                assertThat(append(log, "{}", null)).isInstanceOf(WriteOutcome.Confirmed.class));
    }

    @Test
    void deadLettersAreCountedAndNotServed() {
        FrameLog log = open("a");

        join(log.deadLetter(frame("{}", "k"), DeadLetterReason.BUFFER_FULL));
        join(log.deadLetter(frame("{}", "k"), DeadLetterReason.BUFFER_FULL));
        join(log.deadLetter(frame("{}", null), DeadLetterReason.BUFFER_FULL));

        assertThat(sizes(log).deadLetters()).isEqualTo(2);
        assertThat(take(log, 1).frames()).isEmpty();
    }

    @Test
    void manyTakersGetEachFrameOnce() throws Exception {
        FrameLog log = open("a");
        int count = 1500;
        appendMany(log, count);
        Queue<String> taken = new ConcurrentLinkedQueue<>();
        AtomicInteger turn = new AtomicInteger();

        List<Thread> takers =
                IntStream.range(0, 8)
                        .mapToObj(_ -> Thread.ofVirtual().start(() -> takeAll(log, turn, taken)))
                        .toList();
        for (Thread taker : takers) {
            assertThat(taker.join(Duration.ofSeconds(60))).as("a taker ended").isTrue();
        }

        assertThat(taken).doesNotHaveDuplicates().hasSize(count);
        await().untilAsserted(() -> assertThat(sizes(log).waiting()).isZero());
    }

    /**
     * Now and then a batch goes back. A take fails where Redis does not answer in time, as on a
     * machine that stands still for a second; it may be repeated, and no frame is lost.
     */
    private static void takeAll(FrameLog log, AtomicInteger turn, Queue<String> taken) {
        while (true) {
            int n = turn.incrementAndGet();
            FrameBatch batch;
            try {
                batch = take(log, 1 + n % 17);
                if (batch.frames().isEmpty() && sizes(log).waiting() == 0) {
                    return;
                }
            } catch (CompletionException e) {
                continue;
            }
            if (n % 5 == 0) {
                log.giveBack(batch);
            } else {
                taken.addAll(frameIds(batch));
                log.acknowledge(batch);
            }
        }
    }

    /** Ids begin with milliseconds: within one, two streams have no order. */
    private static void nextMillisecond() {
        long now = System.currentTimeMillis();
        while (System.currentTimeMillis() == now) {
            Thread.onSpinWait();
        }
    }

    static FrameAppend frame(String json, @Nullable String key) {
        return new FrameAppend(JsonFrame.parse(json.getBytes(UTF_8)), key, null, null);
    }

    static WriteOutcome append(FrameLog log, String json, @Nullable String key) {
        return join(log.append(frame(json, key)));
    }

    /** Frames with the ids 0 to count - 1, one confirmed before the next is sent. */
    static void appendNumbered(FrameLog log, int count) {
        for (int i = 0; i < count; i++) {
            assertThat(append(log, "{\"frame_id\":\"" + i + "\"}", null))
                    .isInstanceOf(WriteOutcome.Confirmed.class);
        }
    }

    /** The same, in no order. */
    private static void appendMany(FrameLog log, int count) {
        List<CompletableFuture<WriteOutcome>> appends =
                IntStream.range(0, count)
                        .mapToObj(i -> log.append(frame("{\"frame_id\":\"" + i + "\"}", null)))
                        .toList();
        appends.forEach(
                append -> assertThat(join(append)).isInstanceOf(WriteOutcome.Confirmed.class));
    }

    static FrameBatch take(FrameLog log, int count) {
        return join(log.take(count, Duration.ZERO));
    }

    static BufferSizes sizes(FrameLog log) {
        return join(log.sizes());
    }

    static List<String> texts(FrameBatch batch) {
        return batch.frames().stream()
                .map(frame -> new String(frame.frame().content(), UTF_8))
                .toList();
    }

    static List<String> frameIds(FrameBatch batch) {
        return batch.frames().stream().map(FrameLogContractTests::frameId).toList();
    }

    static String frameId(WaitingFrame frame) {
        String text = new String(JsonFrame.parse(frame.frame().content()).frameId(), UTF_8);
        return text.substring(1, text.length() - 1);
    }

    static <T> T join(CompletableFuture<T> future) {
        return future.orTimeout(15, TimeUnit.SECONDS).join();
    }
}
