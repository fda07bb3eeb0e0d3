package io.detektor.loadtester.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SummaryTests {

    private static final Console CONSOLE =
            new Console(
                    new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8),
                    false,
                    false,
                    false);

    @Test
    void saysWhatWasAskedWhatCameAndWhatItProves() {
        assertThat(Summary.text(Results.withAFault(), CONSOLE))
                .contains("RUN      d92d650de9  redis via sentinel mymaster  rate 500/s  20 s")
                .contains("faults: 1", "ack(service)", "ack(response)", "end-to-end")
                .contains("attempted 10000  acked 10000  lost 0  duplicated 0")
                .contains("longest time without an acknowledgement")
                .endsWith("VERDICT  PASS  success==100% ok  sent>=495.0/s ok");
    }

    @ParameterizedTest
    @MethodSource("io.detektor.loadtester.report.ReportFilesTests#results")
    void fitsATerminal(RunResult result) {
        assertThat(Summary.text(result, CONSOLE).lines())
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(100));
    }

    @Test
    void aLongLineIsBrokenBetweenItsPartsAndColorsTakeNoRoom() {
        String colored = "\033[1mFAULT    \033[0m" + "lost 0  ".repeat(11) + "last";
        assertThat(Columns.wrap(colored, 9).lines()).hasSize(2);
        assertThat(Columns.wrap("x".repeat(120), 9)).isEqualTo("x".repeat(120));
        assertThat(Columns.wrap("a " + "word ".repeat(50), 4).lines())
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(100));
    }
}
