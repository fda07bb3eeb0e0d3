package io.detektor.loadtester.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FaultSpecTests {

    @Test
    void readsWhatTheDocumentationShows() {
        assertThat(FaultSpec.parse("--fault", "at=8s kill master"))
                .isEqualTo(new FaultSpec(Duration.ofSeconds(8), FaultAction.KILL, "master", null));
        assertThat(FaultSpec.parse("--fault", "at=8s freeze master for=6s"))
                .isEqualTo(
                        new FaultSpec(
                                Duration.ofSeconds(8),
                                FaultAction.FREEZE,
                                "master",
                                Duration.ofSeconds(6)));
        assertThat(FaultSpec.parse("--fault", "at=500ms switch"))
                .isEqualTo(new FaultSpec(Duration.ofMillis(500), FaultAction.SWITCH, "", null));
        assertThat(FaultSpec.parse("--fault", " for=10s  CUT Redis-1   at=8 "))
                .isEqualTo(
                        new FaultSpec(
                                Duration.ofSeconds(8),
                                FaultAction.CUT,
                                "redis-1",
                                Duration.ofSeconds(10)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "kill master|'--fault: kill master (expected: at=TIME [when=switch|whole] ACTION [NODE]'",
                "at=8s|'--fault: at=8s (expected: at=TIME [when='",
                "at=8s when=later kill master|'--fault: when=later (expected: when=switch or'",
                "at=8s cut master from=|'--fault: from= (expected: from=NODE,NODE'",
                "at=8s kill master from=redis-2|'--fault: at=8s kill master from=redis-2 (exp'",
                "at=8s explode master|'--fault: explode (expected: one of kill, stop, freeze, cut'",
                "at=soon kill master|'--fault at: soon (expected: seconds'",
                "at=8s kill|'--fault: at=8s kill (expected: a node after kill'",
                "at=8s switch master|'--fault: at=8s switch master (expected: no node after switch'",
                "at=8s switch for=2s|'--fault: at=8s switch for=2s (expected: no for= with switch'",
                "at=8s kill master hard|'--fault: at=8s kill master hard (expected: at=TIME'",
                "at=8s kill master until=9s|'--fault: until=9s (expected: at=TIME or for=TIME'"
            })
    void namesTheWordThatDoesNotFit(String text, String message) {
        assertThatThrownBy(() -> FaultSpec.parse("--fault", text))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void isWrittenAsItIsRead() {
        for (String text :
                new String[] {
                    "at=8s kill master for=5s",
                    "at=1500ms freeze redis-2",
                    "at=10s switch",
                    "at=3s when=switch kill master for=12s",
                    "at=4s cut master from=replica-2,sentinels for=8s",
                    "at=2s crash-elected for=20s"
                }) {
            assertThat(FaultSpec.parse("--fault", text)).hasToString(text);
        }
    }

    @Test
    void knowsWhetherTheMasterHasToChange() {
        assertThat(FaultSpec.parse("-", "at=1 kill master for=1s").movesMaster()).isTrue();
        assertThat(FaultSpec.parse("-", "at=1 switch").movesMaster()).isTrue();
        assertThat(FaultSpec.parse("-", "at=1 freeze master").movesMaster()).isTrue();
        assertThat(FaultSpec.parse("-", "at=1 freeze master for=1s").movesMaster()).isFalse();
        assertThat(FaultSpec.parse("-", "at=1 cut master from=sentinels").movesMaster()).isTrue();
        assertThat(FaultSpec.parse("-", "at=1 cut master from=replicas").movesMaster()).isFalse();
    }
}
