package io.detektor.loadtester.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.detektor.loadtester.plan.FaultSpec;
import io.detektor.loadtester.plan.InvalidValueException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RowsTests {

    @Test
    void everyRowOfTheMatrixIsThere() {
        assertThat(Rows.all().stream().map(Row::number))
                .containsExactlyElementsOf(IntStream.rangeClosed(0, 33).boxed().toList());
    }

    @Test
    void theStandardSetIsThatOfTheMatrix() {
        assertThat(Rows.of(Row.Suite.STANDARD).stream().map(Row::number))
                .containsExactly(0, 1, 2, 4, 5, 7, 8, 10, 13, 14, 17, 19, 20, 21, 27, 28, 29);
        assertThat(Rows.of(Row.Suite.SMOKE).stream().map(Row::number)).containsExactly(1, 5, 20);
    }

    @Test
    void theRowsThatMustBeShownToLoseHaveAControl() {
        assertThat(Rows.all().stream().filter(row -> !row.control().isEmpty()).map(Row::number))
                .containsExactly(1, 5, 7, 8, 19);
    }

    @Test
    void eachFaultComesWhileThereIsLoadAndLeavesTimeAfterIt() {
        for (Row row : Rows.all()) {
            for (FaultSpec fault : row.faults()) {
                Duration end = fault.at().plus(fault.healAfter().orElse(Duration.ZERO));
                assertThat(end).as("row %d %s", row.number(), fault).isLessThan(row.load());
            }
            assertThat(row.gap().most())
                    .as("row %d: the caller waits for longer than the outage", row.number())
                    .isLessThan(row.deadline());
        }
    }

    /** A page that says something else than what is done would be worse than none. */
    @Test
    void thePageOfTheDrillHasEachRowWithItsNameMovesAndGap() throws IOException {
        String page = Files.readString(Path.of("../docs/reference/drill.md"));
        for (Row row : Rows.all()) {
            String line =
                    page.lines()
                            .filter(text -> text.startsWith("| " + row.number() + " |"))
                            .findFirst()
                            .orElse("");
            assertThat(line).as("row %d", row.number()).contains("| " + row.name() + " |");
            if (row.obstacle() == null) {
                assertThat(line)
                        .as("row %d", row.number())
                        .contains("| " + (row.replicas() == 2 ? "1+2" : "1+1") + " |")
                        .contains("| " + row.moves() + " |")
                        .contains("| " + row.gap().text().replace(" s", "") + " |");
            }
        }
    }

    @Test
    void numbersAndRangesAreRead() {
        assertThat(Rows.numbered("1,5, 19").stream().map(Row::number)).containsExactly(1, 5, 19);
        assertThat(Rows.numbered("0-2,2").stream().map(Row::number)).containsExactly(0, 1, 2);
        assertThatThrownBy(() -> Rows.numbered("1,99"))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageStartingWith("rows: 99 (expected: ");
        assertThatThrownBy(() -> Rows.numbered("all")).isInstanceOf(InvalidValueException.class);
    }

    @Test
    void theSeedDecidesTheTimesAndNothingElse() {
        List<FaultSpec> faults = Rows.numbered("33").getFirst().faults();
        List<FaultSpec> one = RowRunner.scheduled(faults, 33, 7);

        assertThat(RowRunner.scheduled(faults, 33, 7)).isEqualTo(one);
        assertThat(RowRunner.scheduled(faults, 33, 8)).isNotEqualTo(one);
        // the distance between two faults is what the row is about
        assertThat(one.get(1).at().minus(one.get(0).at()))
                .isEqualTo(faults.get(1).at().minus(faults.get(0).at()));
        assertThat(one.get(0).at()).isBetween(faults.get(0).at(), Duration.ofMillis(3500));
    }
}
