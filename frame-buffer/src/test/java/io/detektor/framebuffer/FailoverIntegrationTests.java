package io.detektor.framebuffer;

import static org.assertj.core.api.Assertions.assertThat;

import io.detektor.localset.LocalSet;
import io.detektor.localset.Node;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What was answered with 200 is dequeued, whatever befalls the master. */
class FailoverIntegrationTests {

    private static final int PRODUCERS = 8;

    private LocalSet set;

    @BeforeEach
    void start() {
        set = LocalSet.builder().start();
    }

    @AfterEach
    void stop() {
        set.close();
    }

    @Test
    void confirmedFramesSurviveTheKillOfTheMaster() {
        try (Service service = Service.start(set, Service.newName())) {
            Load load = new Load(service);
            load.runUntilConfirmed(300);
            Node master = set.master();

            set.kill(master);

            load.runUntilConfirmed(300);
            load.stop();
            assertThat(set.master()).isNotEqualTo(master);
            load.assertEachConfirmedOnceAndNothingElse(service.dequeueAll());
        }
    }

    @Test
    void confirmedFramesSurviveAFrozenMaster() {
        try (Service service = Service.start(set, Service.newName())) {
            Load load = new Load(service);
            load.runUntilConfirmed(300);
            Node master = set.master();

            set.freeze(master);
            load.runUntilConfirmed(300);
            set.resume(master);
            set.awaitReplicas(Duration.ofSeconds(60));

            load.runUntilConfirmed(300);
            load.stop();
            load.assertEachConfirmedOnceAndNothingElse(service.dequeueAll());
        }
    }

    @Test
    void confirmedFramesSurviveAPlannedSwitch() {
        try (Service service = Service.start(set, Service.newName())) {
            Load load = new Load(service);
            load.runUntilConfirmed(300);

            set.switchMaster();

            load.runUntilConfirmed(300);
            load.stop();
            load.assertEachConfirmedOnceAndNothingElse(service.dequeueAll());
        }
    }

    /** Takers see some frames again after a failover, and miss none. */
    @Test
    void takersMissNothingWhileTheMasterIsKilled() {
        try (Service service = Service.start(set, Service.newName())) {
            Queue<Integer> taken = new ConcurrentLinkedQueue<>();
            AtomicBoolean produced = new AtomicBoolean();
            List<Thread> takers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                takers.add(
                        Thread.ofVirtual().start(() -> takeUntilEmpty(service, taken, produced)));
            }
            Load load = new Load(service);
            load.runUntilConfirmed(300);

            set.kill(set.master());

            load.runUntilConfirmed(300);
            load.stop();
            produced.set(true);
            takers.forEach(FailoverIntegrationTests::join);
            assertThat(taken).as("none lost").containsAll(load.confirmed);
            assertThat(load.sent()).as("nothing that was never sent").containsAll(taken);
        }
    }

    private static void takeUntilEmpty(
            Service service, Queue<Integer> taken, AtomicBoolean produced) {
        while (true) {
            boolean last = produced.get();
            Service.Answer answer = service.get("/frames/dequeue?count=20");
            if (answer.status() == 200) {
                JsonNode frames = answer.json().path("frames");
                frames.forEach(frame -> taken.add(frame.path("frame_id").asInt()));
                if (last && frames.isEmpty()) {
                    return;
                }
            }
        }
    }

    private static void join(Thread thread) {
        try {
            assertThat(thread.join(Duration.ofSeconds(60))).as("ended in time").isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Producers that repeat each frame with its key until it is confirmed. */
    private static final class Load {

        final Queue<Integer> confirmed = new ConcurrentLinkedQueue<>();
        final Queue<String> refused = new ConcurrentLinkedQueue<>();
        final AtomicInteger next = new AtomicInteger();
        private final AtomicBoolean stopped = new AtomicBoolean();
        private final List<Thread> producers = new ArrayList<>();

        Load(Service service) {
            for (int i = 0; i < PRODUCERS; i++) {
                producers.add(Thread.ofVirtual().start(() -> produce(service)));
            }
        }

        private void produce(Service service) {
            while (!stopped.get()) {
                int id = next.getAndIncrement();
                String frame = "{\"frame_id\":" + id + ",\"data\":\"" + "x".repeat(500) + "\"}";
                Service.Answer answer =
                        service.enqueueUntilConfirmed(frame, "key-" + id, Duration.ofSeconds(45));
                if (answer.status() == 200) {
                    confirmed.add(id);
                } else {
                    refused.add(id + ": " + answer);
                }
            }
        }

        void runUntilConfirmed(int more) {
            int target = confirmed.size() + more;
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> confirmed.size() >= target);
        }

        void stop() {
            stopped.set(true);
            producers.forEach(FailoverIntegrationTests::join);
        }

        List<Integer> sent() {
            return IntStream.range(0, next.get()).boxed().toList();
        }

        void assertEachConfirmedOnceAndNothingElse(List<JsonNode> frames) {
            assertThat(refused).as("each frame was confirmed in the end").isEmpty();
            assertThat(frames)
                    .extracting(frame -> frame.path("frame_id").asInt())
                    .containsExactlyInAnyOrderElementsOf(confirmed);
        }
    }
}
