package io.detektor.loadtester.cli;

import io.detektor.loadtester.plan.InvalidValueException;
import io.detektor.loadtester.plan.Metric;
import io.detektor.loadtester.plan.ThresholdSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** An earlier run's {@code result.json}, as figures that a run has to reach. */
final class Baseline {

    private Baseline() {}

    /**
     * Reads the figures.
     *
     * @param name what the file was given with
     * @param maxRegressionPercent how much worse a run may be
     * @throws InvalidValueException when the file is no result, or one without confirmations
     */
    static List<ThresholdSpec> read(String name, String file, double maxRegressionPercent) {
        JsonNode result;
        try {
            result = JsonMapper.shared().readTree(Files.readString(Path.of(file)));
        } catch (IOException | InvalidPathException | JacksonException e) {
            throw new InvalidValueException(
                    name, file.replace("\0", "?"), "result.json of an earlier run");
        }
        if (result.at("/schemaVersion").asInt(0) != 1 || !result.at("/rates/acked").isNumber()) {
            throw new InvalidValueException(
                    name, file, "result.json of an earlier run, schemaVersion 1");
        }
        List<ThresholdSpec> all = new ArrayList<>();
        double factor = maxRegressionPercent / 100;
        for (Metric metric :
                List.of(Metric.RATE, Metric.ACK_MEAN, Metric.ACK_P50, Metric.ACK_P99)) {
            boolean rate = metric == Metric.RATE;
            double before =
                    result.at(
                                    rate
                                            ? "/rates/acked"
                                            : "/latency/ackResponse/"
                                                    + metric.text().substring("ack.".length()))
                            .asDouble(0);
            if (before <= 0) {
                throw new InvalidValueException(
                        name, file, "a run that has " + metric.text() + ", to compare with");
            }
            double limit = before * (rate ? Math.max(0, 1 - factor) : 1 + factor);
            String text =
                    String.format(
                            Locale.ROOT,
                            rate ? "%s>=%.1f/s(baseline %.1f/s)" : "%s<=%.3fms(baseline %.3f ms)",
                            metric.text(),
                            limit,
                            before);
            ThresholdSpec.Operator operator =
                    rate ? ThresholdSpec.Operator.AT_LEAST : ThresholdSpec.Operator.AT_MOST;
            all.add(new ThresholdSpec(text, metric, operator, limit));
        }
        return all;
    }
}
