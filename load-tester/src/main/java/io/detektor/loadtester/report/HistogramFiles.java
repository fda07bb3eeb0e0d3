package io.detektor.loadtester.report;

import io.detektor.loadtester.measure.Latencies;
import io.detektor.loadtester.measure.Measurements;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;
import org.jspecify.annotations.Nullable;

/** The histograms as HdrHistogram's own tools read them: {@code .hgrm} and {@code .hlog}. */
final class HistogramFiles {

    private static final double NANOS_PER_MILLI = 1e6;
    private static final int TICKS_PER_HALF_DISTANCE = 5;

    private HistogramFiles() {}

    /** The distributions of a result that hold anything, by name. */
    static Map<String, Histogram> of(RunResult result) {
        Map<String, Histogram> histograms = new LinkedHashMap<>();
        put("response", result.latency().ackResponse(), histograms);
        put("service", result.latency().ackService(), histograms);
        put("master-alone", result.latency().masterReply(), histograms);
        put("end-to-end", result.latency().endToEnd(), histograms);
        return histograms;
    }

    private static void put(
            String name, Latencies.@Nullable Summary summary, Map<String, Histogram> histograms) {
        if (summary != null) {
            decode(summary.histogramBase64())
                    .filter(histogram -> histogram.getTotalCount() > 0)
                    .ifPresent(histogram -> histograms.put(name, histogram));
        }
    }

    /** A histogram from its text; none from an empty or a damaged one. */
    static Optional<Histogram> decode(String base64) {
        if (base64.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    Histogram.decodeFromCompressedByteBuffer(
                            ByteBuffer.wrap(Base64.getDecoder().decode(base64)), 0));
        } catch (DataFormatException | IllegalArgumentException | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    /**
     * The percentile distribution of response times, in milliseconds; one file holds one
     * distribution, and this is the honest one.
     */
    static byte[] distribution(RunResult result) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(bytes, false, StandardCharsets.UTF_8)) {
            decode(result.latency().ackResponse().histogramBase64())
                    .orElseGet(() -> new Histogram(3))
                    .outputPercentileDistribution(out, TICKS_PER_HALF_DISTANCE, NANOS_PER_MILLI);
        }
        return bytes.toByteArray();
    }

    /** Response times second by second, then each whole distribution under its tag. */
    static byte[] log(RunResult result) {
        long started = started(result);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(bytes, false, StandardCharsets.UTF_8)) {
            HistogramLogWriter writer = new HistogramLogWriter(out);
            writer.outputComment("[Run " + result.run().id() + "; values in nanoseconds]");
            writer.outputLogFormatVersion();
            writer.outputStartTime(started);
            writer.setBaseTime(started);
            writer.outputLegend();
            double from = 0;
            for (Measurements.Second second : result.timeline()) {
                long start = Math.round(from * 1000);
                long end = Math.round(second.t() * 1000);
                decode(second.histogramBase64())
                        .ifPresent(histogram -> {
                            histogram.setStartTimeStamp(started + start);
                            histogram.setEndTimeStamp(started + end);
                            writer.outputIntervalHistogram(histogram);
                        });
                from = second.t();
            }
            of(result)
                    .forEach((name, histogram) -> {
                        histogram.setTag("total-" + name);
                        histogram.setStartTimeStamp(started);
                        histogram.setEndTimeStamp(started + result.run().durationMs());
                        writer.outputIntervalHistogram(histogram);
                    });
        }
        return bytes.toByteArray();
    }

    private static long started(RunResult result) {
        try {
            return Instant.parse(result.run().started()).toEpochMilli();
        } catch (DateTimeParseException e) {
            return 0;
        }
    }
}
