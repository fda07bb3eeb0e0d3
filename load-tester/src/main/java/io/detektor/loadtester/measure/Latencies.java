package io.detektor.loadtester.measure;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * One kind of latency. Recording is wait-free and may come from any thread; {@link #second} and
 * {@link #total} belong to one thread.
 */
public final class Latencies {

    /** Longer ones are counted as this long. */
    private static final long HIGHEST = 3_600_000_000_000L;

    private final Recorder recorder = new Recorder(1000, HIGHEST, 3);
    private final Histogram total = new Histogram(1000, HIGHEST, 3);
    private Histogram interval = recorder.getIntervalHistogram();

    /** Records nanoseconds. */
    public void record(long nanos) {
        recorder.recordValue(Math.clamp(nanos, 0, HIGHEST));
    }

    /** What was recorded since the last call. */
    public Summary second() {
        return second(false);
    }

    /**
     * What was recorded since the last call.
     *
     * @param encode whether with the histogram
     */
    public Summary second(boolean encode) {
        interval = recorder.getIntervalHistogram(interval);
        total.add(interval);
        return summary(interval, encode && interval.getTotalCount() > 0);
    }

    /** Everything that was recorded. */
    public Summary total() {
        interval = recorder.getIntervalHistogram(interval);
        total.add(interval);
        return summary(total, true);
    }

    private static Summary summary(Histogram histogram, boolean encode) {
        String encoded = "";
        if (encode) {
            ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
            int length = histogram.encodeIntoCompressedByteBuffer(buffer);
            encoded = Base64.getEncoder().encodeToString(Arrays.copyOf(buffer.array(), length));
        }
        return new Summary(
                histogram.getTotalCount(),
                histogram.getTotalCount() == 0 ? 0 : round(histogram.getMean()),
                at(histogram, 50),
                at(histogram, 75),
                at(histogram, 90),
                at(histogram, 95),
                at(histogram, 99),
                at(histogram, 99.9),
                at(histogram, 99.99),
                // an empty one says its resolution
                histogram.getTotalCount() == 0 ? 0 : round((double) histogram.getMaxValue()),
                encoded);
    }

    private static double at(Histogram histogram, double percentile) {
        return round((double) histogram.getValueAtPercentile(percentile));
    }

    private static double round(double nanos) {
        return Math.round(nanos / 1000) / 1000.0;
    }

    /**
     * A distribution, in milliseconds.
     *
     * @param count values
     * @param p999 99.9 %
     * @param p9999 99.99 %
     * @param histogramBase64 the whole histogram (nanoseconds) as HdrHistogram compresses it (V2);
     *     may be empty for a single second
     */
    public record Summary(
            long count,
            double mean,
            double p50,
            double p75,
            double p90,
            double p95,
            double p99,
            double p999,
            double p9999,
            double max,
            String histogramBase64) {}
}
