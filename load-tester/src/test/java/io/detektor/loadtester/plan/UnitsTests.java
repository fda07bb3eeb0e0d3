package io.detektor.loadtester.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnitsTests {

    @Test
    void readsDurationsTheWayPeopleTypeThem() {
        assertThat(Units.duration("--duration", "30")).isEqualTo(Duration.ofSeconds(30));
        assertThat(Units.duration("--duration", "30s")).isEqualTo(Duration.ofSeconds(30));
        assertThat(Units.duration("--duration", "2m")).isEqualTo(Duration.ofMinutes(2));
        assertThat(Units.duration("--duration", "1.5s")).isEqualTo(Duration.ofMillis(1500));
        assertThat(Units.duration("--duration", "500MS")).isEqualTo(Duration.ofMillis(500));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "s", "-3", "3 s", "3d", "1e3"})
    void rejectsWhatIsNoDuration(String text) {
        assertThatThrownBy(() -> Units.duration("--duration", text))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageStartingWith("--duration: ")
                .hasMessageContaining("(expected: seconds, or a number with ms, s, m or h");
    }

    @Test
    void readsSizes() {
        assertThat(Units.bytes("--payload-size", "1KB")).isEqualTo(1024);
        assertThat(Units.bytes("--payload-size", "17")).isEqualTo(17);
        assertThat(Units.bytes("--payload-size", "2mb")).isEqualTo(2 * 1024 * 1024);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "17MB", "1TB", "x"})
    void rejectsWhatIsNoSize(String text) {
        assertThatThrownBy(() -> Units.bytes("--payload-size", text))
                .hasMessage(
                        "--payload-size: "
                                + text
                                + " (expected: a size from 1B to 16MB, for instance 1KB)");
    }

    @Test
    void readsRates() {
        assertThat(Rate.parse("--rate", "500")).isEqualTo(new Rate.PerSecond(500));
        assertThat(Rate.parse("--rate", "MAX")).isEqualTo(new Rate.Max());
        assertThatThrownBy(() -> Rate.parse("--rate", "0"))
                .hasMessage("--rate: 0 (expected: messages per second from 1 to 1000000, or max)");
    }
}
