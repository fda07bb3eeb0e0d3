package io.detektor.redisha.durability;

import static io.detektor.redisha.Rig.ask;
import static io.detektor.redisha.Rig.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.detektor.localset.LocalSet;
import io.detektor.localset.Node;
import io.detektor.redisha.Rig;
import io.lettuce.core.RedisCommandExecutionException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Writes that are no appends, on a set with faults. */
class DurableCommandsIntegrationTests {

    private LocalSet set;
    private Rig rig;

    @BeforeEach
    void start() {
        set = LocalSet.builder().start();
        rig = new Rig(set);
    }

    @AfterEach
    void stop() {
        rig.close();
        set.close();
    }

    private ConfirmedCommands commands(DegradedWrites degraded) {
        return new ConfirmedCommands(rig.connections, rig.monitor, degraded, "redis-ha");
    }

    private static CompletableFuture<String> put(
            DurableCommands durable, String key, Duration timeout) {
        return durable.run(redis -> redis.set(key, bytes("v")), timeout);
    }

    @Test
    void aConfirmedWriteIsOnTheReplica() {
        try (ConfirmedCommands durable = commands(DegradedWrites.ACCEPT)) {
            List<CompletableFuture<String>> writes =
                    IntStream.range(0, 200)
                            .mapToObj(i -> put(durable, "key-" + i, Duration.ofSeconds(5)))
                            .toList();
            writes.forEach(DurableCommandsIntegrationTests::join);

            // no waiting here: confirmed means that it is there
            Node replica = set.replicas().getFirst();
            List<String> there = ask(replica, redis -> redis.keys("key-*"));
            assertThat(there).hasSize(200);
        }
    }

    @Test
    void aReplicaThatIsFrozenIsWaitedForUntilItCountsAsDown() {
        try (ConfirmedCommands durable = commands(DegradedWrites.REJECT)) {
            set.freeze(set.replicas().getFirst());

            assertThatThrownBy(() -> join(put(durable, "key", Duration.ofMillis(600))))
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(UnconfirmedException.class);
        }
    }

    @Test
    void aWriteOutlivesTheMaster() {
        try (ConfirmedCommands durable = commands(DegradedWrites.ACCEPT)) {
            join(put(durable, "before", Duration.ofSeconds(5)));
            Node master = set.master();
            set.kill(master);

            join(put(durable, "after", Duration.ofSeconds(30)));

            assertThat(set.master()).isNotEqualTo(master);
            Long there = ask(set.master(), redis -> redis.exists("before", "after"));
            assertThat(there).isEqualTo(2);
        }
    }

    @Test
    void aCommandThatTheServerRefusesFailsAtOnce() {
        try (ConfirmedCommands durable = commands(DegradedWrites.ACCEPT)) {
            join(put(durable, "text", Duration.ofSeconds(5)));

            assertThatThrownBy(() ->
                            join(durable.run(redis -> redis.hlen("text"), Duration.ofSeconds(20))))
                    .hasCauseInstanceOf(RedisCommandExecutionException.class)
                    .hasMessageContaining("WRONGTYPE");
        }
    }

    private static <T> T join(CompletableFuture<T> future) {
        return future.orTimeout(40, TimeUnit.SECONDS).join();
    }
}
