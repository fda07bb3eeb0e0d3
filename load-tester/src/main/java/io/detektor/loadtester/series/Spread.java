package io.detektor.loadtester.series;

import java.util.Collection;

/**
 * What the same figure came to in several runs.
 *
 * @param runs how many
 * @param median the middle one, or the mean of the two in the middle
 * @param smallest of all
 * @param largest of all
 * @param low lower end of the range that holds the true median
 * @param high upper end of it
 * @param confidencePercent how certain that is: at least 95, or what so few runs allow
 */
public record Spread(
        int runs,
        double median,
        double smallest,
        double largest,
        double low,
        double high,
        double confidencePercent) {

    private static final double WANTED = 0.95;

    /**
     * Counts. The range of the median is the narrowest pair of order statistics, as far from one
     * end as from the other, that holds it with 95 %: the number of values below the true median is
     * binomial, whatever their distribution (Conover, Practical Nonparametric Statistics, 3.2).
     * Fewer than six values cannot give 95 %.
     *
     * @throws IllegalArgumentException for no values
     */
    public static Spread of(Collection<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("values: none (expected: at least one)");
        }
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int count = sorted.length;
        double median = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
        int outside = 0;
        while (2 * (outside + 2) <= count && certainty(count, outside + 1) >= WANTED) {
            outside++;
        }
        return new Spread(
                count,
                median,
                sorted[0],
                sorted[count - 1],
                sorted[outside],
                sorted[count - 1 - outside],
                Math.floor(certainty(count, outside) * 1000) / 10);
    }

    /** The chance that the median is between the values that have {@code outside} beyond them. */
    private static double certainty(int count, int outside) {
        double term = Math.pow(0.5, count);
        double beyond = 0;
        for (int i = 0; i <= outside; i++) {
            beyond += term;
            term = term * (count - i) / (i + 1);
        }
        return Math.max(0, 1 - 2 * beyond);
    }
}
