package io.detektor.redisha.durability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.detektor.redisha.NodeAddress;
import io.detektor.redisha.Rig;
import io.detektor.redisha.SilentMonitor;
import io.detektor.redisha.connect.ConnectionSettings;
import io.detektor.redisha.connect.ConnectionSettings.Credentials;
import io.detektor.redisha.connect.NodeConnector;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The end of the writer, without a Redis. */
class GroupCommitWriterTests {

    private static final NodeAddress NOBODY = new NodeAddress("127.0.0.1", 1);

    /** A context closes the writer and its event loop first, and the monitor after them. */
    @Test
    void aMonitorThatLivesLongerMaySpeakToAClosedWriter() {
        SilentMonitor monitor = new SilentMonitor();
        NodeConnector connector = connector();
        GroupCommitWriter writer =
                new GroupCommitWriter(connector, monitor, Rig.defaults(), new WriterStatistics());
        writer.close();
        connector.close();

        assertThat(monitor.listeners()).isEqualTo(1);
        assertThatCode(() -> monitor.say(NOBODY)).doesNotThrowAnyException();
    }

    private static NodeConnector connector() {
        return new NodeConnector(
                new ConnectionSettings(
                        "mymaster",
                        List.of(),
                        NOBODY,
                        Credentials.NONE,
                        Credentials.NONE,
                        0,
                        null,
                        Duration.ofSeconds(1),
                        Duration.ofMillis(500)),
                1);
    }
}
