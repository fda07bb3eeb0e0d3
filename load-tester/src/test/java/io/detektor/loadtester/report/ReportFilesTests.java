package io.detektor.loadtester.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.detektor.loadtester.plan.InvalidValueException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class ReportFilesTests {

    @TempDir private Path directory = Path.of("");

    static Stream<RunResult> results() {
        return Stream.of(
                Results.withAFault(), Results.quiet(), Results.hostile(), Results.interrupted());
    }

    @ParameterizedTest
    @MethodSource("results")
    void aResultIsReadAsItWasWritten(RunResult result) throws IOException {
        ReportFiles.write(result, directory);

        assertThat(ResultFile.read("FILE", directory)).isEqualTo(result);
        assertThat(ResultFile.read("FILE", directory.resolve("result.json"))).isEqualTo(result);
    }

    @Test
    void everyFileIsThereAndNothingElse() throws IOException {
        ReportFiles.Written written = ReportFiles.write(Results.withAFault(), directory);

        assertThat(written.notes()).isEmpty();
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files)
                    .containsExactlyInAnyOrderElementsOf(written.files())
                    .extracting(file -> file.getFileName().toString())
                    .containsExactlyInAnyOrder(
                            "result.json",
                            "timeline.csv",
                            "summary.md",
                            "junit.xml",
                            "latency.hgrm",
                            "latency.hlog",
                            "report.html",
                            "latency.png");
        }
    }

    @Test
    void theLogHoldsEachSecondAndTheWhole() throws IOException {
        ReportFiles.write(Results.withAFault(), directory);

        Histogram seconds = new Histogram(1000, 3_600_000_000_000L, 3);
        Set<String> tags = new HashSet<>();
        Histogram whole = new Histogram(3);
        try (HistogramLogReader log =
                new HistogramLogReader(directory.resolve("latency.hlog").toFile())) {
            for (Histogram each = (Histogram) log.nextIntervalHistogram();
                    each != null;
                    each = (Histogram) log.nextIntervalHistogram()) {
                if (each.getTag() == null) {
                    seconds.add(each);
                } else {
                    tags.add(each.getTag());
                    if (each.getTag().equals("total-response")) {
                        whole = each;
                    }
                }
            }
        }

        assertThat(tags)
                .containsOnly(
                        "total-response",
                        "total-service",
                        "total-master-alone",
                        "total-end-to-end");
        assertThat(whole.getTotalCount()).isEqualTo(10_000);
        assertThat(seconds).isEqualTo(whole);
    }

    @Test
    void theDistributionIsInMilliseconds() throws IOException {
        RunResult result = Results.withAFault();

        ReportFiles.write(result, directory);

        String text = Files.readString(directory.resolve("latency.hgrm"));
        assertThat(text).contains("Value     Percentile TotalCount 1/(1-Percentile)");
        double max = Double.parseDouble(text.replaceAll("(?s).*#\\[Max     = *([0-9.]+).*", "$1"));
        assertThat(max)
                .isCloseTo(
                        result.latency().ackResponse().max(),
                        org.assertj.core.data.Percentage.withPercentage(0.1));
    }

    @Test
    void theTimelineHasALineForEachSecondAndSaysWhoWasMaster() throws IOException {
        ReportFiles.write(Results.withAFault(), directory);

        List<String> lines = Files.readAllLines(directory.resolve("timeline.csv"));
        assertThat(lines).hasSize(21);
        assertThat(lines.getFirst())
                .startsWith("t,sent,acked,consumed,errors,in_flight,backlog,response_p50_ms");
        assertThat(lines.get(1)).startsWith("1.0,500,500,500,0,0,0,").contains(Results.FIRST);
        assertThat(lines.get(9))
                .startsWith("9.0,500,0,0,100,500,0,")
                .contains("READONLY=50;connection lost=50");
        assertThat(lines.get(20)).contains(Results.SECOND);
        // the master's own answer comes before the confirmation
        List<String> names = List.of(lines.getFirst().split(",", -1));
        String[] values = lines.get(1).split(",", -1);
        assertThat(Double.parseDouble(values[names.indexOf("master_alone_p50_ms")]))
                .isPositive()
                .isLessThan(Double.parseDouble(values[names.indexOf("service_p50_ms")]));
    }

    @Test
    void aBuildServerSeesACaseForEachThresholdAndEachSetThatMustBeEmpty() throws Exception {
        ReportFiles.write(Results.hostile(), directory);

        Element suite =
                xml(Files.readAllBytes(directory.resolve("junit.xml"))).getDocumentElement();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < suite.getElementsByTagName("testcase").getLength(); i++) {
            names.add(
                    ((Element) suite.getElementsByTagName("testcase").item(i))
                            .getAttribute("name"));
        }
        assertThat(names)
                .contains(
                        Results.HOSTILE,
                        "lost == 0 (master " + Results.SECOND + ")",
                        "undelivered == 0 (2 consumers)");
        assertThat(suite.getAttribute("tests")).isEqualTo(Integer.toString(names.size()));
        assertThat(suite.getAttribute("failures")).isEqualTo("1");
        Element failure = (Element) suite.getElementsByTagName("failure").item(0);
        assertThat(failure.getAttribute("message")).isEqualTo("was " + Results.HOSTILE);
    }

    @Test
    void aRunThatProvesNothingIsAFailureOnABuildServer() throws Exception {
        ReportFiles.write(Results.interrupted(), directory);

        Element suite =
                xml(Files.readAllBytes(directory.resolve("junit.xml"))).getDocumentElement();
        assertThat(suite.getAttribute("failures")).isEqualTo("1");
        assertThat(
                        ((Element) suite.getElementsByTagName("failure").item(0))
                                .getAttribute("message"))
                .contains("nothing was confirmed");
    }

    private static Document xml(byte[] bytes) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(bytes));
    }

    @Test
    void thePictureShowsSomething() throws IOException {
        ReportFiles.write(Results.withAFault(), directory);

        BufferedImage picture = ImageIO.read(directory.resolve("latency.png").toFile());
        Set<Integer> colors = new HashSet<>();
        for (int x = 0; x < picture.getWidth(); x++) {
            for (int y = 0; y < picture.getHeight(); y++) {
                colors.add(picture.getRGB(x, y) & 0xffffff);
            }
        }
        assertThat(picture.getWidth()).isEqualTo(1200);
        // the lines of throughput and of the three percentiles, by their colors
        assertThat(colors).contains(0x0b5fc2, 0xd06a00, 0xc0321a);
        assertThat(Files.size(directory.resolve("latency.png"))).isLessThan(200_000);
    }

    @Test
    void theSummaryForAChatSaysVerdictRateAndProof() throws IOException {
        ReportFiles.write(Results.withAFault(), directory);

        assertThat(directory.resolve("summary.md"))
                .content()
                .startsWith("## Load test d92d650de9: PASS")
                .contains("| acknowledged | 500.0/s |", "lost 0, duplicated 0", "write gap");
        ReportFiles.write(Results.hostile(), directory);
        assertThat(directory.resolve("summary.md")).content().doesNotContain("<script>");
    }

    @Test
    void thePageHasNothingThatAsksTheNetwork() throws IOException {
        ReportFiles.write(Results.withAFault(), directory);

        assertThat(directory.resolve("report.html"))
                .content(StandardCharsets.UTF_8)
                .contains("default-src 'none'; script-src 'sha256-")
                .contains("Copyright (c) 2022 Leon Sorokin")
                .doesNotContain("src=\"http", "href=\"http", "@import", "url(");
        assertThat(Files.size(directory.resolve("report.html"))).isLessThan(200_000);
    }

    @Test
    void aDirectoryThatCannotBeWrittenToIsSaidInOneLineAndLeavesNothingHalf() throws IOException {
        Files.createDirectories(directory.resolve("report.html").resolve("in the way"));

        assertThatThrownBy(() -> ReportFiles.write(Results.quiet(), directory))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(directory.resolve("report.html") + " was not written: ")
                .hasMessageNotContaining("\n");
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files)
                    .noneMatch(file -> file.toString().endsWith(".part"))
                    .contains(directory.resolve("result.json"));
        }
    }

    @Test
    void theResultOfAnEarlierVersionIsRead() throws Exception {
        Path old =
                Path.of(
                        ReportFilesTests.class
                                .getResource("/report/result-first-version.json")
                                .toURI());

        RunResult result = ResultFile.read("FILE", old);

        assertThat(result.writeGaps().gaps()).isEmpty();
        assertThat(result.masters()).isEmpty();
        assertThat(result.timeline()).isNotEmpty();
        ReportFiles.Written written = ReportFiles.write(result, directory);
        assertThat(written.files()).hasSize(8);
    }

    @Test
    void whatIsNoResultIsSaidInOneLine() throws IOException {
        assertThat(refusal("not there", null))
                .contains("not there (expected: a result.json that can be read)");
        assertThat(refusal("text", "hello\nworld")).contains("this is no JSON from line 1 on");
        assertThat(refusal("other", "{\"schemaVersion\": 1}")).contains("some other JSON");
        assertThat(refusal("list", "[1]")).contains("some other JSON");
        assertThat(refusal("newer", "{\"schemaVersion\": 2, \"run\": {}, \"counts\": {}}"))
                .contains("schemaVersion up to 1; this one has 2");
        assertThat(refusal("half", "{\"schemaVersion\": 1, \"run\": {}, \"counts\": {}}"))
                .contains("complete result.json; wrong or missing");
        String whole = ResultFile.json(Results.quiet());
        assertThat(refusal("cut", whole.substring(0, whole.length() / 2)))
                .contains("this is no JSON from line");
        assertThat(refusal("wrong", whole.replace("\"timeline\" : [", "\"timeline\" : [ 7,")))
                .contains("wrong or missing");
    }

    private String refusal(String name, @org.jspecify.annotations.Nullable String content)
            throws IOException {
        Path file = directory.resolve(name);
        if (content != null) {
            Files.writeString(file, content);
        }
        try {
            ResultFile.read("FILE", file);
        } catch (InvalidValueException e) {
            String message = String.valueOf(e.getMessage());
            assertThat(message).startsWith("FILE: " + file).doesNotContain("\n");
            return message;
        }
        throw new AssertionError(name + " was read");
    }
}
