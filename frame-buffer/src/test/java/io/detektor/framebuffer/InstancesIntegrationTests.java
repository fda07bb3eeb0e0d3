package io.detektor.framebuffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.detektor.localset.LocalSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Two instances with the same streams and group, of which one is stopped while both work. */
class InstancesIntegrationTests {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Queue<Integer> confirmed = new ConcurrentLinkedQueue<>();
    private final Queue<Integer> taken = new ConcurrentLinkedQueue<>();
    private final Queue<String> unexpected = new ConcurrentLinkedQueue<>();
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicBoolean produced = new AtomicBoolean();
    private final AtomicBoolean consumed = new AtomicBoolean();
    private final AtomicBoolean stopped = new AtomicBoolean();

    @Test
    void shareTheWorkAndAnOrderlyStopLosesAndRepeatsNothing() throws Exception {
        String name = Service.newName();
        try (LocalSet set = LocalSet.builder().start();
                Service stays = start(set, name, "stays")) {
            Service goes = start(set, name, "goes");
            List<Thread> producers = new ArrayList<>();
            List<Thread> consumers = new ArrayList<>();
            for (Service first : List.of(stays, stays, goes, goes)) {
                producers.add(Thread.ofVirtual().start(() -> produce(first, stays)));
                consumers.add(Thread.ofVirtual().start(() -> consume(first, stays)));
            }

            awaitMore(500);
            assertThat(consumed(goes)).isPositive();
            assertThat(consumed(stays)).isPositive();
            stopped.set(true);
            goes.close();
            awaitMore(500);

            produced.set(true);
            for (Thread producer : producers) {
                assertThat(producer.join(PATIENCE)).as("a producer ended").isTrue();
            }
            await().atMost(PATIENCE).until(() -> taken.size() >= confirmed.size());
            consumed.set(true);
            for (Thread consumer : consumers) {
                assertThat(consumer.join(PATIENCE)).as("a consumer ended").isTrue();
            }
            assertThat(unexpected).isEmpty();
            assertThat(taken).containsExactlyInAnyOrderElementsOf(confirmed);
        }
    }

    /** What one had read and not handed out when it stopped, the other takes over within 1.5 s. */
    private static Service start(LocalSet set, String name, String consumer) {
        return Service.start(
                set,
                name,
                "--frame-buffer.consumer.name=" + consumer,
                "--frame-buffer.dequeue.write-timeout=1s",
                "--frame-buffer.consumer.min-idle=3s");
    }

    private void awaitMore(int more) {
        int target = confirmed.size() + more;
        await().atMost(PATIENCE).until(() -> confirmed.size() >= target);
    }

    private static double consumed(Service service) {
        return service.get("/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith("frame_buffer_consumer_frames_consumed_total"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
                .sum();
    }

    /** Goes to the other instance, with the same key, where the first one fails. */
    private void produce(Service first, Service other) {
        while (!produced.get()) {
            int id = next.getAndIncrement();
            String frame = "{\"frame_id\":" + id + "}";
            Service.Answer answer = first.enqueue(frame, "key-" + id);
            if (answer.status() != 200) {
                expectStopped("enqueue", first, other, answer);
                answer = other.enqueue(frame, "key-" + id);
            }
            if (answer.status() == 200) {
                confirmed.add(id);
            } else {
                unexpected.add("enqueue: " + answer.status() + " " + answer.text());
            }
        }
    }

    private void consume(Service first, Service other) {
        Service from = first;
        while (true) {
            boolean last = consumed.get();
            Service.Answer answer = from.get("/frames/dequeue?count=10&wait=1s");
            if (answer.status() != 200) {
                expectStopped("dequeue", from, other, answer);
                from = other;
                continue;
            }
            JsonNode frames = answer.json().path("frames");
            frames.forEach(frame -> taken.add(frame.path("frame_id").asInt()));
            if (last && frames.isEmpty()) {
                return;
            }
        }
    }

    private void expectStopped(String what, Service at, Service other, Service.Answer answer) {
        // 0: nobody listens any more; 503: its connection to Redis is closed
        boolean expected =
                stopped.get() && at != other && List.of(0, 503).contains(answer.status());
        if (!expected) {
            unexpected.add(what + ": " + answer.status() + " " + answer.text());
        }
    }
}
