package io.detektor.framebuffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.detektor.localset.LocalSet;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Redis is not there when the service starts. */
class NoRedisIntegrationTests {

    @Test
    void theServiceSaysSoAtOnceAndWorksWhenRedisComes() {
        int basePort;
        List<String> nodes;
        try (LocalSet gone = LocalSet.builder().start()) {
            basePort = gone.redisNodes().getFirst().port();
            nodes = gone.sentinels();
        }
        try (Service service =
                Service.start(
                        "mymaster",
                        nodes,
                        Service.newName(),
                        "--frame-buffer.enqueue.timeout=1s")) {
            Service.Answer enqueue = inTime(() -> service.enqueue("{}", null));
            assertThat(enqueue.status()).isEqualTo(503);
            assertThat(enqueue.json().path("outcome").asString()).isEqualTo("not-stored");
            assertThat(enqueue.json().path("reason").asString()).isEqualTo("no-master");
            assertThat(enqueue.json().path("retryable").asBoolean()).isTrue();

            assertThat(inTime(() -> service.get("/frames/dequeue")).status()).isEqualTo(503);
            Service.Answer ready = inTime(() -> service.get("/ready"));
            assertThat(ready.status()).isEqualTo(503);
            assertThat(ready.json().path("reason").asString())
                    .isEqualTo("no verified master: 0 of 3 Sentinels answer");
            Service.Answer status = inTime(() -> service.get("/frames/status"));
            assertThat(status.json().at("/buffer/size").asInt()).isEqualTo(-1);
            assertThat(status.json().path("connected").asBoolean()).isFalse();
            Service.Answer health = inTime(() -> service.get("/health"));
            assertThat(health.status()).isEqualTo(200);
            assertThat(health.json().path("status").asString()).isEqualTo("unhealthy");
            assertThat(inTime(() -> service.get("/actuator/health")).status()).isEqualTo(503);
            assertThat(inTime(() -> service.get("/metrics")).status()).isEqualTo(200);

            try (LocalSet set = LocalSet.builder().basePort(basePort).start()) {
                assertThat(set.sentinels()).isEqualTo(nodes);
                await().atMost(Duration.ofSeconds(20))
                        .untilAsserted(() ->
                                assertThat(service.enqueue("{\"frame_id\":1}", "k").status())
                                        .isEqualTo(200));
                assertThat(service.get("/ready").status()).isEqualTo(200);
                assertThat(service.get("/health").json().path("status").asString())
                        .as("though nobody has dequeued yet")
                        .isEqualTo("healthy");
                assertThat(service.dequeueAll()).hasSize(1);
            }
        }
    }

    /** Nobody waits longer than the deadline of an enqueue, and a little. */
    private static Service.Answer inTime(Supplier<Service.Answer> request) {
        long start = System.nanoTime();
        Service.Answer answer = request.get();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(4));
        return answer;
    }
}
