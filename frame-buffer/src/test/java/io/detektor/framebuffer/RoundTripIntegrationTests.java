package io.detektor.framebuffer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.detektor.framebuffer.stream.FrameLog;
import io.detektor.localset.LocalSet;
import io.detektor.redisha.master.MasterConnection;
import io.detektor.redisha.master.MasterConnections;
import io.lettuce.core.Range;
import io.lettuce.core.StreamMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The service on a whole set, without faults. */
class RoundTripIntegrationTests {

    private static LocalSet set;

    @BeforeAll
    static void start() {
        set = LocalSet.builder().start();
    }

    @AfterAll
    static void stop() {
        set.close();
    }

    @Test
    void framesComeBackByteForByteInOrder() {
        long seed = 7;
        Random random = new Random(seed);
        try (Service service = Service.start(set, Service.newName())) {
            List<String> sent = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                String frame = frame(i, random, i % 100 == 0 ? 1_000_000 : random.nextInt(3000));
                assertThat(service.enqueue(frame, null).status()).isEqualTo(200);
                sent.add(frame);
            }

            StringBuilder got = new StringBuilder();
            for (int count = 0; count < 300; ) {
                Service.Answer answer = service.get("/frames/dequeue?count=37");
                String text = answer.text();
                got.append(count == 0 ? "" : ",")
                        .append(text, text.indexOf('[') + 1, text.lastIndexOf(']'));
                count += answer.json().path("count").asInt();
            }
            assertThat(got.toString()).as("seed %d", seed).isEqualTo(String.join(",", sent));
            await().untilAsserted(() ->
                    assertThat(service.get("/frames/status").json().at("/buffer/size").asInt())
                            .isZero());
        }
    }

    /**
     * All that JSON allows and a re-encoding would change: spaces, escapes, number forms, order.
     */
    private static String frame(int number, Random random, int size) {
        StringBuilder data = new StringBuilder(size);
        while (data.length() < size) {
            data.append(
                    switch (random.nextInt(40)) {
                        case 0 -> "\\u00e9";
                        case 1 -> "ü";
                        case 2 -> "🎞";
                        case 3 -> "\\/";
                        case 4 -> "\\n";
                        default -> String.valueOf((char) ('a' + random.nextInt(26)));
                    });
        }
        return "{ \"frame_id\" : %d ,\n\"z\":1.50E+2, \"a\":[ ], \"a\":null,\"data\":\"%s\"}"
                .formatted(number, data);
    }

    @Test
    void whatTheCaptureServiceWritesIsDequeuedToo() {
        String name = Service.newName();
        try (Service service = Service.start(set, name);
                MasterConnection redis = service.bean(MasterConnections.class).open("test")) {
            service.enqueue("{\"frame_id\":\"http\"}", null);
            Map<String, byte[]> metadata = new LinkedHashMap<>();
            metadata.put("frame_id", "rtsp".getBytes(UTF_8));
            metadata.put("width", "640".getBytes(UTF_8));
            metadata.put("height", "360".getBytes(UTF_8));
            var _ =
                    redis.call(commands -> commands.xadd("metadata-" + name, metadata))
                            .orTimeout(5, TimeUnit.SECONDS)
                            .join();

            List<JsonNode> frames = service.dequeueAll();

            assertThat(frames)
                    .extracting(frame -> frame.path("frame_id").asString())
                    .containsExactlyInAnyOrder("http", "rtsp");
        }
    }

    @Test
    void aFullBufferPutsTheFrameWholeIntoTheDeadLetters() {
        String name = Service.newName();
        try (Service service = Service.start(set, name, "--frame-buffer.streams.max-frames=3");
                MasterConnection redis = service.bean(MasterConnections.class).open("test")) {
            for (int i = 0; i < 3; i++) {
                assertThat(service.enqueue("{}", null).status()).isEqualTo(200);
            }
            String frame = "{ \"frame_id\": \"one too many\" }";

            Service.Answer first = service.enqueue(frame, "k");
            Service.Answer again = service.enqueue(frame, "k");

            assertThat(first.status()).isEqualTo(503);
            assertThat(first.json().path("detail").asString()).isEqualTo("Buffer full");
            assertThat(first.json().path("dead_lettered").asBoolean()).isTrue();
            assertThat(again.status()).isEqualTo(503);
            List<StreamMessage<String, byte[]>> letters =
                    redis.call(commands -> commands.xrange("dlq-" + name, Range.unbounded()))
                            .orTimeout(5, TimeUnit.SECONDS)
                            .join();
            assertThat(letters).as("one, though it was sent twice").hasSize(1);
            Map<String, byte[]> fields = letters.getFirst().getBody();
            assertThat(fields.get("reason")).asString(UTF_8).isEqualTo("buffer_full");
            assertThat(fields.get("stream")).asString(UTF_8).isEqualTo("frames-" + name);
            assertThat(fields.get("frame")).asString(UTF_8).isEqualTo(frame);

            service.get("/frames/dequeue");
            await().untilAsserted(
                            () -> assertThat(service.enqueue(frame, "k").status()).isEqualTo(200));
        }
    }

    @Test
    void framesThatAProcessHadHandedOutWhenItEndedComeAgain() {
        String name = Service.newName();
        try (Service service = Service.start(set, name)) {
            for (int i = 0; i < 20; i++) {
                service.enqueue("{\"frame_id\":" + i + "}", null);
            }
            service.get("/frames/dequeue?count=5");
            // taken, and then the process ends
            var _ =
                    service.bean(FrameLog.class)
                            .take(5, Duration.ZERO)
                            .orTimeout(5, TimeUnit.SECONDS)
                            .join();
        }

        try (Service restarted = Service.start(set, name)) {
            assertThat(restarted.dequeueAll())
                    .extracting(frame -> frame.path("frame_id").asInt())
                    .containsExactly(5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19);
        }
    }
}
