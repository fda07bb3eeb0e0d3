package io.detektor.loadtester.drill;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A drill, checked.
 *
 * @param name smoke, standard, or the numbers that were typed
 * @param rows what is done
 * @param asked whether the rows were asked for by number: what cannot be done here then leaves the
 *     drill inconclusive
 * @param rate messages per second
 * @param seed decides when in a row a fault comes, and the content of messages
 * @param controls whether the controls and the checker's self-tests are run too
 * @param lint whether an error in the configuration stops the drill
 * @param out where reports go
 * @param service how frame-buffer is started; null where it cannot be
 * @param subject a set that runs already; null for sets of the drill's own
 */
record DrillPlan(
        String name,
        List<Row> rows,
        boolean asked,
        int rate,
        long seed,
        boolean controls,
        boolean lint,
        Path out,
        @Nullable Service service,
        @Nullable Subject subject) {

    /**
     * How a service is started.
     *
     * @param java the java program
     * @param frameBuffer its jar
     */
    record Service(Path java, Path frameBuffer) {}

    DrillPlan {
        rows = List.copyOf(rows);
    }
}
