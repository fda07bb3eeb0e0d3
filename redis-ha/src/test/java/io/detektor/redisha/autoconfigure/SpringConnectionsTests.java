package io.detektor.redisha.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import io.detektor.redisha.NodeAddress;
import io.detektor.redisha.SilentMonitor;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;

class SpringConnectionsTests {

    private final SilentMonitor monitor = new SilentMonitor();
    private final AtomicInteger resets = new AtomicInteger();

    private final SpringConnections connections =
            new SpringConnections(
                    monitor,
                    new ObjectProvider<>() {
                        @Override
                        public void forEach(Consumer<? super LettuceConnectionFactory> action) {
                            resets.incrementAndGet();
                        }
                    });

    @Test
    void anotherMasterResetsThemUntilTheEnd() {
        // the first master is nothing to move to
        monitor.say(new NodeAddress("127.0.0.1", 1));
        monitor.say(new NodeAddress("127.0.0.1", 2));
        await().atMost(Duration.ofSeconds(5)).until(() -> resets.get() == 1);

        connections.destroy();

        assertThatCode(() -> monitor.say(new NodeAddress("127.0.0.1", 3)))
                .doesNotThrowAnyException();
        assertThat(resets).hasValue(1);
    }
}
