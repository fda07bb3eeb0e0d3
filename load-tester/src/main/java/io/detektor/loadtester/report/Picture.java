package io.detektor.loadtester.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import javax.imageio.ImageIO;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.LogAxis;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.NumberTickUnit;
import org.jfree.chart.plot.CombinedDomainXYPlot;
import org.jfree.chart.plot.IntervalMarker;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.chart.title.TextTitle;
import org.jfree.chart.ui.HorizontalAlignment;
import org.jfree.chart.ui.Layer;
import org.jfree.chart.ui.RectangleAnchor;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.chart.ui.TextAnchor;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;
import org.jspecify.annotations.Nullable;

/** {@code latency.png}: verdict, throughput and latency in one picture, for a chat message. */
final class Picture {

    private static final int WIDTH = 1200;
    private static final int HEIGHT = 675;
    private static final Color INK = new Color(0x1b2430);
    private static final Color SOFT = new Color(0x566173);
    private static final Color GRID = new Color(0xe1e5ea);
    private static final Color BLUE = new Color(0x0b5fc2);
    private static final Color ORANGE = new Color(0xd06a00);
    private static final Color RED = new Color(0xc0321a);
    private static final Color GREEN = new Color(0x0a6b3d);
    private static final Color DOUBT = new Color(0x7a5200);

    private Picture() {}

    /**
     * Draws, without a display.
     *
     * @param note takes the reason when there is no picture: a machine without fonts, or nothing to
     *     draw
     * @return a PNG
     */
    static Optional<byte[]> of(RunResult result, Consumer<String> note) {
        if (result.timeline().isEmpty()) {
            note.accept("latency.png is left out: the run has no whole second to draw");
            return Optional.empty();
        }
        System.setProperty("java.awt.headless", "true");
        try {
            BufferedImage image = chart(result).createBufferedImage(WIDTH, HEIGHT);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            ImageIO.setUseCache(false);
            ImageIO.write(image, "png", bytes);
            return Optional.of(bytes.toByteArray());
        } catch (IOException | RuntimeException | Error e) {
            if (e instanceof VirtualMachineError other && !(e instanceof InternalError)) {
                throw other;
            }
            // slim images lack fontconfig, or every font; AWT says so with any of these, plain
            // Error too
            note.accept(
                    "latency.png is left out: this machine cannot draw text (expected: fontconfig and"
                            + " a font, for instance fonts-dejavu-core): "
                            + e.getClass().getSimpleName());
            return Optional.empty();
        }
    }

    private static JFreeChart chart(RunResult result) {
        NumberAxis time = new NumberAxis("seconds");
        time.setRange(0, Math.max(1, Spans.end(result)));
        style(time);
        CombinedDomainXYPlot both = new CombinedDomainXYPlot(time);
        both.setGap(16);
        both.add(throughput(result), 2);
        both.add(latency(result), 3);
        JFreeChart chart = new JFreeChart(null, font(Font.BOLD, 20), both, true);
        chart.setBackgroundPaint(Color.WHITE);
        chart.setPadding(new RectangleInsets(14, 18, 10, 18));
        chart.getLegend().setItemFont(font(Font.PLAIN, 14));
        chart.getLegend().setItemPaint(INK);
        chart.getLegend().setFrame(org.jfree.chart.block.BlockBorder.NONE);
        String outcome = result.verdict().outcome();
        TextTitle verdict =
                title(
                        outcome
                                + "   load test "
                                + result.run().id()
                                + "   "
                                + Tables.one(result.rates().acked())
                                + "/s acknowledged",
                        Font.BOLD,
                        22,
                        outcome.equals("PASS") ? GREEN : outcome.equals("FAIL") ? RED : DOUBT);
        chart.setTitle(verdict);
        chart.addSubtitle(0, title(figures(result), Font.PLAIN, 15, INK));
        chart.addSubtitle(1, title(HtmlReport.line(result), Font.PLAIN, 13, SOFT));
        return chart;
    }

    private static String figures(RunResult result) {
        long broken = Zero.of(result.proof()).stream().mapToLong(Zero::count).sum();
        String proof =
                Zero.of(result.proof()).isEmpty()
                        ? "nothing was read back"
                        : broken == 0
                                ? "lost 0, duplicated 0, corrupted 0"
                                : result.verdict().reasons().stream().findFirst().orElse("");
        return String.format(
                Locale.ROOT,
                "%s of %s acknowledged   ·   %s   ·   p50 %s   p99 %s   max %s   ·   longest write gap %s",
                Tables.count(result.counts().acked()),
                Tables.count(result.counts().attempted()),
                proof,
                Spans.length(result.latency().ackResponse().p50()),
                Spans.length(result.latency().ackResponse().p99()),
                Spans.length(result.latency().ackResponse().max()),
                Spans.length(result.proof().longestWriteGapMs()));
    }

    private static XYPlot throughput(RunResult result) {
        NumberAxis axis = new NumberAxis("acknowledged/s");
        style(axis);
        XYSeriesCollection data = new XYSeriesCollection();
        XYSeries acked = new XYSeries("acknowledged/s");
        double before = 0;
        for (var second : result.timeline()) {
            double length = second.t() - before;
            if (length >= 0.5) {
                hold(acked, before, second.t(), second.confirmed() / length);
            }
            before = second.t();
        }
        data.addSeries(acked);
        XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer(true, false);
        line(renderer, 0, BLUE, 2.2f);
        if (result.rates().asked() > 0) {
            XYSeries asked = new XYSeries("asked");
            asked.add(0, result.rates().asked());
            asked.add(Spans.end(result), result.rates().asked());
            data.addSeries(asked);
            line(renderer, 1, ORANGE, 1.4f);
            renderer.setSeriesStroke(
                    1,
                    new BasicStroke(
                            1.4f,
                            BasicStroke.CAP_BUTT,
                            BasicStroke.JOIN_MITER,
                            10,
                            new float[] {6, 4},
                            0));
        }
        XYPlot plot = new XYPlot(data, null, axis, renderer);
        dress(plot, result, true);
        return plot;
    }

    private static XYPlot latency(RunResult result) {
        LogAxis axis = new LogAxis("response, ms");
        axis.setBase(10);
        axis.setTickUnit(new NumberTickUnit(1, new java.text.DecimalFormat("#,##0.###")));
        axis.setMinorTickMarksVisible(false);
        axis.setNumberFormatOverride(new java.text.DecimalFormat("#,##0.###"));
        style(axis);
        XYSeries max = new XYSeries("max");
        XYSeries p99 = new XYSeries("p99");
        XYSeries p50 = new XYSeries("p50");
        double lowest = Double.MAX_VALUE;
        double highest = 0.001;
        double before = 0;
        for (var second : result.timeline()) {
            boolean any = second.confirmed() > 0 && second.p50() > 0;
            hold(max, before, second.t(), any ? second.max() : null);
            hold(p99, before, second.t(), any ? second.p99() : null);
            hold(p50, before, second.t(), any ? second.p50() : null);
            before = second.t();
            if (any) {
                lowest = Math.min(lowest, second.p50());
                highest = Math.max(highest, second.max());
            }
        }
        if (lowest > highest) {
            lowest = 0.1;
            highest = 10;
        }
        axis.setRange(
                Math.pow(10, Math.floor(Math.log10(lowest))),
                Math.pow(
                        10,
                        Math.max(
                                Math.ceil(Math.log10(highest)),
                                Math.floor(Math.log10(lowest)) + 1)));
        XYSeriesCollection data = new XYSeriesCollection();
        data.addSeries(max);
        data.addSeries(p99);
        data.addSeries(p50);
        XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer(true, false);
        line(renderer, 0, RED, 1.6f);
        line(renderer, 1, ORANGE, 2f);
        line(renderer, 2, BLUE, 2.2f);
        XYPlot plot = new XYPlot(data, null, axis, renderer);
        dress(plot, result, false);
        return plot;
    }

    /** A value holds for the whole of its second. */
    private static void hold(XYSeries series, double from, double to, @Nullable Double value) {
        series.add(from, value);
        series.add(to, value);
    }

    private static void line(
            XYLineAndShapeRenderer renderer, int series, Color color, float width) {
        renderer.setSeriesPaint(series, color);
        renderer.setSeriesStroke(
                series, new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        renderer.setLegendLine(new java.awt.geom.Line2D.Double(-14, 0, 14, 0));
    }

    private static void dress(XYPlot plot, RunResult result, boolean labels) {
        plot.setBackgroundPaint(Color.WHITE);
        plot.setDomainGridlinePaint(GRID);
        plot.setRangeGridlinePaint(GRID);
        plot.setRangeGridlineStroke(new BasicStroke(1));
        plot.setDomainGridlineStroke(new BasicStroke(1));
        plot.setOutlinePaint(GRID);
        for (Chart.Span band : Spans.bands(result)) {
            IntervalMarker marker =
                    new IntervalMarker(band.from(), band.to(), new Color(192, 50, 26, 34));
            if (labels) {
                marker.setLabel(band.text());
                marker.setLabelFont(font(Font.PLAIN, 13));
                marker.setLabelPaint(RED);
                marker.setLabelBackgroundColor(new Color(0, 0, 0, 0));
                marker.setLabelAnchor(RectangleAnchor.TOP_LEFT);
                marker.setLabelTextAnchor(TextAnchor.TOP_LEFT);
            }
            plot.addDomainMarker(marker, Layer.BACKGROUND);
        }
    }

    private static void style(org.jfree.chart.axis.ValueAxis axis) {
        axis.setLabelFont(font(Font.PLAIN, 14));
        axis.setTickLabelFont(font(Font.PLAIN, 13));
        axis.setLabelPaint(SOFT);
        axis.setTickLabelPaint(SOFT);
        axis.setAxisLinePaint(GRID);
        axis.setTickMarkPaint(GRID);
    }

    private static TextTitle title(String text, int style, int size, Color color) {
        TextTitle title = new TextTitle(text, font(style, size));
        title.setPaint(color);
        title.setHorizontalAlignment(HorizontalAlignment.LEFT);
        title.setTextAlignment(HorizontalAlignment.LEFT);
        title.setPadding(0, 2, 4, 2);
        title.setExpandToFitSpace(true);
        return title;
    }

    private static Font font(int style, int size) {
        return new Font(Font.SANS_SERIF, style, size);
    }
}
