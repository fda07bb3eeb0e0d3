package io.detektor.framebuffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.detektor.localset.LocalSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Twelve producers and four consumers that acknowledge themselves; one of these ends with frames in
 * its hands, and the master is killed twice.
 */
class ManualAcknowledgementIntegrationTests {

    private static final int PRODUCERS = 12;
    private static final int CONSUMERS = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /** Frames that were confirmed to their producers. */
    private final Queue<Integer> confirmed = new ConcurrentLinkedQueue<>();

    /** How often each frame's acknowledgement was confirmed. */
    private final Map<Integer, AtomicInteger> acknowledged = new ConcurrentHashMap<>();

    /** How often each frame was handed out. */
    private final Map<Integer, AtomicInteger> handedOut = new ConcurrentHashMap<>();

    private final Queue<String> unexpected = new ConcurrentLinkedQueue<>();
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger abandoned = new AtomicInteger();
    private final AtomicBoolean produced = new AtomicBoolean();
    private final AtomicBoolean consumed = new AtomicBoolean();

    @Test
    void nothingIsLostAndNothingIsConfirmedTwice() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        try (LocalSet set = LocalSet.builder().start();
                Service service =
                        Service.start(
                                set,
                                Service.newName(),
                                "--frame-buffer.lease.max-deliveries=1000")) {
            List<Thread> producers =
                    IntStream.range(0, PRODUCERS)
                            .mapToObj(_ -> Thread.ofVirtual().start(() -> produce(service)))
                            .toList();
            int victim = random.nextInt(CONSUMERS);
            AtomicBoolean kill = new AtomicBoolean();
            List<Thread> consumers =
                    IntStream.range(0, CONSUMERS)
                            .mapToObj(i ->
                                    Thread.ofVirtual()
                                            .start(() ->
                                                    consume(
                                                            service,
                                                            i == victim
                                                                    ? kill
                                                                    : new AtomicBoolean())))
                            .toList();

            awaitMore(200);
            set.kill(set.master());
            awaitMore(200 + random.nextInt(100));
            kill.set(true);
            awaitMore(100);
            set.start(
                    set.redisNodes().stream()
                            .filter(n -> !n.equals(set.master()))
                            .findFirst()
                            .orElseThrow());
            set.awaitReplicas(Duration.ofSeconds(60));
            awaitMore(100);
            set.kill(set.master());
            awaitMore(200);

            produced.set(true);
            for (Thread producer : producers) {
                assertThat(producer.join(PATIENCE)).as("a producer ended").isTrue();
            }
            await().atMost(PATIENCE)
                    .until(() ->
                            acknowledged.keySet().containsAll(confirmed)
                                    && service.get("/frames/status")
                                                    .json()
                                                    .at("/buffer/size")
                                                    .asInt()
                                            == 0);
            consumed.set(true);
            for (Thread consumer : consumers) {
                assertThat(consumer.join(PATIENCE)).as("a consumer ended").isTrue();
            }

            assertThat(unexpected).as("seed %d", seed).isEmpty();
            assertThat(abandoned).as("frames that the killed consumer held").hasPositiveValue();
            assertThat(acknowledged.keySet()).as("nothing lost").containsAll(confirmed);
            assertThat(acknowledged.keySet())
                    .as("nothing invented")
                    .allMatch(id -> id < next.get());
            assertThat(acknowledged.values())
                    .as("nothing confirmed twice")
                    .allMatch(times -> times.get() == 1);
            long again = handedOut.values().stream().mapToLong(times -> times.get() - 1).sum();
            assertThat(again).as("redelivered").isGreaterThanOrEqualTo(abandoned.get());
            assertThat(redeliveredCounted(service))
                    .isBetween((double) abandoned.get(), again + 0.0);
        }
    }

    private static double redeliveredCounted(Service service) {
        return service.get("/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith("frame_buffer_redelivered_total"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
                .sum();
    }

    private void awaitMore(int more) {
        int target = confirmed.size() + more;
        await().atMost(PATIENCE).until(() -> confirmed.size() >= target);
    }

    private void produce(Service service) {
        while (!produced.get()) {
            int id = next.getAndIncrement();
            Service.Answer answer =
                    service.enqueueUntilConfirmed(
                            "{\"frame_id\":" + id + "}", "key-" + id, PATIENCE);
            if (answer.status() == 200) {
                confirmed.add(id);
            } else {
                unexpected.add("frame " + id + ": " + answer.status() + " " + answer.text());
            }
        }
    }

    private void consume(Service service, AtomicBoolean killed) {
        while (!consumed.get()) {
            Service.Answer answer =
                    service.get("/frames/dequeue?ack=manual&lease=3s&wait=1s&count=5");
            if (answer.status() != 200) {
                continue;
            }
            JsonNode taken = answer.json();
            List<Integer> ids = new ArrayList<>();
            taken.path("frames").forEach(frame -> ids.add(frame.path("frame_id").asInt()));
            ids.forEach(id ->
                    handedOut.computeIfAbsent(id, _ -> new AtomicInteger()).incrementAndGet());
            if (killed.get() && !ids.isEmpty()) {
                abandoned.set(ids.size());
                return;
            }
            if (!ids.isEmpty()) {
                acknowledge(service, taken, ids);
            }
        }
    }

    /** Repeats until it is answered, as a client should. */
    private void acknowledge(Service service, JsonNode taken, List<Integer> ids) {
        List<String> leases = new ArrayList<>();
        taken.path("leases").forEach(lease -> leases.add(lease.path("id").toString()));
        String body = "{\"ids\":[" + String.join(",", leases) + "]}";
        long until = System.nanoTime() + PATIENCE.toNanos();
        Service.Answer answer;
        boolean repeated = false;
        do {
            answer = service.post("/frames/ack", body);
            repeated |= answer.status() != 200;
        } while (answer.status() != 200 && System.nanoTime() - until < 0);
        if (answer.status() != 200) {
            unexpected.add("ack: " + answer.status() + " " + answer.text());
            return;
        }
        JsonNode results = answer.json().path("results");
        for (int i = 0; i < ids.size(); i++) {
            String status = results.path(i).path("status").asString();
            // gone after a repeat: the attempt before has done it
            if (status.equals("acknowledged") || (repeated && status.equals("gone"))) {
                acknowledged
                        .computeIfAbsent(ids.get(i), _ -> new AtomicInteger())
                        .incrementAndGet();
            }
        }
    }
}
